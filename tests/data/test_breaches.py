"""Broken rules in words: each kind once, in one file and over several, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from mlgate.data.breaches import Words, bundled
from mlgate.data.hints import hint_for
from mlgate.data.merging import Merged, merge
from mlgate.data.messages import Breach, Broken, Example, Place

CSV = ("data/sales.csv",)


def fact(breach: Breach, **facts: Any) -> Broken:
    return Broken(breach=breach, **{"rule": "r", "column": "price", "total": 1000, **facts})


def told(broken: Broken) -> str:
    (merged,) = merge([(CSV, broken)], 5)
    return Words("sales", 1000, 1).message(merged)


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        pytest.param(fact(Breach.MISSING), "column `price` of `sales` is missing", id="missing"),
        pytest.param(
            fact(Breach.MISSING, column="^f_", check="pattern"),
            "no column of `sales` matches the pattern `^f_`",
            id="pattern",
        ),
        pytest.param(
            fact(Breach.EXTRA), "column `price` of `sales` is not in the contract, which is strict", id="extra"
        ),
        pytest.param(
            fact(Breach.ORDER, got="b", wanted="a"),
            "the columns of `sales` are out of order: `b` stands where the contract has `a`",
            id="order",
        ),
        pytest.param(
            fact(Breach.DTYPE, got="int64", wanted="float64"),
            "column `price` of `sales` is `int64` where the contract wants `float64`",
            id="dtype",
        ),
        pytest.param(
            fact(
                Breach.DTYPE, got="str", wanted="float64", count=1, skipped=1, examples=(Example("n.a.", (Place(5),)),)
            ),
            "column `price` of `sales` is `str` where the contract wants `float64`: "
            "1 of 1,000 rows (0.1 %) does not fit, such as `n.a.` (line 5); its 1 check was not run",
            id="dtype with values",
        ),
        pytest.param(
            fact(Breach.COERCION, wanted="float64", count=2, examples=(Example("x", (Place(5), Place(6))),), skipped=2),
            "column `price` of `sales` cannot be coerced to `float64`: 2 of 1,000 rows (0.2 %) do not fit, "
            "such as `x` (lines 5 and 6); its 2 checks were not run",
            id="coercion",
        ),
        pytest.param(
            fact(Breach.NULLS, count=12, places=(Place(5), Place(9), Place(17))),
            "column `price` of `sales`: 12 of 1,000 rows (1.2 %) are null (lines 5, 9 and 17)",
            id="nulls",
        ),
        pytest.param(
            fact(Breach.DUPLICATES, count=2, examples=(Example("7", (Place(5), Place(9))),)),
            "column `price` of `sales` must be unique: 2 of 1,000 rows (0.2 %) repeat a value, "
            "such as `7` (lines 5 and 9)",
            id="duplicates",
        ),
        pytest.param(
            fact(Breach.DUPLICATES, column="", check="a, b", count=1, examples=(Example("a=1, b=2", (Place(5),)),)),
            "columns `a, b` of `sales` must be unique together: 1 of 1,000 rows (0.1 %) repeats a value, "
            "such as `a=1, b=2` (line 5)",
            id="duplicates of several columns",
        ),
        pytest.param(
            fact(Breach.CHECK, check="in_range(0, 100)", count=12, examples=(Example("-1", (Place(5),)),)),
            "column `price` of `sales`: 12 of 1,000 rows (1.2 %) are not `in_range(0, 100)`, such as `-1` (line 5)",
            id="built-in check",
        ),
        pytest.param(
            fact(Breach.CHECK, check="prices are whole", count=1, examples=(Example("1.5", (Place(5),)),)),
            "column `price` of `sales`: 1 of 1,000 rows (0.1 %) breaks `prices are whole`, such as `1.5` (line 5)",
            id="own check",
        ),
        pytest.param(
            fact(
                Breach.CHECK,
                check="ge(0)",
                count=9,
                common=("-1", 7),
                examples=(Example("-1", (Place(5),)), Example("-2", (Place(6),))),
            ),
            "column `price` of `sales`: 9 of 1,000 rows (0.9 %) are not `ge(0)`, "
            "such as `-1` (line 5), `-2` (line 6); 7 of them are `-1`",
            id="one value in most rows",
        ),
        pytest.param(
            fact(Breach.CHECK, check="cheap"), "column `price` of `sales`: `cheap` does not hold", id="whole column"
        ),
        pytest.param(
            fact(Breach.CHECK, column="", check="a < b", count=2, places=(Place(5), Place(6))),
            "2 of 1,000 rows (0.2 %) of `sales` break `a < b` (lines 5 and 6)",
            id="check of rows",
        ),
        pytest.param(fact(Breach.CHECK, column="", check="enough"), "`sales`: `enough` does not hold", id="whole data"),
        pytest.param(
            fact(Breach.RAISED, check="cheap", said="KeyError: 'x'"),
            "column `price` of `sales`: the check `cheap` raised `KeyError: 'x'`",
            id="raised",
        ),
        pytest.param(
            fact(Breach.RAISED, column="", said="KeyError: 'x'"),
            "`sales`: the contract raised `KeyError: 'x'`; its checks were not run",
            id="parser raised",
        ),
        pytest.param(
            fact(Breach.OTHER, column="", said="index is wrong"),
            "`sales`: pandera says `index is wrong`",
            id="something else",
        ),
    ],
)
def test_message(broken: Broken, text: str) -> None:
    assert told(broken) == text


def test_message__text_of_the_data_is_foreign() -> None:
    shown = told(fact(Breach.CHECK, check="ge(0)", count=1, examples=(Example("`@team` <b>", (Place(5),)),)))
    assert "`` `@team` <b> `` (line 5)" in shown


def test_message__over_several_files() -> None:
    first = fact(Breach.CHECK, check="ge(0)", count=2, total=500, examples=(Example("-1", (Place(2), Place(3))),))
    second = fact(Breach.CHECK, check="ge(0)", count=1, total=500, examples=(Example("-1", (Place(9),)),))
    (merged,) = merge([(("d/a.csv",), first), (("d/b.csv",), second)], 5)
    assert Words("sales", 1000, 2).message(merged) == (
        "column `price` of `sales`: 3 of 1,000 rows (0.3 %) are not `ge(0)`, "
        "such as `-1` (`a.csv` lines 2 and 3, `b.csv` line 9)"
    )
    assert merged.first_place == ("d/a.csv", 2)


def test_message__names_the_files_that_lack_a_column() -> None:
    (merged,) = merge([(("d/b.csv",), fact(Breach.MISSING))], 5)
    assert Words("sales", 1000, 3).message(merged) == "column `price` of `sales` is missing in `b.csv`"


def test_merge__other_types_in_other_files_are_told_apart() -> None:
    found = [(("a.csv",), fact(Breach.DTYPE, got="str")), (("b.csv",), fact(Breach.DTYPE, got="bool"))]
    assert [merged.first.got for merged in merge(found, 5)] == ["str", "bool"]


def test_merge__places_outside_of_the_files_are_dropped() -> None:
    (merged,) = merge([(CSV, fact(Breach.NULLS, count=1, places=(Place(5, 7),)))], 5)
    assert merged.places == ()


def many(breach: Breach, count: int) -> list[Merged]:
    return merge([(CSV, fact(breach, rule=str(n), column=f"c{n}")) for n in range(count)], 5)


def test_bundled__a_few_are_told_one_by_one() -> None:
    assert bundled(many(Breach.MISSING, 5), Breach.MISSING, "sales")[1] is None


def test_bundled__many_are_told_at_once() -> None:
    rest, message = bundled(many(Breach.MISSING, 31) + many(Breach.NULLS, 1), Breach.MISSING, "sales")
    assert message == "31 columns of `sales` are missing: `c0`, `c1`, `c2`, `c3`, `c4` and 26 more"
    assert [merged.first.breach for merged in rest] == [Breach.NULLS]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        pytest.param(fact(Breach.MISSING, got="Price"), "the data has `Price`: renamed?", id="renamed"),
        pytest.param(fact(Breach.MISSING, got="price;color"), "set `separator: ';'`", id="separator"),
        pytest.param(fact(Breach.NULLS, count=1), "`nullable=True`", id="nulls"),
        pytest.param(fact(Breach.DTYPE, check="nulls"), "`Int64`", id="integers with nulls"),
        pytest.param(fact(Breach.DUPLICATES, count=2), "a join on a key", id="duplicates"),
        pytest.param(
            fact(Breach.CHECK, check="in_range(0, 9)", count=1, examples=(Example("-999.0", ()),)),
            "`-999.0` looks like a mark for missing",
            id="sentinel",
        ),
        pytest.param(
            fact(Breach.CHECK, check="in_range(0, 9)", count=2, examples=(Example("77", ()), Example("78", ()))),
            "a wrong unit",
            id="range",
        ),
        pytest.param(
            fact(Breach.CHECK, check="isin(['red'])", count=1, similar=(("Red ", "red"),)),
            "`Red ` differs from `red` in case or spaces only",
            id="spelling",
        ),
        pytest.param(fact(Breach.CHECK, check="isin(['red'])", count=1), "a new category", id="category"),
        pytest.param(fact(Breach.CHECK, check="own", count=1), "look at these rows", id="own check"),
    ],
)
def test_hint(broken: Broken, words: str) -> None:
    (merged,) = merge([(CSV, broken)], 5)
    assert words in (hint_for(merged) or "")
