"""Whether the numbers of a metric file that was made again are those of the committed one."""

from __future__ import annotations

import pytest

from mlgate.metrics.closeness import closeness
from mlgate.metrics.rules import Rule, Rulebook
from mlgate.units import Tolerance


def within(committed, again, **rules):
    written = {name: Rule(**rule) for name, rule in rules.items()}
    return closeness("m.json", committed.encode(), again.encode(), Rulebook(written)).within


@pytest.mark.parametrize(
    ("committed", "again"),
    [
        pytest.param('{"auc": 0.9}', '{ "auc" : 0.90 }', id="other spaces"),
        pytest.param('{"auc": 0.912}', '{"auc": 0.9133}', id="better by less than a point"),
        pytest.param('{"auc": 0.9133}', '{"auc": 0.912}', id="worse by less than a point"),
        pytest.param('{"sum": 0.3}', '{"sum": 0.30000000000000004}', id="noise of a sum"),
        pytest.param('{"train_seconds": 1.0}', '{"train_seconds": 9.0}', id="a time"),
        pytest.param('{"model": "forest"}', '{"model": "forest"}', id="the same word"),
        pytest.param('{"loss": NaN}', '{"loss": NaN}', id="not a number, twice"),
    ],
)
def test_closeness__within(committed, again):
    assert within(committed, again)


@pytest.mark.parametrize(
    ("committed", "again"),
    [
        pytest.param('{"auc": 0.90}', '{"auc": 0.92}', id="better by two points"),
        pytest.param('{"auc": 0.92}', '{"auc": 0.90}', id="worse by two points"),
        pytest.param('{"rows": 1000}', '{"rows": 1001}', id="a count"),
        pytest.param('{"model": "forest"}', '{"model": "linear"}', id="another word"),
        pytest.param('{"auc": 0.9}', "{}", id="a value is gone"),
        pytest.param("{}", '{"auc": 0.9}', id="a value is new"),
        pytest.param('{"auc": 0.9}', '{"auc": NaN}', id="not a number now"),
        pytest.param('{"score": 0.0}', '{"score": 0.001}', id="from zero, where a relative tolerance says nothing"),
        pytest.param('{"auc": 0.9}', '{"auc": ', id="cut short"),
    ],
)
def test_closeness__different(committed, again):
    assert not within(committed, again)


def test_closeness__rule_of_the_config_decides():
    rule = {"tolerance": Tolerance.parse("5pp")}
    assert within('{"auc": 0.90}', '{"auc": 0.94}', auc=rule)
    assert not within('{"auc": 0.90}', '{"auc": 0.96}', auc=rule)
    assert within('{"auc": 0.90}', '{"auc": 0.10}', auc={"gate": False})


def test_closeness__says_what_moved():
    moves = closeness("m.json", b'{"auc": 0.9, "f1": 0.8}', b'{"auc": 0.9, "f1": 0.5}', Rulebook({}))
    assert moves.words == "`f1` 0.80 then, 0.50 now (1 pp tolerated)"
