"""Annotations on the lines of a pull request, as workflow commands of the forge: the ten worst of each level."""

from __future__ import annotations

from typing import NamedTuple

from mlgate.render.wording import WORDS, advice, heaviest, needs_advice, ranked, sentence
from mlgate.report import Entry, Finding, Location, Report, Severity, Status
from mlgate.text import amount, inert, plain, printable, shorten

MOST = 10
MESSAGE = 4_096

_TITLE = 200
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class Note(NamedTuple):
    """One annotation: its level (`error`, `warning`, `notice`), title and message, its place, and literal details."""

    level: str
    title: str
    message: str
    location: Location | None
    detail: str | None = None


def render(report: Report) -> str:
    """Return one command a line: errors, then warnings, then notices, at most ten each, of what weighs most first."""
    notes = ranked_notes(report)
    lines: list[str] = []
    for level in _LEVELS.values():
        found = [note for note in notes if note.level == level]
        kept = found if len(found) <= MOST else found[: MOST - 1]
        lines += [_command(note) for note in kept]
        if len(kept) < len(found):
            more = amount(len(found) - len(kept), f"{level} more", f"{level}s more")
            lines.append(_command(Note(level, "mlgate", f"{more} in the report", None)))
    return "".join(f"{line}\n" for line in lines)


def ranked_notes(report: Report) -> list[Note]:
    """Return all annotations of a report: errors, then warnings, then notices, each in the order of the ledger."""
    notes = [note for entry in ranked(report.entries) for note in _notes(entry)]
    return sorted(notes, key=lambda note: tuple(_LEVELS.values()).index(note.level))


def _notes(entry: Entry) -> list[Note]:
    found = [_of_finding(entry, finding) for finding in heaviest(entry.outcome.findings)]
    if entry.status is Status.ERROR or (entry.status is Status.FAILED and not found):
        level = "error" if entry.blocks else "warning"
        words = f"{sentence(entry.outcome.summary)} What to do: {sentence(advice(entry.check, entry.outcome.hint))}"
        found.append(Note(level, f"{entry.check} {WORDS[entry.status]}", words, None))
    return found


def _of_finding(entry: Entry, finding: Finding) -> Note:
    words = sentence(finding.message)
    if needs_advice(finding):
        words += f" What to do: {sentence(advice(entry.check, finding.hint))}"
    return Note(_LEVELS[finding.severity], finding.rule, words, finding.location, finding.detail)


def _command(note: Note) -> str:
    properties = [f"{name}={_property(value)}" for name, value in _place(note.location)]
    properties.append(f"title={_property(shorten(note.title, _TITLE))}")
    return f"::{note.level} {','.join(properties)}::{_message(note.message)}"


def _place(location: Location | None) -> list[tuple[str, str]]:
    if location is None:
        return []
    numbers = [("line", location.line), ("endLine", location.end_line), ("col", location.column)]
    return [("file", location.path), *((name, str(number)) for name, number in numbers if number is not None)]


def _message(message: str) -> str:
    """Return a message as the data of a command, in at most the characters that the forge keeps."""
    shown = shorten(inert(printable(plain(message))), MESSAGE)
    escaped = shown.replace("%", "%25")
    while len(escaped) > MESSAGE:
        shown = shorten(shown[:-1], len(shown) - (len(escaped) - MESSAGE + 2) // 3)
        escaped = shown.replace("%", "%25")
    return escaped


def _property(value: str) -> str:
    """Return a value as a property of a command: no line ends in it, and no sign that ends a property."""
    shown = inert(printable(value))
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        shown = shown.replace(sign, code)
    return shown
