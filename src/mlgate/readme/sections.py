"""Sections: those that a README must have, and whether anything is written in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mlgate.readme.page import Page
from mlgate.readme.parse import Heading, Passage
from mlgate.report import Finding, Location, Severity
from mlgate.text import code, nearest, shorten

MIN_WORDS = 5

_WORD = re.compile(r"\w+")
_PLACEHOLDER = re.compile(r"\W*(?:TODO|TBD|FIXME|XXX)\b")
_PLACEHOLDER_ALONE = re.compile(
    r"\W*(?:todo|tb[acd]|wip|coming soon|work in progress|lorem ipsum\b.*|fill (?:this )?in|xxx"
    r"|to be (?:added|announced|completed|decided|defined|determined|done|filled in|written))?\W*\Z",
    re.IGNORECASE | re.DOTALL,
)


class Section(Struct, frozen=True):
    """A section by the name that the config or a marker gives it."""

    name: str
    page: Page
    heading: Heading


def find_sections(pages: Sequence[Page], wanted: Mapping[str, str]) -> list[Section]:
    """Return the sections that markers name, and those whose heading the config asks for."""
    found: dict[str, Section] = {}
    for page in pages:
        by_line = {heading.line: heading for heading in page.readme.headings}
        for mark in page.said.marks:
            found.setdefault(mark.name, Section(mark.name, page, by_line[mark.heading]))
    for page in pages:
        for heading in page.readme.headings:
            for name, title in wanted.items():
                if name not in found and same_heading(heading.text, title):
                    found[name] = Section(name, page, heading)
    return list(found.values())


def same_heading(one: str, other: str) -> bool:
    """Return whether two headings have the same words: numbering, emoji, punctuation and case do not count."""
    return _words(one) == _words(other)


def missing_sections(
    pages: Sequence[Page], sections: Sequence[Section], wanted: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each required section that no README has."""
    found = {section.name for section in sections}
    headings = tuple(heading.text for page in pages for heading in page.readme.headings)
    for name, title in wanted.items():
        if name in found:
            continue
        close = nearest(title, headings)
        marker = code(f"<!-- mlgate:section {name} -->")
        hint = f"write it under {code('## ' + title)}"
        if close:
            hint = f"if {code(close)} is meant, put {marker} below that heading"
        yield Finding(
            rule="readme/sections",
            severity=Severity.ERROR,
            message=f"the section {code(title)} is missing",
            location=Location(path=pages[0].path),
            hint=hint,
            subject=name,
        )


def thin_sections(sections: Sequence[Section]) -> Iterator[Finding]:
    """Yield a finding for each section that is empty, nearly so, or still to be written."""
    for section in sections:
        passages = _passages(section)
        texts = [passage for passage in passages if passage.kind == "text"]
        open_ends = [text for text in texts if _PLACEHOLDER.match(text.text) or _PLACEHOLDER_ALONE.match(text.text)]
        title = code(section.heading.text)
        if open_ends:
            said = code(shorten(open_ends[0].text.split("\n")[0], 60))
            yield _thin(section, f"the section {title} is not written: {said}", open_ends[0].line)
        elif not passages:
            yield _thin(section, f"the section {title} is empty", section.heading.line)
        elif len(texts) == len(passages) and sum(len(_WORD.findall(text.text)) for text in texts) < MIN_WORDS:
            said = code(shorten(" ".join(text.text for text in texts), 60))
            yield _thin(section, f"the section {title} says only {said}", section.heading.line)


def _passages(section: Section) -> list[Passage]:
    first, last = section.heading.line, section.heading.last
    return [passage for passage in section.page.readme.passages if first < passage.line <= last]


def _thin(section: Section, message: str, line: int) -> Finding:
    return Finding(
        rule="readme/thin-section",
        severity=Severity.WARNING,
        message=message,
        location=Location(path=section.page.path, line=line),
        hint="write down what a newcomer must know, or take the section out",
        subject=section.name,
    )


def _words(heading: str) -> list[str]:
    words = _WORD.findall(heading.casefold())
    while len(words) > 1 and words[0].isdigit():
        del words[0]
    return words
