"""What counts as looser, tighter, removed and retyped, pair by pair of pandera's own schemas."""

from __future__ import annotations

from pathlib import Path

import pandera.pandas as pa
import pytest

from mlgate.data.contract_difference import differences
from mlgate.data.describing import describe
from mlgate.text import plain

NOWHERE = Path("contract.yaml")


def changes(before: pa.DataFrameSchema, now: pa.DataFrameSchema) -> list[str]:
    """Return the differences as `kind column: words`."""
    found = differences(describe(before, NOWHERE), describe(now, NOWHERE))
    return [plain(f"{one.kind} {one.column}: {one.words}") for one in found]


def column(*checks: pa.Check, dtype: object = float, **more: object) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({"x": pa.Column(dtype, list(checks), **more)})


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(column(pa.Check.ge(0)), column(pa.Check.ge(0)), id="the same"),
        pytest.param(
            column(pa.Check.in_range(0, 9)), column(pa.Check.ge(0), pa.Check.le(9)), id="a range in two checks"
        ),
        pytest.param(column(pa.Check.isin([1, 2])), column(pa.Check.isin([2, 1])), id="a set in another order"),
        pytest.param(column(pa.Check.ge(0)), column(pa.Check.ge(0), title="X", description="x"), id="words"),
        pytest.param(column(pa.Check.ge(0, raise_warning=True)), column(), id="a check that only warned is gone"),
    ],
)
def test_differences__quiet(before: pa.DataFrameSchema, now: pa.DataFrameSchema) -> None:
    assert changes(before, now) == []


R = pa.Check.in_range


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        pytest.param(column(), column(nullable=True), "nulls are allowed", id="nulls"),
        pytest.param(column(unique=True), column(), "values may repeat", id="unique"),
        pytest.param(column(), column(required=False), "it may be missing", id="required"),
        pytest.param(column(), column(coerce=True), "other types are converted", id="coerce"),
        pytest.param(column(R(0, 9)), column(R(0, 10)), "≥ 0 and ≤ 9 became ≥ 0 and ≤ 10", id="upper end"),
        pytest.param(column(pa.Check.gt(0)), column(pa.Check.ge(0)), "> 0 became ≥ 0", id="end itself"),
        pytest.param(column(R(0, 9)), column(R(1, 10)), "≥ 0 and ≤ 9 became ≥ 1 and ≤ 10", id="moved"),
        pytest.param(column(R(0, 9)), column(pa.Check.ge(0)), "≥ 0 and ≤ 9 became ≥ 0", id="one end gone"),
        pytest.param(
            column(pa.Check.isin(["a"]), dtype=str),
            column(pa.Check.isin(["a", "b"]), dtype=str),
            "b is allowed too",
            id="a value more",
        ),
        pytest.param(column(pa.Check.isin([1])), column(), "no longer must be one of 1", id="set gone"),
        pytest.param(
            column(pa.Check.notin([1, 2])), column(pa.Check.notin([2])), "1 is no longer forbidden", id="forbidden"
        ),
        pytest.param(
            column(pa.Check.str_length(1, 4), dtype=str),
            column(pa.Check.str_length(1, 5), dtype=str),
            "lengths 1 to 4 became 1 to 5",
            id="lengths",
        ),
        pytest.param(
            column(pa.Check.str_matches("^a"), dtype=str),
            column(pa.Check.str_matches("^"), dtype=str),
            "str_matches('^a') became str_matches('^')",
            id="pattern",
        ),
    ],
)
def test_differences__looser_and_the_other_way_tighter(
    before: pa.DataFrameSchema, now: pa.DataFrameSchema, words: str
) -> None:
    assert changes(before, now) == [f"loosened x: {words}"]
    back = changes(now, before)
    assert [one.partition(" ")[0] for one in back] in (["tightened"], ["loosened"])
    assert (back[0].startswith("loosened")) is ("^" in words or "≥ 1" in words)


def test_differences__columns() -> None:
    before = pa.DataFrameSchema({"a": pa.Column(int), "b": pa.Column(int)}, strict=True, unique=["a", "b"])
    now = pa.DataFrameSchema({"a": pa.Column(float), "c": pa.Column(str, required=False)})
    assert changes(before, now) == [
        "retyped a: is float64 instead of int64",
        "removed b: is gone",
        "added c: is new, and may be missing",
        "loosened : other columns are allowed",
        "loosened : a, b may repeat together",
    ]


def test_differences__code_of_own_checks(tmp_path: Path) -> None:
    described = []
    for body in ("s > 0", "s > 0  # told better", "s > -1"):
        path = tmp_path / "contract.py"
        path.write_text(f"def positive(s):\n    return {body}\n", encoding="utf-8")
        check = pa.Check(lambda s: s > 0, name="positive")
        described.append(describe(column(check), path))
    assert differences(described[0], described[1]) == []
    assert [one.kind.value for one in differences(described[0], described[2])] == ["changed"]
