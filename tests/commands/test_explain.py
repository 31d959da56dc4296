"""`mlgate explain`: every rule has its words, from the pages of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlgate.commands.explain import explain, find_docs, read_page, read_pages
from mlgate.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
PAGE = """\
# lint

What it asks.

## Quick example

```yaml
# lint
## Limits
```

## What it finds

Codes of the tool.

## format

The layout.

### why

Because.

## Limits

## zzz
"""


def test_read_page__rules_are_the_sections_below_what_it_finds():
    page = read_page("lint", PAGE)
    assert (page.opening, page.about) == ("What it asks.", "Codes of the tool.")
    assert page.rules == {"format": "The layout.\n\n### why\n\nBecause."}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param("lint/format", "The layout.", id="a rule"),
        pytest.param("format", "The layout.", id="a rule without its check"),
        pytest.param("lint/format:src/a.py", "The layout.", id="the key of a finding"),
        pytest.param("lint/F401", "Codes of the tool.", id="a rule of the tool"),
        pytest.param("lint", "lint/format", id="a check"),
    ],
)
def test_explain__says_what_it_means_and_where_to_read_on(asked, words):
    said = explain(asked, {"lint": read_page("lint", PAGE)})
    assert words in said
    assert "docs/checks/lint.md" in said


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("lint/fromat", "did you mean `format`?"),
        ("lnt/format", "did you mean `lint`?"),
        ("qqq", "known: `lint`, `format`"),
    ],
)
def test_explain__unknown_names_its_neighbour(asked, hint):
    with pytest.raises(UsageError) as raised:
        explain(asked, {"lint": read_page("lint", PAGE)})
    assert raised.value.hint == hint


def test_command__explains_and_lists(repo, mlgate):
    ran = mlgate("explain", "metrics/within-noise", cwd=repo.path)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "metrics/within-noise")
    assert "  metrics/regression\n" in mlgate("explain", cwd=repo.path).out


def test_command__unknown_rule_is_a_mistake_of_the_user(repo, mlgate):
    ran = mlgate("explain", "metrics/regresion", cwd=repo.path)
    assert (ran.code, "did you mean regression?" in ran.err) == (2, True)


def test_docs__every_rule_of_the_metrics_has_a_section():
    told = set()
    for path in (*(ROOT / "src/mlgate/metrics").rglob("*.py"), ROOT / "src/mlgate/checks/metrics.py"):
        text = path.read_text(encoding="utf-8")
        told |= set(re.findall(r'"metrics/([a-z][a-z-]+)"', text))
        if path.parent.name == "predictions":
            told |= set(re.findall(r'self\._(?:add|finding)\(\s*"([a-z-]+)"', text))
        if path.parent.name == "mlflow":
            told |= set(re.findall(r'"(mlflow-[a-z-]+)"', text))
    page = read_pages(find_docs())["metrics"]
    assert len(told) > 30
    assert told - {"predictions"} <= set(page.rules)


def test_explain__a_key_comes_with_the_waiver_that_accepts_it():
    said = explain("metrics/regression:recall", read_pages(find_docs()))
    assert 'waivers:\n  - {key: "metrics/regression:recall", ceiling: 1pp, until: ' in said
    assert "ceiling" not in explain("readme/dead-link:docs/x.md", read_pages(find_docs())).rpartition("waivers:")[2]
