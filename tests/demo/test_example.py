"""The example as it lies in the repository: what it says of itself is true before anything is run."""

from __future__ import annotations

import json

from mlgate.checks import BUILTIN
from mlgate.config_reading import load_config
from mlgate.demo.world import find_example
from mlgate.documents import parse_yaml
from mlgate.readme.fix import fix
from mlgate.readme.sources import Sources

EXAMPLE = find_example()


def test_config__has_no_unknown_key() -> None:
    config = load_config(EXAMPLE, EXAMPLE, {name: check.config for name, check in BUILTIN.items()})
    assert set(config.datasets) == {"tumours", "train", "test"}


def test_readme__blocks_are_current() -> None:
    fixed = fix((EXAMPLE / "README.md").read_text(encoding="utf-8"), Sources.of_folder(EXAMPLE))
    assert fixed.is_whole
    assert fixed.count == 3
    assert not fixed.changed


def test_lock__parameters_are_those_of_params_yaml() -> None:
    params = parse_yaml((EXAMPLE / "params.yaml").read_text(encoding="utf-8")).value
    lock = parse_yaml((EXAMPLE / "dvc.lock").read_text(encoding="utf-8")).value
    for name, stage in lock["stages"].items():
        assert stage["params"]["params.yaml"] == {name: params[name]}


def test_metrics__are_of_a_model_worth_showing() -> None:
    metrics = json.loads((EXAMPLE / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["test"]["roc_auc"] > 0.97
