"""Puts into words why a dataset's file cannot be read, or is not there."""

from __future__ import annotations

from mlgate.data.formats import ENDINGS
from mlgate.data.messages import Defect, Unreadable
from mlgate.data.pointing import Pointer
from mlgate.data.sources import Absence, Absent
from mlgate.data.wording import listing
from mlgate.report import Finding, Severity
from mlgate.text import amount, code, codes, command

UNREADABLE = "data/unreadable"
EMPTY = "data/empty"
MISSING = "data/missing"


def unreadable_finding(dataset: str, path: str, found: Unreadable, point: Pointer) -> Finding:
    """Return the finding for a file that is no table; `path` is from the project folder."""
    message, hint = unreadable_words(path, found)
    return Finding(
        rule=EMPTY if found.defect is Defect.EMPTY else UNREADABLE,
        severity=Severity.ERROR,
        message=message,
        location=point.file(path, found.line),
        hint=hint,
        subject=dataset,
    )


def unreadable_words(path: str, found: Unreadable) -> tuple[str, str | None]:
    """Return what is wrong with a file that is no table, and what to do."""
    return _defect(code(f"{path}:{found.line}" if found.line else path), found)


def no_rows_finding(dataset: str, paths: tuple[str, ...], point: Pointer) -> Finding:
    """Return the finding for a dataset that has columns but no rows."""
    held = code(paths[0]) if len(paths) == 1 else f"none of the {len(paths)} files of {code(dataset)}"
    message = f"{held} has a header but no rows" if len(paths) == 1 else f"{held} has any rows"
    return Finding(
        rule=EMPTY,
        severity=Severity.ERROR,
        message=message,
        location=point.file(paths[0]),
        hint="look at the step that writes it: a filter or a join that lets nothing through?",
        subject=dataset,
    )


def absent_finding(dataset: str, absent: Absent, point: Pointer, *, is_new: bool = False) -> Finding:
    """Return the finding for data that is not there: a warning where it was only not brought, else an error.

    `is_new` says that it is new or changed since the baseline.
    """
    path = code(absent.path)
    since = ", new or changed since the baseline," if is_new else ""
    words: dict[Absence, tuple[str, str | None]] = {
        Absence.NOT_PULLED: (
            f"data missing: {path}{since} is kept by DVC and was not pulled",
            f"run {command('dvc', 'pull', absent.fixed)} before mlgate, or `dvc repro` where it was never made",
        ),
        Absence.POINTER: (
            f"data missing: {path}{since} is a Git LFS pointer, not the data",
            "run `git lfs pull` before mlgate; with actions/checkout, set `lfs: true`",
        ),
        Absence.NO_FILE: (f"{path} does not exist, and DVC does not know it", "add the file, or mend the path"),
        Absence.NO_MATCH: (f"no data file matches {path}", f"data files end in {codes(ENDINGS, len(ENDINGS))}"),
        Absence.NOT_A_FILE: (f"{path} is not a regular file", None),
        Absence.OUTSIDE: (f"{path} leads out of the repository", "keep datasets below the repository's folder"),
        Absence.LINK: (f"{path} is a link in git that leads out of the repository", "track the data itself with DVC"),
        Absence.NAME: (f"the name {path} has characters that cannot be shown", "give the file a plain name"),
        Absence.FORMAT: (
            f"{path} has an ending that is not known",
            f"data files end in {codes(ENDINGS, len(ENDINGS))}; the text ones also with `.gz` or `.zst`",
        ),
    }
    message, hint = words[absent.why]
    unread = absent.why in (Absence.FORMAT, Absence.NAME, Absence.NOT_A_FILE)
    return Finding(
        rule=UNREADABLE if unread else MISSING,
        severity=Severity.WARNING if absent.is_elsewhere else Severity.ERROR,
        message=f"{message}, for the dataset {code(dataset)}",
        location=point.file(absent.path),
        hint=hint,
        subject=dataset,
    )


def _defect(place: str, found: Unreadable) -> tuple[str, str | None]:
    subject, said = code(found.subject), code(found.said)
    words: dict[Defect, tuple[str, str | None]] = {
        Defect.EMPTY: (f"{place} is empty", "look at the step that writes it"),
        Defect.NOT_UTF8: (
            f"{place} is not UTF-8: byte {said}",
            "write it as UTF-8; for Latin-1, `iconv -f latin1 -t utf-8` converts it",
        ),
        Defect.UTF16: (f"{place} is UTF-16", "write it as UTF-8; `iconv -f utf-16 -t utf-8` converts it"),
        Defect.NUL: (f"{place} holds a NUL byte: UTF-16 or binary, not text", "write it as UTF-8 text"),
        Defect.DUPLICATE_COLUMN: (f"{place} has two columns called {subject}", "give each column a name of its own"),
        Defect.EMPTY_COLUMN: (
            f"{place} has no name for column {found.expected}",
            "pandas writes its index so: write with `index=False`",
        ),
        Defect.RAGGED: (_ragged(place, found), "quote fields that hold the separator or a line break"),
        Defect.OPEN_QUOTE: (f"{place} opens a quote that is never closed", "close it; double a quote inside a field"),
        Defect.NOT_JSON: (f"{place} is not valid JSON: {said}", "write one JSON object on each line; null for missing"),
        Defect.NOT_AN_OBJECT: (f"{place} is not a JSON object", "write one JSON object on each line"),
        Defect.CUT_OFF: (
            f"{place} is cut off: the end that a {subject} file has is missing",
            "write or fetch it again",
        ),
        Defect.OTHER_FORMAT: (f"{place} is no {subject} file", "name it by what it is"),
        Defect.COMPRESSION: (f"{place} cannot be decompressed as {subject}: {said}", "write or fetch it again"),
        Defect.LONG_LINE: (
            f"{place} has a line of more than {found.expected} MB",
            "one row stands on one line: is it JSON in one piece, or binary under the name of text?",
        ),
        Defect.CHANGED: (
            f"{place} changed while it was read, so that nothing is known of it",
            "let the step that writes it end before the gate begins, and run again",
        ),
        Defect.FOLDER: (
            f"{place} says in {amount(found.count, 'row')} otherwise than its folder, where {subject} is {said}",
            "readers differ in which of the two they take: put the rows into the folder that they belong to",
        ),
        Defect.MEMORY: (f"{place} does not fit into memory", "split it into several files, and give a glob"),
        Defect.OTHER: (f"{place} cannot be read: {said}", "write or fetch it again: it is not whole, or no such file"),
    }
    return words[found.defect]


def _ragged(place: str, found: Unreadable) -> str:
    first = found.places[0][1] if found.places else 0
    said = f"{place} has {_fields(first)} where the header has {found.expected}"
    others = [str(line) for line, _ in found.places[1:]]
    if found.count > len(found.places):
        others.append(f"{found.count - len(found.places):,} more")
    if not others:
        return said
    lines = f"lines {listing(others)} are" if len(others) > 1 else f"line {others[0]} is"
    return f"{said}; {lines} uneven too"


def _fields(count: int) -> str:
    return f"{count} field{'s' if count != 1 else ''}"
