"""Which Markdown files are checked: those that the config names, by name or pattern, else the README."""

from __future__ import annotations

import re
from collections.abc import Sequence
from posixpath import splitext
from typing import NamedTuple

from mlgate.context import Context
from mlgate.readme.watches import MAX_STARS, Watch
from mlgate.text import code

MARKDOWN = (".md", ".markdown")
MODEL_CARD = "MODEL_CARD.md"

_README = re.compile(r"readme(\.[a-z]+)?\Z", re.IGNORECASE)
_CARD = re.compile(r"model_card(\.[a-z]+)?\Z", re.IGNORECASE)
_TEXTS = ("", ".rst", ".txt", ".adoc", ".org")


class Named(NamedTuple):
    """Paths from the project folder, in words what was asked for and is not there, and pages in another language."""

    paths: tuple[str, ...]
    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


def is_markdown(path: str) -> bool:
    """Return whether a file is Markdown by its ending."""
    return path.lower().endswith(MARKDOWN)


def default_files(context: Context) -> tuple[str, ...]:
    """Return the README at the top of the project, Markdown first, and the model card beside it."""
    names = sorted(path for path in context.files if _README.match(path) and context.exists(path))
    markdown = [name for name in names if is_markdown(name)]
    exact = [name for name in markdown if name == "README.md"]
    card = (MODEL_CARD,) if MODEL_CARD in context.files and context.exists(MODEL_CARD) else ()
    return tuple((exact or markdown or names)[:1]) + card


def find_named(context: Context, wanted: Sequence[str]) -> Named:
    """Return the files that are wanted, or where none are named the README and the model card at the top."""
    if wanted:
        return named_files(context, wanted)
    pages = default_files(context)
    others = sorted(path for path in context.files if (_README.match(path) or _CARD.match(path)) and path not in pages)
    foreign = [path for path in others if splitext(path)[1].lower() in _TEXTS and context.exists(path)]
    return Named(
        tuple(path for path in pages if is_markdown(path)),
        foreign=(*(path for path in pages if not is_markdown(path)), *foreign),
    )


def unsupported(path: str) -> str:
    """Return in words that a page is in a language that is not read."""
    kind = "reStructuredText" if path.lower().endswith(".rst") else "no Markdown"
    return f"{code(path)} is {kind}, which is not supported"


def named_files(context: Context, wanted: Sequence[str]) -> Named:
    """Return the files that names and patterns such as `docs/**.md` stand for, each once."""
    found: dict[str, None] = {}
    missing, foreign = [], []
    for name in wanted:
        if "*" not in name and "?" not in name:
            if is_markdown(name) or not context.exists(name):
                found[name] = None
            else:
                foreign.append(name)
            continue
        pattern = Watch(name.removeprefix("./"), None)
        if pattern.stars > MAX_STARS:
            missing.append(f"{code(name)} has more than {MAX_STARS} wildcards")
            continue
        met = sorted(path for path in context.files if is_markdown(path) and pattern.covers(path))
        found.update(dict.fromkeys(path for path in met if context.exists(path)))
        missing += [] if met else [f"{code(name)} matches no Markdown file"]
    return Named(tuple(found), tuple(missing), tuple(foreign))
