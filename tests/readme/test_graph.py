"""DVC stages as a graph in a README."""

from __future__ import annotations

import json

import pytest

from mlgate.readme.graph import stage_graph
from mlgate.readme.sources import SourceError
from mlgate.text import plain

PIPELINE = b"""\
stages:
  evaluate:
    cmd: x
    deps: [model.pkl, out/data/test.csv]
    metrics: [metrics.json]
  prepare:
    cmd: x
    deps: [raw.csv]
    outs: [out/data]
  train:
    foreach: [us, eu]
    do:
      cmd: x
      deps: [out]
      outs: ["model_${item}.pkl"]
"""


def graph(text: bytes, path: str = "dvc.yaml") -> list[str]:
    return stage_graph(path, {path: text}.get)


def test_graph__stages_and_what_feeds_what() -> None:
    assert graph(PIPELINE) == [
        "flowchart TD",
        '    s1["evaluate"]',
        '    s2["prepare"]',
        '    s3["train@us"]',
        '    s4["train@eu"]',
        "    s2 --> s1",
        "    s2 --> s3",
        "    s2 --> s4",
    ]


def test_graph__a_pipeline_in_a_folder() -> None:
    text = b"stages: {a: {cmd: x, outs: [d]}, b: {cmd: x, deps: [d]}}"
    assert graph(text, "flows/dvc.yaml")[-1] == "    s1 --> s2"


@pytest.mark.parametrize("name", ['a"]; click x', "a<b>", "a`b", "a#b", "ä|b"])
def test_graph__a_name_stays_in_its_label(name: str) -> None:
    label = graph(json.dumps({"stages": {name: {"cmd": "x"}}}).encode())[1]
    inside = label.removeprefix('    s1["').removesuffix('"]')
    assert not set(inside) & set('"[]<>`|')


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        pytest.param(
            "params.yaml", b"a: 1", "as=graph draws the stages of a dvc.yaml, not params.yaml", id="other file"
        ),
        pytest.param("dvc.yaml", b"stages: {}", "dvc.yaml has no stages", id="no stages"),
        pytest.param("dvc.yaml", b"stages: {a: [", "dvc.yaml:2:1: not valid YAML", id="not YAML"),
        pytest.param("dvc.yaml", b"stages: {a: {cmd: '${x}'}}", "dvc.yaml:1:", id="template without its value"),
    ],
)
def test_graph__refuses(path: str, text: bytes, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        graph(text, path)
    assert plain(raised.value.message).startswith(message)
