"""What a README claims in its blocks and values, held against the sources; with the edits that make it true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff

from msgspec import Struct

from mlgate.readme import forms
from mlgate.readme.forms import Reading
from mlgate.readme.lines import Lines
from mlgate.readme.making import make
from mlgate.readme.markers import FORMS
from mlgate.readme.precision import is_same, printed_as, printed_in_yaml
from mlgate.readme.said import Block, Layout, Value
from mlgate.readme.sources import SourceError, Sources
from mlgate.report import Severity
from mlgate.text import amount, code, shorten

FIX = "run `mlgate readme --fix`"
_FORM_WORDS = {"dictionary": "table of five columns", "json": "JSON"}
_DIFF_LINES = 60
_DIFF_WIDTH = 300
_SUM = re.compile(r"\bsum=\S*")


class Edit(Struct, frozen=True):
    """A piece of the text, by its offsets, and what stands there afterwards."""

    start: int
    end: int
    text: str


class Claim(Struct, frozen=True, kw_only=True):
    """One block or value. `rule` is None where it is true; `edits` make it so.

    `is_forced` says that the edits throw away what somebody typed into a generated block.
    """

    what: str
    line: int
    subject: str
    rule: str | None = None
    severity: Severity = Severity.ERROR
    message: str = ""
    hint: str | None = None
    detail: str | None = None
    edits: tuple[Edit, ...] = ()
    is_forced: bool = False


def judge(lines: Lines, said: Layout, sources: Sources) -> Iterator[Claim]:
    """Yield the claims of a README in the order of its text."""
    items: tuple[Block | Value, ...] = (*said.blocks, *said.values)
    for item in sorted(items, key=_line):
        yield judge_block(lines, item, sources) if isinstance(item, Block) else judge_value(item, sources)


def _line(item: Block | Value) -> int:
    return item.begin.line if isinstance(item, Block) else item.line


def judge_value(value: Value, sources: Sources) -> Claim:
    """Return whether a bound value is the one of its source, at the precision in which it is printed."""
    subject = value.source
    try:
        found = sources.value(value.source)
        wanted = (
            printed_in_yaml(found, value.printed, value.fmt)
            if value.is_front
            else printed_as(found, value.printed, value.fmt)
        )
    except SourceError as error:
        return _unreadable("value", value.line, subject, error)
    place = "front matter" if value.is_front else "text"
    if is_same(value.printed, wanted):
        return Claim(what="value", line=value.line, subject=subject)
    return Claim(
        what="value",
        line=value.line,
        subject=subject,
        rule="model-index" if value.is_front else "value",
        message=f"{code(value.source)} is {code(wanted)}, and the {place} says {_said(value.printed)}",
        hint=FIX,
        edits=(Edit(value.start, value.end, wanted),),
    )


def judge_block(lines: Lines, block: Block, sources: Sources) -> Claim:
    """Return whether a generated block says what its source says, and whether somebody typed into it."""
    body = block.body(lines)
    found = forms.read(body, block.form)
    try:
        made = make(block, sources, body)
    except SourceError as error:
        return _unreadable("block", block.begin.line, block.name, error)
    wanted = forms.read(made, block.form)
    is_typed = block.sum is not None and not _is_sealed(body, block.sum)
    seal = _sealed(lines, block, forms.digest(wanted))
    if found == wanted:
        return _true_block(block, is_typed, seal)
    name, source = code(block.name), code(block.source)
    changes = _changes(found, wanted)
    about = f"was edited by hand and differs from {source}" if is_typed else f"differs from {source}"
    typed_hint = "move your words out of the block, then run `mlgate readme --fix --force`"
    return Claim(
        what="block",
        line=block.begin.line,
        subject=block.name,
        rule="block-edited" if is_typed else "block",
        message=f"the block {name} {about}: {changes}",
        hint=typed_hint if is_typed else FIX,
        detail=_diff(found, wanted, block.source),
        edits=(_spliced(lines, block, made), *seal),
        is_forced=is_typed,
    )


def _true_block(block: Block, is_typed: bool, seal: tuple[Edit, ...]) -> Claim:
    """Return the claim of a block that says what it should; its `sum` may be missing or be that of older words."""
    if not is_typed:
        return Claim(what="block", line=block.begin.line, subject=block.name, edits=seal)
    return Claim(
        what="block",
        line=block.begin.line,
        subject=block.name,
        rule="block-edited",
        severity=Severity.WARNING,
        message=f"the block {code(block.name)} was edited by hand; it is true, but its `sum` is not",
        hint=FIX,
        edits=seal,
    )


def _is_sealed(body: list[str], digest: str) -> bool:
    """Return whether a body is what its `sum` was made of, in whatever form its marker asks for now."""
    return any(forms.digest(forms.read(body, form)) == digest for form in FORMS)


def _unreadable(what: str, line: int, subject: str, error: SourceError) -> Claim:
    return Claim(what=what, line=line, subject=subject, rule="source", message=error.message, hint=error.hint)


def _said(printed: str) -> str:
    return code(printed.strip(), 60) if printed.strip() else "nothing"


def _sealed(lines: Lines, block: Block, digest: str) -> tuple[Edit, ...]:
    """Return the edit that brings the `sum` of a block up to date, or nothing where it is."""
    if block.sum == digest or block.end.start is None or block.end.end is None:
        return ()
    marker = lines.text[block.end.start : block.end.end]
    if block.sum is not None:
        made = _SUM.sub(f"sum={digest}", marker, count=1)
    else:
        inside = marker.removesuffix("-->")
        made = f"{inside.rstrip()} sum={digest} -->"
    return (Edit(block.end.start, block.end.end, made),)


def _spliced(lines: Lines, block: Block, made: list[str]) -> Edit:
    """Return the edit of a block's body: blank lines around it stay, and every line gets the indent of the marker."""
    first, after = block.begin.last + 1, block.end.line
    filled = [line for line in range(first, after) if lines.content(line).strip()]
    start, end = (filled[0], filled[-1] + 1) if filled else (after, after)
    line = lines.content(block.begin.line)
    indent = line[: len(line) - len(line.lstrip())]
    ending = lines.ending(block.begin.last)
    text = "".join(f"{indent}{piece}".rstrip() + ending for piece in made)
    return Edit(lines.start(start), lines.start(end), text)


def _changes(found: Reading, wanted: Reading) -> str:
    if found.form != wanted.form:
        return f"it holds no {_FORM_WORDS.get(wanted.form, wanted.form)}" if found.lines else "it is empty"
    old, new = set(found.lines), set(wanted.lines)
    count = max(len(old - new), len(new - old))
    return amount(count, "line") if count else "its lines stand in another order"


def _diff(found: Reading, wanted: Reading, source: str) -> str:
    lines = list(unified_diff(found.lines, wanted.lines, "in the README", source, n=1, lineterm=""))
    more = [f"... {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    return "\n".join([shorten(line, _DIFF_WIDTH) for line in lines[:_DIFF_LINES]] + more)
