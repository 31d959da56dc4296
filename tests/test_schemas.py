from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mlgate.checks import BUILTIN
from mlgate.config_reading import ConfigError, build_config
from mlgate.documents import parse_yaml
from mlgate.schemas import config_schema, documents, write

ROOT = Path(__file__).resolve().parents[1]
KINDS = {name: check.config for name, check in BUILTIN.items()}


def test_documents__are_the_files_in_the_repository(tmp_path: Path) -> None:
    write(tmp_path)
    for name in documents():
        made = (tmp_path / name).read_text(encoding="utf-8")
        kept = (ROOT / "schema" / name).read_text(encoding="utf-8")
        assert made == kept, "run `python -m mlgate.schemas`"


@pytest.mark.parametrize("name", list(documents()))
def test_documents__are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(documents()[name]))


def test_config_schema__every_key_is_described() -> None:
    def undescribed(schema: Any, path: str) -> list[str]:
        inner = schema.get("properties", {}) if isinstance(schema, dict) else {}
        found = [f"{path}.{key}" for key, value in inner.items() if "description" not in value]
        for key, value in inner.items():
            found += undescribed(value, f"{path}.{key}")
        return found

    assert undescribed(config_schema(), "") == []


def _reads(text: str) -> bool:
    try:
        build_config(parse_yaml(text), KINDS, "mlgate.yaml", text.encode())
    except ConfigError:
        return False
    return True


def _is_valid(text: str) -> bool:
    return Draft202012Validator(config_schema()).is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("version: 1", id="a version"),
        pytest.param("metrics:", id="an empty section"),
        pytest.param("enforce: {lint: warn, tests: 'off'}", id="enforcement"),
        pytest.param("limits: {tests: 30m}", id="a time"),
        pytest.param("datasets: {a: {path: x.csv, contract: c.py}}", id="a dataset"),
        pytest.param("metrics: {rules: {acc: {tolerance: 1pp, min: 0.5}, b: {gate: false}}}", id="rules"),
        pytest.param("tests: {coverage: {min: 80%, max_drop: 1pp}}", id="coverage"),
        pytest.param("report: {key: ranker}", id="a key"),
    ],
)
def test_config_schema__accepts_what_the_reader_accepts(text: str) -> None:
    assert _reads(text)
    assert _is_valid(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("verson: 1", id="a typo"),
        pytest.param("version: 2", id="another version"),
        pytest.param("metrics: {rule: {}}", id="a typo in a section"),
        pytest.param("metrics: {rules: {acc: {tolerance: 1}}}", id="a number without a unit"),
        pytest.param("limits: {tests: 30}", id="a time without a unit"),
        pytest.param("limits: {test: 30m}", id="a limit of no check"),
        pytest.param("enforce: {lint: maybe}", id="an unknown word"),
        pytest.param("enforce: {lnt: warn}", id="enforcement of no check"),
        pytest.param("datasets: {a: {}}", id="a dataset without a path"),
        pytest.param("datasets: {a: {path: ''}}", id="an empty path"),
        pytest.param("report: {key: a b}", id="a key with a space"),
        pytest.param("lint: {paths: src}", id="text for a list"),
        pytest.param("lint: {format: 'yes'}", id="text for true"),
        pytest.param("- a", id="a list"),
    ],
)
def test_config_schema__refuses_what_the_reader_refuses(text: str) -> None:
    assert not _reads(text)
    assert not _is_valid(text)
