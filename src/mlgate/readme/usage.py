"""The rule `unused-feature`, for scheduled runs: features that a section lists and that nothing has used for long.

Who knows is named by `usage=`: an export of use with its own date, the model by its signature or importances, or the
code of the repository.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from mlgate import documents
from mlgate.documents import DocumentError, Position
from mlgate.git import Git
from mlgate.readme import forms
from mlgate.readme.model_use import ModelUse, read_model_use
from mlgate.readme.page import Page
from mlgate.readme.said import Block, Mark
from mlgate.readme.sources import SourceError, Sources
from mlgate.readme.words import heading_of
from mlgate.report import Finding, Location, Severity
from mlgate.text import code
from mlgate.units import Duration

DEFAULT = Duration(30 * 86400)
COLUMNS = ("feature", "last_used_at")
CODE = "code"
_MOST_NAMES = 300
_HINT = "take it out of the model and the section, or say in it why it stays"
_PAGES = (".md", ".markdown", ".rst")


def used_marks(page: Page) -> list[Mark]:
    """Return the sections of a page that name an export of the use of their features."""
    return [mark for mark in page.said.marks if mark.usage]


def unused_features(pages: Sequence[Page], sources: Sources, git: Git, now: int) -> Iterator[Finding]:
    """Yield a warning for each feature of a section that was last used long before the export ends, or not at all.

    An export has the date of its newest use. One that ends long before `now`, in seconds since the epoch, tells
    nothing of single features, and is itself the finding.
    """
    for page in pages:
        for mark in used_marks(page):
            if mark.usage == CODE:
                yield from _in_code(page, mark, git)
                continue
            try:
                yield from _by_file(page, mark, sources.content(mark.usage or ""), now)
            except SourceError as error:
                yield _finding("source", page, mark.line, mark.name, error.message, error.hint, Severity.ERROR)


def read_usage(data: bytes, path: str) -> Mapping[str, float | None]:
    """Return when each feature was last used, in seconds since the epoch; None for never.

    Raises `SourceError` that names the line of the first row that cannot be read.
    """
    try:
        rows = csv.DictReader(documents.decode(data).splitlines(), strict=True)
        found: dict[str, float | None] = {}
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise DocumentError(f"there is no column {code(missing[0])}", Position(1, 1))
        for row in rows:
            found[str(row["feature"]).strip()] = _moment(row["last_used_at"], rows.line_num)
    except csv.Error as error:
        raise SourceError(f"{code(path)}: not valid CSV: {error}") from None
    except DocumentError as error:
        error.at(path)
        raise SourceError(f"{code(error.where)}: {error.message}", hint=error.hint) from None
    return found


def _moment(text: str | None, line: int) -> float | None:
    shown = (text or "").strip()
    if not shown:
        return None
    try:
        moment = datetime.fromisoformat(shown)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise DocumentError(
            f"{code(shown, 40)} is no date", Position(line, 1), "write it like `2026-01-31` or `2026-01-31T08:00:00Z`"
        ) from None


def _by_file(page: Page, mark: Mark, data: bytes, now: int) -> list[Finding]:
    path = mark.usage or ""
    model = read_model_use(data, path)
    found = _of_section(page, mark, read_usage(data, path), now) if model is None else _of_model(page, mark, model)
    return list(found)


def _of_model(page: Page, mark: Mark, model: ModelUse) -> Iterator[Finding]:
    """Yield the features that the model makes no use of, and those of a generated list that it does not even have."""
    generated = _generated(page, mark)
    for name, line in listed(page, mark).items():
        if name in model.idle:
            words = "has no importance in the model"
        elif name in generated and name not in model.features:
            words = "is not among the features of the model"
        else:
            continue
        message = f"the feature {code(name)} {words}, by {code(mark.usage)}, and the section lists it"
        yield _finding("unused-feature", page, line, name, message, _HINT, Severity.WARNING)


def _in_code(page: Page, mark: Mark, git: Git) -> Iterator[Finding]:
    """Yield the features that stand in no tracked file but pages; words that are no names are not judged."""
    names = [(name, line) for name, line in listed(page, mark).items() if name.isidentifier()]
    for name, line in names[:_MOST_NAMES]:
        if all(path.lower().endswith(_PAGES) for path in git.files_with(name)):
            message = f"the feature {code(name)} stands in no file of code or configuration, and the section lists it"
            yield _finding("unused-feature", page, line, name, message, _HINT, Severity.WARNING)


def _of_section(page: Page, mark: Mark, used: Mapping[str, float | None], now: int) -> Iterator[Finding]:
    limit = (mark.unused or DEFAULT).seconds
    newest = max((moment for moment in used.values() if moment is not None), default=None)
    export = code(mark.usage)
    if newest is None or now - newest > limit:
        said = "has no use of any feature" if newest is None else f"ends on {code(_day(newest))}, too long ago to tell"
        message = f"the usage export {export} {said}"
        yield _finding("unused-feature", page, mark.line, mark.name, message, "export it anew", Severity.WARNING)
        return
    for name, line in listed(page, mark).items():
        last = used.get(name, newest)
        if last is not None and newest - last <= limit:
            continue
        when = "was never used" if last is None else f"was last used on {code(_day(last))}"
        message = f"the feature {code(name)} {when}, as of {code(_day(newest))}, and the section lists it"
        yield _finding("unused-feature", page, line, name, message, _HINT, Severity.WARNING)


def listed(page: Page, mark: Mark) -> Mapping[str, int]:
    """Return the names that a section lists, in code style or in generated blocks, each with its first line."""
    heading = heading_of(page, mark.name)
    if heading is None:
        return {}
    found = _generated(page, mark)
    for span in page.readme.codes:
        if heading.line < span.line <= heading.last:
            found.setdefault(span.text, span.line)
    return found


def _generated(page: Page, mark: Mark) -> dict[str, int]:
    """Return the names in the generated blocks of a section, each with the line of its block."""
    heading = heading_of(page, mark.name)
    blocks = page.said.blocks if heading else ()
    found: dict[str, int] = {}
    for block in blocks:
        if heading and heading.line < block.begin.line <= heading.last:
            for name in _names(page, block):
                found.setdefault(name, block.begin.line)
    return found


def _names(page: Page, block: Block) -> Iterator[str]:
    for line in forms.read(block.body(page.readme.lines), block.form).lines:
        first = line[2:].partition(": ")[0] if line.startswith("- ") else line.strip("| ").partition(" | ")[0]
        yield first.strip("` ")


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")


def _finding(
    rule: str, page: Page, line: int, subject: str, message: str, hint: str | None, severity: Severity
) -> Finding:
    return Finding(
        rule=f"readme/{rule}",
        severity=severity,
        message=message,
        location=Location(path=page.path, line=line),
        hint=hint,
        subject=subject,
    )
