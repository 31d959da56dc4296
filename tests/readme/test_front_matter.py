"""Metrics of a model card's front matter, bound by comments of YAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mlgate.readme.claims import Claim, judge
from mlgate.readme.fix import fix_text
from mlgate.readme.layout import layout
from mlgate.readme.parse import parse
from mlgate.readme.sources import Sources
from mlgate.text import plain

SOURCES = Sources({"m.json": b'{"auc": 0.91234, "n": 1204, "best": "a", "nan": NaN, "small": 1.2e-7}'}.get)
CARD = """\
---
license: mit
model-index:
- name: flights  # the one of 2026
  results:
  - metrics:
    - type: auc
      value: 0.912  # mlgate:value m.json#auc
    - type: rows
      value: 1204 # mlgate:value m.json#n fmt=d
---
# Card
"""


def claims(text: str) -> list[Claim]:
    readme = parse(text)
    return list(judge(readme.lines, layout(readme), SOURCES))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CARD, id="as it should be"),
        pytest.param(CARD.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(CARD.replace("0.912  # ", "9.1e-01 # ").replace("#auc", "#auc fmt=.1e"), id="fmt"),
        pytest.param(CARD.replace("  # mlgate:value m.json#auc", ""), id="not bound"),
    ],
)  # fmt: skip
def test_front__quiet(text: str) -> None:
    assert {claim.rule for claim in claims(text)} == {None}
    assert layout(parse(text)).problems == ()


def test_front__only_between_the_dashes() -> None:
    assert claims("# Card\n\n    value: 0.1  # mlgate:value m.json#auc\n") == []


def test_front__differs() -> None:
    (claim, _) = claims(CARD.replace("0.912", "0.915"))
    assert (claim.rule, claim.line) == ("model-index", 8)
    assert plain(claim.message) == "m.json#auc is 0.912, and the front matter says 0.915"


@pytest.mark.parametrize("said", ["0.900", "0,912", "nothing"])
def test_front__is_mended_and_stays_yaml(said: str) -> None:
    fixed = fix_text(CARD.replace("0.912", said).replace("1204 #", "1203 #"), SOURCES)
    read = yaml.safe_load(fixed.split("---")[1])
    metrics = read["model-index"][0]["results"][0]["metrics"]
    assert metrics[0]["value"] == pytest.approx(0.912, abs=1e-3)
    assert metrics[1]["value"] == 1204
    assert fixed.partition("value: ")[0] == CARD.partition("value: ")[0]


@pytest.mark.parametrize("source", ["m.json#best", "m.json#nan", "m.json", "m.json#gone"])
def test_front__what_is_no_number(source: str) -> None:
    assert claims(CARD.replace("m.json#auc", source))[0].rule == "source"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("      value: 0.912  # mlgate:valeu m.json#auc", id="typo"),
        pytest.param("      value: '0.912'  # mlgate:value m.json#auc", id="quoted"),
        pytest.param("      value: [0.912]  # mlgate:value m.json#auc", id="list"),
        pytest.param("      # mlgate:value m.json#auc", id="on a line of its own"),
        pytest.param("      value:  # mlgate:value m.json#auc", id="nothing there"),
        pytest.param("      value: 1  # mlgate:section a", id="other marker"),
        pytest.param("      value: 1  # mlgate:value", id="no source"),
    ],
)
def test_front__names_what_is_wrong(line: str) -> None:
    text = CARD.replace("      value: 0.912  # mlgate:value m.json#auc", line)
    assert [problem.line for problem in layout(parse(text)).problems] == [8]


@given(st.lists(st.sampled_from(
    ["---", "a: 1", "value: 1  # mlgate:value m.json#auc", "- v:   # mlgate:value m.json#small", "# mlgate:value x",
     "v: 0.5 # mlgate:value m.json#n fmt=.1%", "", "# T", "b: |", "  # mlgate:end"]
)), st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_front__a_second_time_changes_nothing(lines: list[str], ending: str) -> None:
    text = ending.join(["---", *lines])
    once = fix_text(text, SOURCES)
    assert fix_text(once, SOURCES) == once
    assert len(once.split(ending)) == len(text.split(ending))
    for old, new in zip(text.split(ending), once.split(ending), strict=True):
        assert old == new or (old.split(":")[0] == new.split(":")[0] and old.split("#", 1)[1] == new.split("#", 1)[1])
