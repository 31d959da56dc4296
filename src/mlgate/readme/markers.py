"""The one grammar of markers: `<!-- mlgate:KIND NAME key=value key="two words" -->`, and `<!-- /mlgate -->`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import Struct

from mlgate.readme.parse import Comment
from mlgate.readme.watches import is_watch
from mlgate.text import code, codes, nearest
from mlgate.units import Duration

IGNORABLE = ("dead-link", "dead-anchor", "dead-path", "dead-name", "thin-section", "unused-feature", "code-block")
FORMS = ("table", "list", "json", "graph", "dictionary")

_OURS = re.compile(r"\s*/?\s*mlgate(?:\s*:|\s*\Z|\s+(?:begin|end|value|section|ignore)\b)", re.IGNORECASE)
_HEAD = re.compile(r"\s*mlgate:([a-z]+)(?=\s|\Z)")
_WORD = re.compile(r"([A-Za-z][\w-]*)=(\"[^\"]*\"(?=\s|\Z)|[^\s\"]*(?=\s|\Z))|([^\s=\"]+)(?=\s|\Z)")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*\Z")
_FORMAT = re.compile(r"\+?,?(\.\d{1,2})?[deEfFgG%]\Z")
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")


class MarkerProblem(NamedTuple):
    """What is wrong with a marker, on which line, and what to do, in inline form."""

    line: int
    message: str
    hint: str | None = None


class Marker(Struct, frozen=True, kw_only=True):
    """One marker. `name` is the block, the section, the rule to ignore, or the source of a value."""

    kind: str
    name: str
    options: Mapping[str, str]
    comment: Comment


class _Kind(NamedTuple):
    name: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    example: str = ""


KINDS: Mapping[str, _Kind] = {
    "section": _Kind("name", (), ("watch", "review", "owner", "usage", "unused"), "mlgate:section features"),
    "begin": _Kind("name", ("from",), ("as", "fmt"), "mlgate:begin params from=params.yaml#train as=table"),
    "end": _Kind("name", (), ("sum",), "mlgate:end params"),
    "value": _Kind("source", (), ("fmt",), "mlgate:value metrics.json#test.auc fmt=.3f"),
    "ignore": _Kind("rule", ("until", "reason"), (), 'mlgate:ignore dead-link until=2030-01-31 reason="why"'),
}
CLOSE = "close"


def read_marker(comment: Comment) -> Marker | MarkerProblem | None:
    """Return the marker that a comment holds, or what is wrong with it; None where it is none of ours."""
    if not _OURS.match(comment.inside):
        return None
    if comment.end is None:
        return MarkerProblem(comment.line, "the marker is never closed", "end it with `-->`")
    if comment.start is None:
        return MarkerProblem(comment.line, "the marker cannot be placed here", "put it on a line of its own")
    if comment.inside.strip() == "/mlgate":
        return Marker(kind=CLOSE, name="", options={}, comment=comment)
    head = _HEAD.match(comment.inside)
    kind = head[1] if head else ""
    if head is None or kind not in KINDS:
        close = nearest(kind, tuple(KINDS))
        hint = f"did you mean {code('mlgate:' + close)}?" if close else f"known: {codes(tuple(KINDS))}"
        return MarkerProblem(comment.line, f"not a marker: {code(comment.inside.strip(), 80)}", hint)
    return _read(kind, comment, comment.inside[head.end() :])


def _read(kind: str, comment: Comment, rest: str) -> Marker | MarkerProblem:
    words = _split(rest)
    about = f"in the marker {code('mlgate:' + kind)}"
    example = f"write it like {code(KINDS[kind].example)}"
    if isinstance(words, str):
        return MarkerProblem(comment.line, f"{about}: cannot read {code(words, 60)}", example)
    names = [value for key, value in words if key is None]
    if len(names) != 1:
        what = f"the {KINDS[kind].name} is missing" if not names else f"{code(names[1])} is one word too many"
        return MarkerProblem(comment.line, f"{about}: {what}", example)
    given = [(key, value) for key, value in words if key is not None]
    said = _complaint(kind, names[0], given)
    if said:
        return MarkerProblem(comment.line, f"{about}: {said}", example)
    return Marker(kind=kind, name=names[0], options=dict(given), comment=comment)


def _split(rest: str) -> list[tuple[str | None, str]] | str:
    """Return the words with their keys, or the first piece that is none."""
    found: list[tuple[str | None, str]] = []
    position = 0
    while position < len(rest):
        if rest[position].isspace():
            position += 1
            continue
        word = _WORD.match(rest, position)
        if word is None:
            return rest[position:].strip()
        found.append((word[1], word[2].strip('"') if word[1] else word[3]))
        position = word.end()
    return found


def _complaint(kind: str, name: str, given: list[tuple[str, str]]) -> str | None:
    """Return what is wrong with the words of a marker, if anything is."""
    grammar = KINDS[kind]
    known = (*grammar.required, *grammar.optional)
    keys = [key for key, _ in given]
    for key in keys:
        if key not in known:
            close = nearest(key, known)
            return f"unknown key {code(key)}" + (f", did you mean {code(close)}?" if close else "")
        if keys.count(key) > 1:
            return f"{code(key)} is given twice"
    missing = [key for key in grammar.required if key not in keys]
    if missing:
        return f"{code(missing[0] + '=')} is missing"
    if kind == "ignore" and name not in IGNORABLE:
        return f"the rule {code(name)} cannot be ignored here; these can: {codes(IGNORABLE, 9)}"
    if kind != "value" and not _NAME.match(name):
        return f"{code(name)} is no name; use letters, digits, `.`, `_` and `-`"
    wrong = [(key, value) for key, value in given if not _VALID.get(key, bool)(value)]
    return f"{code('='.join(wrong[0]))} is not understood" if wrong else None


def _is_duration(value: str) -> bool:
    try:
        return Duration.parse(value).seconds > 0
    except ValueError:
        return False


_VALID: Mapping[str, Callable[[str], bool]] = {
    "as": FORMS.__contains__,
    "fmt": lambda value: _FORMAT.match(value) is not None,
    "until": lambda value: _DATE.match(value) is not None,
    "review": _is_duration,
    "unused": _is_duration,
    "watch": is_watch,
    "sum": lambda value: re.match(r"[0-9a-f]{8}\Z", value) is not None,
}
