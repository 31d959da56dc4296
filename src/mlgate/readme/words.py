"""The words of a section that people wrote: what is generated there, and the markers themselves, are left out."""

from __future__ import annotations

from mlgate.readme.page import Page
from mlgate.readme.parse import Heading


def own_words(page: Page, heading: Heading) -> tuple[str, ...]:
    """Return the words under a heading, the heading's too; line breaks and indents do not count."""
    lines = page.readme.lines
    start, end = lines.start(heading.line), lines.start(heading.last + 1)
    cuts = [(c.start, c.end) for c in page.readme.comments if c.start is not None and c.end is not None]
    cuts += [(value.start, value.end) for value in page.said.values]
    cuts += [(lines.start(block.begin.last + 1), lines.start(block.end.line)) for block in page.said.blocks]
    words: list[str] = []
    for first, after in sorted(cuts):
        if start < after and first < end:
            words += lines.text[start : max(start, first)].split()
            start = max(start, min(after, end))
    return (*words, *lines.text[start:end].split())


def heading_of(page: Page, name: str, title: str | None = None) -> Heading | None:
    """Return the heading of the section that a marker calls `name`, else the one with the text `title`."""
    lines = {mark.heading for mark in page.said.marks if mark.name == name}
    headings = page.readme.headings
    marked = next((heading for heading in headings if heading.line in lines), None)
    return marked or next((heading for heading in headings if heading.text == title), None)
