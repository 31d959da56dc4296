"""The config that counts, out of two: key by key what a reviewer would expect."""

from __future__ import annotations

from typing import Any

import pytest

from mlgate.checks import BUILTIN
from mlgate.config import Config
from mlgate.config_reading import build_config
from mlgate.documents import parse_yaml
from mlgate.policy.merge import Merge
from mlgate.policy.ruling import Turn
from mlgate.policy.shown import shown

HERE = frozenset({"README.md", "src", "tests"})


KINDS = {name: check.config for name, check in BUILTIN.items()}


def config(text: str) -> Config:
    return build_config(parse_yaml(text), KINDS, "mlgate.yaml", text.encode())


def merged(before: str, after: str, *, removals_count: bool = False) -> tuple[Config, dict[str, Turn]]:
    """Return what counts, and the turn of each key that differs."""
    merge = Merge(follow=(), removals_count=removals_count, is_own=False, exists=HERE.__contains__)
    counting = merge.config(config(before), config(after), KINDS)
    return counting, {change.key: change.turn for change in merge.changes}


def value(counting: Config, path: str) -> str:
    """Return the value of a key as people write it."""
    section, *keys = path.split(".")
    found: Any = counting.sections[section] if section in counting.sections else getattr(counting, section)
    for key in keys:
        found = found[key] if isinstance(found, dict) else getattr(found, key)
    return shown(found)


@pytest.mark.parametrize(
    ("before", "after", "key", "counts"),
    [
        pytest.param("metrics: {mode: non-inferiority}", "metrics: {}", "metrics.mode", "non-inferiority", id="a mode"),
        pytest.param("metrics: {history: 20}", "metrics: {history: 0}", "metrics.history", "20", id="no order"),
        pytest.param("repro: {rerun: full}", "repro: {rerun: 'off'}", "repro.rerun", "full", id="stages run again"),
        pytest.param("repro: {rerun: 'off'}", "repro: {rerun: stale}", "repro.rerun", "stale", id="more stages"),
        pytest.param("repro: {budgets: {time: 10m}}", "repro: {budgets: {time: 20m}}", "repro.budgets.time", "10m",
                     id="a budget"),
        pytest.param("tests: {coverage: {min: 80%}}", "tests: {coverage: {min: 70%, max_drop: 1pp}}", "tests.coverage",
                     "{min: 80%, max_drop: 1pp}", id="one key looser, one tighter"),
        pytest.param("readme: {sections: {data: Data}}", "readme: {sections: {data: Sources}}", "readme.sections",
                     "{data: Sources}", id="a title follows"),
        pytest.param("readme: {sections: {data: Data}}", "readme: {sections: {how: How}}", "readme.sections",
                     "{how: How, data: Data}", id="a section stays"),
        pytest.param("", "readme: {files: [README.md, docs/a.md]}", "readme.files", "[README.md, docs/a.md]",
                     id="a page beside the README"),
        pytest.param("", "readme: {files: [docs/a.md]}", "readme.files", "[docs/a.md, README.md]", id="not the README"),
        pytest.param("", "lint: {paths: [src]}", "lint.paths", "[]", id="some paths for all"),
        pytest.param("lint: {paths: [src]}", "", "lint.paths", "[]", id="all paths for some"),
        pytest.param("lint: {paths: [src, lib]}", "lint: {paths: [src]}", "lint.paths", "[src]", id="a path gone"),
        pytest.param("policy: {follow: [tests.args]}", "policy: {follow: [tests.args, data.timeout]}", "policy.follow",
                     "[tests.args]", id="one more key that follows"),
        pytest.param("policy: {follow: [tests.args]}", "", "policy.follow", "[]", id="no key that follows"),
        pytest.param("limits: {tests: 30m}", "limits: {tests: 60m}", "limits.tests", "1h", id="a time limit follows"),
        pytest.param("enforce: {lint: warn}", "enforce: {lint: block}", "enforce.lint", "block", id="enforced at once"),
        pytest.param("baseline: {reference: latest-tag}", "", "baseline.reference", "latest-tag", id="the reference"),
        pytest.param("data: {integrity: {leakage: block}}", "data: {integrity: {leakage: 'off'}}",
                     "data.integrity.leakage", "block", id="a check of integrity"),
    ],
)  # fmt: skip
def test_config__what_counts(before: str, after: str, key: str, counts: str) -> None:
    assert value(merged(before, after)[0], key) == counts


def test_config__comparisons_of_all_datasets_stay() -> None:
    datasets = "datasets: {a: {path: a.csv}, b: {path: b.csv}}\n"
    counting, turns = merged(datasets, datasets + "drift: {compare: [{current: a}]}")
    assert value(counting, "drift.compare") == "[{current: a}, {current: b}]"
    assert turns == {"drift.compare": Turn.LOOSER}


SPLITS = "datasets: {train: {path: a.csv, key: id}, test: {path: b.csv, key: id}}"


@pytest.mark.parametrize("name", ["bbb", "test_of_b", "train_b"])
def test_config__a_name_that_hides_a_split_renames_nothing(name: str) -> None:
    counting, told = merged(SPLITS, SPLITS.replace("test:", f"{name}:"))
    assert list(counting.datasets) == ["train", name, "test"]
    assert told == {f"datasets.{name}": Turn.TIGHTER, "datasets.test": Turn.LOOSER}


def test_config__a_name_of_the_same_part_is_a_rename() -> None:
    counting, told = merged(SPLITS, SPLITS.replace("test:", "holdout:"))
    assert (list(counting.datasets), told) == (["train", "holdout"], {})


def test_config__a_split_that_contradicts_the_name_waits() -> None:
    counting, told = merged(SPLITS, SPLITS.replace("b.csv", "b.csv, split: train"))
    assert (counting.datasets["test"].split, told) == ("test", {"datasets.test.split": Turn.OTHER})


def test_config__a_split_that_the_name_tells_changes_nothing() -> None:
    assert merged(SPLITS, SPLITS.replace("b.csv", "b.csv, split: test"))[1] == {}


def test_config__two_datasets_do_not_become_one() -> None:
    counting, told = merged("datasets: {a: {path: a.csv, key: id}, b: {path: a.csv}}", "datasets: {c: {path: a.csv}}")
    assert (counting.datasets["c"].key, list(counting.datasets)) == ("id", ["c", "b"])
    assert told == {"datasets.c.key": Turn.LOOSER, "datasets.b": Turn.LOOSER}


def test_config__a_new_comparison_beside_all_datasets_counts() -> None:
    datasets = "datasets: {a: {path: a.csv}, b: {path: b.csv}}\n"
    pairs = "drift: {compare: [{current: a}, {current: b}, {current: b, against: a}]}"
    counting, turns = merged(datasets, datasets + pairs)
    assert value(counting, "drift.compare") == "[{current: a}, {current: b}, {current: b, against: a}]"
    assert turns == {"drift.compare": Turn.TIGHTER}


def test_config__a_new_check_of_new_datasets_counts_whole() -> None:
    counting, turns = merged("", "datasets: {a: {path: a.csv}}\ndrift: {fail: {statistic: 0.9}}")
    assert value(counting, "drift.fail.statistic") == "0.9"
    assert turns == {"datasets.a": Turn.TIGHTER, "drift": Turn.TIGHTER}


def test_config__nothing_differs_between_equals() -> None:
    text = "metrics: {rules: {a: {min: 1}}}\ntests: {coverage: {min: 80%}}\nenforce: {lint: 'off'}"
    assert merged(text, text) == (config(text), {})
