"""How amounts, shares and places are written."""

from __future__ import annotations

import pytest

from mlgate.data.wording import in_files, listing, percent, places, share_of_rows


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [
        pytest.param(12, 1000, "12 of 1,000 rows (1.2 %)", id="some"),
        pytest.param(1, 4, "1 of 4 rows (25.0 %)", id="one"),
        pytest.param(1000, 1000, "all 1,000 rows", id="all"),
        pytest.param(1, 1, "the only row", id="the only one"),
        pytest.param(1, 5000, "1 of 5,000 rows (under 0.1 %)", id="hardly any"),
        pytest.param(9999, 10000, "9,999 of 10,000 rows (over 99.9 %)", id="nearly all"),
    ],
)
def test_share_of_rows(count: int, total: int, text: str) -> None:
    assert share_of_rows(count, total) == text


def test_percent__never_rounds_to_nothing_or_all() -> None:
    assert (percent(1, 10**9), percent(10**9 - 1, 10**9)) == ("under 0.1 %", "over 99.9 %")


@pytest.mark.parametrize(
    ("found", "several", "text"),
    [
        pytest.param([("d/a.csv", 5)], False, "line 5", id="line of the one file"),
        pytest.param([("d/a.parquet", 0), ("d/a.parquet", 3)], False, "rows 0 and 3", id="rows"),
        pytest.param(
            [("a.csv", 2), ("a.csv", 4), ("a.csv", 9), ("b.csv", 7)],
            True,
            "`a.csv` lines 2, 4 and 9, `b.csv` line 7",
            id="several files",
        ),
        pytest.param([("d/a.jsonl.gz", 1)], False, "line 1", id="compressed text"),
    ],
)
def test_places(found: list[tuple[str, int]], several: bool, text: str) -> None:
    assert places(found, several=several) == text


@pytest.mark.parametrize(
    ("paths", "of", "text"),
    [
        pytest.param(["a.csv"], 1, "", id="the only file"),
        pytest.param(["a.csv", "b.csv"], 2, "", id="all files"),
        pytest.param(["d/a.csv"], 2, " in `a.csv`", id="one of two"),
        pytest.param(["a", "b", "c"], 9, " in `a`, `b` and `c`", id="three of nine"),
        pytest.param(["a", "b", "c", "d", "e"], 9, " in `a`, `b`, `c` and 2 more files", id="five of nine"),
    ],
)
def test_in_files(paths: list[str], of: int, text: str) -> None:
    assert in_files(paths, of) == text


def test_listing__of_nothing() -> None:
    assert listing([]) == ""
