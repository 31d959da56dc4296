"""The sections that a README of a machine-learning repository should have: found in it, or a skeleton to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlgate.context import Context
from mlgate.readme.fix import fix_text
from mlgate.readme.page import Page, read_page
from mlgate.readme.sections import find_sections
from mlgate.readme.sources import Sources, reader
from mlgate.scaffold.found import Found

_ALIKE: Mapping[str, re.Pattern[str]] = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "data": r"\bdata\b.*\b(?:sources?|schedule|ingest\w*|collection)\b|^(?:the )?data(?:sets?)?$|^data sources?",
        "features": r"^(?:the )?features?\b|\bfeature (?:engineering|list)\b",
        "params": r"\bhyper-?parameters?\b|^(?:the )?param(?:eter)?s\b",
        "deploy": r"\bdeploy(?:ment|ing)?\b|\bserving\b|\broll-?back\b",
    }.items()
}
TITLES = {
    "data": "Data sources and schedule",
    "features": "Features",
    "params": "Hyperparameters",
    "deploy": "Deployment and rollback",
}
_BODIES = {
    "data": "TODO: where the data come from, who owns them, when they are ingested, and which contract they satisfy.",
    "features": "TODO: how the features are made, and which file makes them.",
    "params": "TODO: why these values, and what was tried.",
    "deploy": "TODO: where the model is served, who is told, and how to go back to the version before.",
}


def find_titles(context: Context, found: Found) -> dict[str, str]:
    """Return the headings of the sections, by name: those of the config, else those found, else the usual ones."""
    from mlgate.checks.readme import CHECK, ReadmeConfig

    configured = context.config.section(CHECK.id, ReadmeConfig).sections
    if configured:
        return dict(configured)
    if found.has_readme and not found.pages:
        return {}
    headings = [
        heading.text for page in _pages(context, found) for heading in page.readme.headings if heading.level > 1
    ]
    return {
        name: next((text for text in headings if alike.search(text)), TITLES[name]) for name, alike in _ALIKE.items()
    }


def with_skeleton(context: Context, found: Found, titles: Mapping[str, str]) -> tuple[str, bytes] | None:
    """Return the first page and its bytes with the sections added that no page has, or None where none is missing.

    Where there is no README at all, it is a new one.
    """
    pages = _pages(context, found)
    if not pages and found.has_readme:
        return None
    here = {section.name for section in find_sections(pages, titles)}
    missing = {name: title for name, title in titles.items() if name not in here}
    if not missing:
        return None
    skeleton = "\n\n".join(_skeleton(context, name, title) for name, title in missing.items()) + "\n"
    added = fix_text(skeleton, Sources(reader(context.root), context.prefix))
    if not pages:
        title = context.project.resolve().name
        return "README.md", f"# {title}\n\nTODO: what the model is for, and for whom.\n\n{added}".encode()
    data = pages[0].data
    newline = "\r\n" if b"\r\n" in data else "\n"
    gap = newline * (1 if data.endswith(b"\n") else 2)
    return found.pages[0], data + (gap + added.replace("\n", newline)).encode()


def _skeleton(context: Context, name: str, title: str) -> str:
    lines = [f"## {title}", ""]
    params = next((path for path in ("params.yaml", "params.json", "params.toml") if context.exists(path)), None)
    if name == "params" and params:
        lines += [f'<!-- mlgate:section params watch="{params}#keys" -->', ""]
        if _is_table(context, params):
            lines += [f"<!-- mlgate:begin params from={params} as=table -->", "<!-- mlgate:end params -->", ""]
    else:
        lines += [f"<!-- mlgate:section {name} -->", ""]
    return "\n".join([*lines, _BODIES.get(name, "TODO")])


def _is_table(context: Context, path: str) -> bool:
    from mlgate.errors import MlgateError

    try:
        value = context.document(path)
    except MlgateError:
        return False
    return isinstance(value, dict) and 0 < len(value) <= 40


def _pages(context: Context, found: Found) -> list[Page]:
    pages = []
    for path in found.pages:
        data = context.head_files.read(path)
        if data is not None:
            pages.append(read_page(context.shown(path), data))
    return pages
