"""What changed since the baseline: rows, categories, shares of classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, poisson

from asking import only
from datasets import Check, sales, warnings
from mlgate.integrity.unlikely import absence, binomial_tail, poisson_tail, upper_share
from mlgate.report import Severity
from mlgate.text import plain


def towns(rows: int, seed: int) -> pd.DataFrame:
    """Return a category with a long tail, as towns have: in every new sample some are there for the first time."""
    rng = np.random.default_rng(seed)
    number = np.minimum(rng.zipf(1.9, rows), 190)
    return sales(rows, seed).assign(town=[f"town {one}" for one in number])


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(sales(), sales(seed=1), id="other rows of the same kind"),
        pytest.param(sales(400), sales(360), id="a tenth of the rows fewer"),
        pytest.param(sales(400), sales(1100, 1), id="more than twice the rows"),
        pytest.param(towns(2000, 1), towns(2000, 2), id="rare categories come and go"),
        pytest.param(sales(30), sales(30, 1).query("color != 'red'"), id="a category missing from few rows"),
        pytest.param(sales(100), sales(100, 3), id="classes moved by chance"),
    ],
)
def test_changes__quiet(check: Check, before: pd.DataFrame, now: pd.DataFrame) -> None:
    outcome = check({"d": now}, {"d": before}, datasets={"d": ", target: bought"}, integrity="{fewer_rows: 60%}")
    assert warnings(outcome) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(300, "d has 300 rows, 25 % fewer than the 400 of the baseline", id="fewer"),
        pytest.param(1600, "d has 1,600 rows, 4.0 times the 400 of the baseline", id="more"),
    ],
)
def test_row_count(check: Check, rows: int, said: str) -> None:
    found = only(check({"d": sales(rows)}, {"d": sales(400)}), "data/row-count")
    assert plain(found.message) == said


def test_row_count__thresholds_of_the_config(check: Check) -> None:
    outcome = check({"d": sales(300)}, {"d": sales(400)}, integrity="{fewer_rows: 25%}")
    assert warnings(outcome) == []


def test_categories__new_and_gone(check: Check) -> None:
    before, now = sales(), sales(seed=1)
    now["color"] = now["color"].replace("red", "purple")
    outcome = check({"d": now}, {"d": before})
    assert warnings(outcome) == ["new-categories", "vanished-categories"]
    fresh, gone = (plain(only(outcome, f"data/{kind}-categories").message) for kind in ("new", "vanished"))
    assert fresh.startswith("column color of d has the new category purple (")
    assert gone.startswith("column color of d no longer has the category red (")


def test_balance__moved_since_the_baseline(check: Check) -> None:
    before = sales()
    now = before.assign(bought=(np.arange(400) % 10 == 0).astype(int))
    found = only(check({"d": now}, {"d": before}, datasets={"d": ", target: bought"}), "data/class-balance")
    assert plain(found.message).startswith("the classes of bought of d are in other shares than at the baseline: 0 ")
    assert plain(found.message).endswith("→ 90.0 %")


def test_balance__a_class_is_almost_absent(check: Check) -> None:
    kinds = ["rare"] * 4 + ["usual"] * 196 + ["common"] * 200
    found = only(check({"d": sales().assign(kind=kinds)}, datasets={"d": ", target: kind"}), "data/class-balance")
    assert plain(found.message) == "the target kind of d hardly has the category rare (4 rows)"
    assert found.severity is Severity.WARNING


def test_tails__hand_computed() -> None:
    assert poisson_tail(1, 0.5) == pytest.approx(1 - np.exp(-0.5))
    assert binomial_tail(2, 2, 0.1) == pytest.approx(0.01)
    assert (poisson_tail(1, 0), binomial_tail(1, 9, 0), poisson_tail(0, 0)) == (0, 0, 1)
    assert absence(0.5, 3) == 0.125
    assert poisson_tail(3, 5.0) == 1
    assert poisson_tail(20, 5.0) == pytest.approx(poisson.sf(19, 5.0))
    assert poisson_tail(3_000_500, 3e6) == pytest.approx(poisson.sf(3_000_499, 3e6), rel=1e-6)
    assert binomial_tail(70, 1000, 0.05) == pytest.approx(binom.sf(69, 1000, 0.05))
    assert binomial_tail(1000, 1000, 0.5) == pytest.approx(0.5**1000)
    assert upper_share(0, 100) == pytest.approx(4 / 104)
