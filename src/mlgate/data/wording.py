"""How amounts, shares and places of rows are written in findings about data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from mlgate.data.formats import format_of
from mlgate.text import amount, code

_SOME = 3


def share_of_rows(count: int, total: int, noun: str = "row") -> str:
    """Return `12 of 1,000 rows (1.2 %)`, or `all 1,000 rows`."""
    if count >= total:
        return f"all {amount(total, noun)}" if total > 1 else f"the only {noun}"
    return f"{count:,} of {amount(total, noun)} ({percent(count, total)})"


def percent(count: int, total: int) -> str:
    """Return a share in percent with the digits that matter."""
    share = 100 * count / total
    if share < 0.1:
        return "under 0.1 %"
    return f"{share:.1f} %" if share < 99.95 else "over 99.9 %"


def is_text(path: str) -> bool:
    """Return whether rows of a file are named by line."""
    form = format_of(path)
    return form is not None and form.is_text


def places(found: Sequence[tuple[str, int]], *, several: bool) -> str:
    """Return places, each a path and a number, as `line 5`, `rows 3 and 9`, or `a.csv lines 2 and 4, b.csv line 7`.

    `several` says whether the dataset has several files, which must then be named.
    """
    by_file: dict[str, list[int]] = {}
    for path, number in found:
        by_file.setdefault(path, []).append(number)
    parts = []
    for path, numbers in by_file.items():
        noun = ("line" if is_text(path) else "row") + ("s" if len(numbers) > 1 else "")
        listed = listing([str(number) for number in numbers])
        parts.append(f"{code(_name(path))} {noun} {listed}" if several else f"{noun} {listed}")
    return ", ".join(parts)


def listing(words: Sequence[str]) -> str:
    """Return words joined by commas and a last `and`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def in_files(paths: Sequence[str], of: int) -> str:
    """Return ` in ...` for what is true of some of the files of a dataset, and nothing for all of them."""
    if of < 2 or len(paths) >= of:
        return ""
    named = [code(_name(path)) for path in paths[:_SOME]]
    more = f" and {amount(len(paths) - _SOME, 'more file')}" if len(paths) > _SOME else ""
    return f" in {', '.join(named) if more else listing(named)}{more}"


def _name(path: str) -> str:
    """Return the name of a file, after the folders that are columns: in each of them files may be called the same."""
    parts = PurePosixPath(path).parts
    begin = len(parts) - 1
    while begin and "=" in parts[begin - 1]:
        begin -= 1
    return "/".join(parts[begin:])
