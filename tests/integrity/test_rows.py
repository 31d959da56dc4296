"""Rows that repeat, keys that repeat, labels that conflict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asking import ask, only
from datasets import Check, sales, warnings
from mlgate.checks.data import CHECK
from mlgate.report import Severity, Status
from mlgate.text import plain
from repositories import Repository

KEY = ", key: id, target: bought"


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(sales(), id="nothing repeats"),
        pytest.param(
            pd.DataFrame({"sex": ["m", "f"] * 200, "class": [1, 2, 3, 3] * 100, "survived": [0, 1, 1, 0] * 100}),
            id="few coarse values repeat by nature",
        ),
        pytest.param(
            pd.DataFrame(np.random.default_rng(0).integers(0, 40, (800, 2)), columns=["age", "children"]),
            id="as many twins as chance makes",
        ),
        pytest.param(pd.DataFrame({"x": [None] * 3 + [1.5, 2.5], "y": [None] * 3 + [1, 2]}), id="rows of nulls"),
    ],
)
def test_repeats__quiet(check: Check, frame: pd.DataFrame) -> None:
    assert warnings(check({"d": frame})) == []


def test_repeats__copied_rows(check: Check) -> None:
    frame = pd.concat([sales(), sales().iloc[[4, 7]]])
    outcome = check({"d": frame})
    found = only(outcome, "data/duplicate-rows")
    assert outcome.status is Status.WARNED
    assert plain(found.message) == (
        "2 of 402 rows (0.5 %) of d repeat an earlier row whole, such as lines 6 and 402; lines 9 and 403"
    )
    assert str(found.location) == "data/d.csv:402"


def test_repeats__baseline_has_them_too_is_a_note(check: Check) -> None:
    frame = pd.concat([sales(), sales().iloc[[4, 7]]])
    found = only(check({"d": frame}, {"d": frame.assign(weight=1.0)}), "data/duplicate-rows")
    assert found.severity is Severity.INFO
    assert found.message.endswith("as at the baseline")


def test_repeats__coarse_rows_multiplied_since_the_baseline(check: Check) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(0, 30, 900), "b": rng.integers(0, 30, 900)})
    found = only(check({"d": pd.concat([frame, frame])}, {"d": frame}), "data/duplicate-rows")
    assert "where the baseline has" in found.message


def test_keys__quiet(check: Check) -> None:
    assert warnings(check({"d": sales()}, datasets={"d": KEY})) == []


def test_keys__repeat(check: Check) -> None:
    frame = sales()
    frame.loc[9, "id"] = 3
    outcome = check({"d": frame}, datasets={"d": KEY})
    found = only(outcome, "data/duplicate-keys")
    assert outcome.status is Status.FAILED
    assert plain(found.message) == (
        "key id of d: 1 of 400 rows (0.2 %) repeats an earlier one, such as 3 (lines 5 and 11)"
    )
    assert (found.key, str(found.location)) == ("data/duplicate-keys:d.id", "data/d.csv:11")


@pytest.mark.parametrize(
    ("unique", "told"),
    [
        pytest.param('"id": pa.Column(int, unique=True)', "data/contract", id="by the contract"),
        pytest.param('"id": pa.Column(int, pa.Check.ge(0))', "data/duplicate-keys", id="beside it"),
    ],
)
def test_keys__that_repeat_are_told_once(repo: Repository, unique: str, told: str) -> None:
    frame = sales()
    frame.loc[9, "id"] = 3
    repo.write({
        "data/d.csv": frame.to_csv(index=False),
        "c.py": f"import pandera.pandas as pa\nS = pa.DataFrameSchema({{{unique}}})\n",
        "mlgate.yaml": "datasets: {d: {path: data/d.csv, key: id, contract: c.py}}\n",
    })  # fmt: skip
    errors = [finding.rule for finding in ask(CHECK, repo).findings if finding.severity is Severity.ERROR]
    assert errors == [told]


def test_keys__of_two_columns_over_several_files(repo: Repository) -> None:
    parts = {"a": sales().head(200), "b": sales().iloc[199:]}
    repo.write({f"data/{name}.csv": frame.to_csv(index=False) for name, frame in parts.items()})
    repo.write({"mlgate.yaml": 'datasets: {d: {path: "data/*.csv", key: [id, color]}}\n'})
    found = only(ask(CHECK, repo), "data/duplicate-keys")
    assert "(a.csv line 201, b.csv line 2)" in plain(found.message)


def test_keys__column_is_missing(check: Check) -> None:
    found = only(check({"d": sales()}, datasets={"d": ", key: nr"}), "data/duplicate-keys")
    assert plain(found.message) == "d has no column nr, which the config calls its key"


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(sales(), id="features differ"),
        pytest.param(
            pd.DataFrame({"sex": ["m", "f"] * 200, "age": list(range(20, 60)) * 10, "bought": [0, 1, 1, 0] * 100}),
            id="coarse features cannot decide",
        ),
    ],
)
def test_conflicts__quiet(check: Check, frame: pd.DataFrame) -> None:
    assert warnings(check({"d": frame}, datasets={"d": ", target: bought"})) == []


def test_conflicts__same_measurements_other_label(check: Check) -> None:
    copies = sales().iloc[[4, 7]].assign(bought=lambda rows: 1 - rows["bought"], id=[9001, 9002])
    found = only(check({"d": pd.concat([sales(), copies])}, datasets={"d": KEY}), "data/conflicting-labels")
    assert plain(found.message).startswith(
        "4 of 402 rows (1.0 %) of d have the features of another row, but not its bought: 2 groups, such as "
    )
    assert "lines 6 and 402" in found.message
    assert found.severity is Severity.WARNING


def test_no_examples__shows_places_but_no_values(check: Check) -> None:
    frame = sales()
    frame.loc[9, "id"] = 3
    found = only(check({"d": frame}, datasets={"d": KEY}, examples=0), "data/duplicate-keys")
    assert plain(found.message).endswith("such as lines 5 and 11")


def test_off__asks_nothing(check: Check) -> None:
    frame = pd.concat([sales(), sales()])
    assert (
        warnings(check({"d": frame}, datasets={"d": KEY}, integrity="{duplicate_rows: off, duplicate_keys: off}")) == []
    )


def test_block__fails(check: Check) -> None:
    frame = pd.concat([sales(), sales().head(3)])
    assert check({"d": frame}, integrity="{duplicate_rows: block}").status is Status.FAILED
