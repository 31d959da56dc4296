"""The table of what is tighter knows every key of the config, and none that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mlgate.policy.table import TABLE, pattern_of, way_of
from mlgate.policy.ways import FOLLOWS, HELD
from mlgate.schemas import config_schema

# What these hold is judged key by key, entry by entry, or not at all.
_WHOLE = {"version", "waivers", "waivers.*.key"}


def keys(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield every key of the config that is no mere section, with stars for names that people choose."""
    for name, inner in schema.get("properties", {}).items():
        own = f"{path}{name}"
        members = inner.get("anyOf", [inner])
        below = [key for member in members for key in _below(member, own)]
        if not below or any("properties" not in member for member in members):
            yield own
        yield from below


def _below(schema: dict[str, Any], own: str) -> Iterator[str]:
    yield from keys(schema, f"{own}.")
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        found = list(keys(inner, f"{own}.*."))
        yield from found or [f"{own}.*"]
    if own == "waivers":
        yield from keys(schema["items"], f"{own}.*.")


def test_table__has_a_word_for_every_key() -> None:
    missing = sorted(set(keys(config_schema())) - set(TABLE) - _WHOLE - _open_mappings())
    assert not missing, f"say in mlgate/policy/table.py which way these are tighter: {missing}"


def test_table__has_no_key_that_is_not_there() -> None:
    known = set(keys(config_schema())) | _open_mappings()
    optional = {"metrics.predictions", "metrics.mlflow", "tests.coverage"}
    assert not sorted(set(TABLE) - known - optional)


def _open_mappings() -> set[str]:
    """Return the mappings whose entries are judged one by one."""
    return {key.removesuffix(".*") for key in keys(config_schema()) if key.endswith(".*")} | {
        key.partition(".*.")[0] for key in keys(config_schema()) if ".*." in key
    }


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        (("metrics", "rules", "eval.*.rmse", "min"), "metrics.rules.*.min"),
        (("enforce", "lint"), "enforce.*"),
        (("datasets", "a.b", "path"), "datasets.*.path"),
        (("datasets",), "datasets"),
        (("tests", "coverage", "min"), "tests.coverage.min"),
    ],
)
def test_pattern_of__names_that_people_choose_are_stars(path: tuple[str, ...], pattern: str) -> None:
    assert pattern_of(path) == pattern


def test_way_of__an_unknown_key_is_held() -> None:
    assert way_of(("some-plugin", "limit")) is HELD
    assert way_of(("some-plugin", "limit"), ("some-plugin.*",)) is FOLLOWS
