"""Puts into words why a contract cannot be used."""

from __future__ import annotations

from mlgate.context import Context
from mlgate.data.messages import Refusal, Refused
from mlgate.data.plan import RULE
from mlgate.report import Finding, Severity
from mlgate.text import code, codes, nearest

_KNOWN = 30


def refused_finding(context: Context, path: str, refused: Refused) -> Finding:
    """Return the finding for a contract that cannot be used; `path` is its file from the project folder."""
    message, hint = _words(path, refused)
    return Finding(
        rule=RULE,
        severity=Severity.ERROR,
        message=message,
        location=context.location(refused.path or path, refused.line),
        hint=hint,
        subject=path,
    )


def _words(path: str, refused: Refused) -> tuple[str, str | None]:
    shown = f"the contract {code(path)}"
    subject, said = code(refused.subject), code(refused.said)
    place = f"{refused.path or path}:{refused.line}" if refused.line else refused.path or path
    close = nearest(refused.subject, refused.known)
    meant = f"did you mean {code(close)}? " if close else ""
    known = codes(refused.known, _KNOWN)
    words: dict[Refusal, tuple[str, str | None]] = {
        Refusal.NO_SCHEMA: (
            f"{shown} holds no pandera schema",
            "define a `DataFrameModel` or a `DataFrameSchema` at its top level",
        ),
        Refusal.SEVERAL: (
            f"{shown} holds {len(refused.known)} schemas: {known}",
            f"say which: {code(f'{path}:{refused.known[0]}')}" if refused.known else None,
        ),
        Refusal.NO_SUCH_NAME: (
            f"{shown} has no {subject}",
            f"{meant}it holds {known}" if refused.known else "it holds no pandera schema",
        ),
        Refusal.NOT_A_SCHEMA: (
            f"{subject} in {shown} is {said}, no pandera schema",
            f"it holds {known}" if refused.known else None,
        ),
        Refusal.SYNTAX: (f"{shown} is not valid Python at {code(place)}: {said}", None),
        Refusal.RAISED: (
            f"{shown} raised {said} at {code(place)}",
            f"run `python {path}` from the project folder to see the whole traceback",
        ),
        Refusal.EXITED: (
            f"{shown} ends the process while it is imported, at {code(place)}: {said}",
            "put what is meant for the command line below `if __name__ == '__main__':`",
        ),
        Refusal.NOT_INSTALLED: (
            f"{shown} imports {subject}, which is not installed, at {code(place)}",
            f"contracts run in mlgate's own environment: install {subject} there, or keep the contract free of it",
        ),
        Refusal.ENGINE: (
            f"{shown} is written for {subject}",
            "contracts for pandas and for polars can be checked: `pandera.pandas`, `pandera.polars`",
        ),
        Refusal.CHECKS_NOTHING: (
            f"{shown} names no columns and no checks: it checks nothing",
            "state the columns that the data must have",
        ),
        Refusal.NOT_YAML: (f"{shown} cannot be read at {code(place)}: {said}", None),
        Refusal.SHAPE: (f"{shown}: {subject} must be {said}", None),
        Refusal.UNKNOWN_KEY: (f"{shown} has the unknown key or check {subject}", f"{meant}known here: {known}"),
        Refusal.UNKNOWN_DTYPE: (f"{shown} has the unknown dtype {subject}", f"{meant}known are {known}"),
        Refusal.UNKNOWN_CHECK: (f"{shown} has the unknown check {subject}", f"{meant}known are {known}"),
        Refusal.BAD_CHECK: (
            f"{shown}: column {subject} has a check that cannot be made: {said}",
            "give the check all its values, such as `in_range: {min_value: 0, max_value: 1}`",
        ),
        Refusal.BAD_SCHEMA: (f"{shown} is refused by pandera: {said}", None),
    }
    return words[refused.reason]
