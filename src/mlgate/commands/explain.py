"""`mlgate explain`: what a rule means, why, and how to mend it, from the pages of the documentation."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgate.errors import MlgateError, UsageError
from mlgate.report import DOCS
from mlgate.text import code, codes, nearest

if TYPE_CHECKING:
    import argparse

_RULE = re.compile(r"[a-z][a-z0-9-]*")
_START = "What it finds"


class Section(NamedTuple):
    """A section of a page: its heading and its text."""

    title: str
    text: str


class Page(NamedTuple):
    """The page of one check: what stands before its rules, and the section of each rule by its name."""

    check: str
    opening: str
    about: str
    rules: Mapping[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "rule",
        nargs="?",
        metavar="RULE",
        help="a rule as a report names it, such as `metrics/regression`, or a check; default: list all rules",
    )


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Print what the rule means."""
    pages = read_pages(find_docs())
    sys.stdout.write(explain(arguments.rule, pages) if arguments.rule else listing(pages))
    return 0


def explain(asked: str, pages: Mapping[str, Page]) -> str:
    """Return what a rule or a check is about; raises `UsageError` for one that no page has."""
    # A finding's key, such as `metrics/regression:recall`, names its rule too.
    check, slash, rule = asked.partition(":")[0].partition("/")
    if not slash:
        return _of_word(check, pages)
    page = pages.get(check)
    if page is None:
        raise _unknown(f"there is no page on the check {code(check)}", check, tuple(pages))
    if rule in page.rules:
        return _shown(page, rule) + (_waiver(asked) if ":" in asked else "")
    if not _RULE.fullmatch(rule) and page.about:
        # A rule of the tool that the check runs, such as `lint/F401`.
        return f"{asked}\n\n{page.about}\n\n{DOCS}/checks/{check}.md\n"
    raise _unknown(f"the check {code(check)} has no rule {code(rule)}", rule, tuple(page.rules))


def listing(pages: Mapping[str, Page]) -> str:
    """Return the names of all rules, by check."""
    blocks = ["\n".join([page.check, *(f"  {page.check}/{rule}" for rule in page.rules)]) for page in pages.values()]
    return "\n\n".join(blocks) + "\n\nmlgate explain RULE says what one means.\n"


def find_docs() -> Path:
    """Return the folder of the pages on checks: the one installed with mlgate, else that of its source tree."""
    package = Path(__file__).resolve().parent.parent
    candidates = [package / "_docs", *(up / "docs" / "checks" for up in package.parents[1:2])]
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise MlgateError("the documentation is not installed with mlgate", hint=f"read it at {DOCS}/checks")


def rules_of_pages() -> dict[str, tuple[str, ...]]:
    """Return the rules of the built-in checks by check, as far as their pages are installed."""
    try:
        return {check: tuple(page.rules) for check, page in read_pages(find_docs()).items()}
    except MlgateError:
        return {}


def read_pages(folder: Path) -> dict[str, Page]:
    """Return the pages of a folder by the check that each is about."""
    return {path.stem: read_page(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.md"))}


def read_page(check: str, text: str) -> Page:
    """Return a page taken apart: rules are the sections below `What it finds` that are called as rules are."""
    opening, about, rules = "", "", {}
    is_below = False
    for section in _sections(text):
        if not opening:
            opening = section.text
        if is_below and _RULE.fullmatch(section.title):
            rules[section.title] = section.text
        elif section.title == _START:
            is_below, about = True, section.text
        elif is_below:
            break
    return Page(check, opening, about, rules)


def _sections(text: str) -> Iterator[Section]:
    """Yield the sections of a page; a `#` inside a fenced block begins none."""
    title, lines = "", []
    fence = ""
    for line in text.splitlines():
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else re.match(r"#{1,2} (.+)", line)
        if heading is None:
            lines.append(line)
            continue
        if title:
            yield Section(title, "\n".join(lines).strip())
        title, lines = heading[1].strip(), []
    if title:
        yield Section(title, "\n".join(lines).strip())


def _of_word(word: str, pages: Mapping[str, Page]) -> str:
    if word in pages:
        page = pages[word]
        rules = "\n".join(f"  {word}/{rule}" for rule in page.rules)
        return f"{word}\n\n{page.opening}\n\nIts rules:\n{rules}\n\n{DOCS}/checks/{word}.md\n"
    having = [page for page in pages.values() if word in page.rules]
    if not having:
        known = tuple(dict.fromkeys((*pages, *(rule for page in pages.values() for rule in page.rules))))
        raise _unknown(f"there is no rule {code(word)}", word, known)
    return "\n".join(_shown(page, word) for page in having)


def _waiver(key: str) -> str:
    """Return what accepts the finding with this key, ready to be filled in."""
    import json

    from mlgate.policy.vouching import SIZED

    ceiling = "ceiling: 1pp, " if key.partition(":")[0] in SIZED else ""
    said = f'{{key: {json.dumps(key, ensure_ascii=False)}, {ceiling}until: 2030-01-31, owner: "@you", reason: "why"}}'
    return f"\nTo accept it for a while, in mlgate.yaml, merged before:\n\nwaivers:\n  - {said}\n"


def _shown(page: Page, rule: str) -> str:
    return f"{page.check}/{rule}\n\n{page.rules[rule]}\n\n{DOCS}/checks/{page.check}.md#{rule}\n"


def _unknown(message: str, word: str, known: tuple[str, ...]) -> UsageError:
    close = nearest(word, known)
    return UsageError(message, hint=f"did you mean {code(close)}?" if close else f"known: {codes(known, 20)}")
