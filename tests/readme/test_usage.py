"""The rule `unused-feature`: by an export of use, with the export's own date."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlgate.report import Outcome, Severity
from mlgate.text import plain
from repositories import FIRST_COMMIT, Repository

Ask = Callable[..., Outcome]

DAY = 86400
README = """\
# Flights

## Features
<!-- mlgate:section features usage=use.csv -->

<!-- mlgate:begin f from=f.yaml as=list -->
- lag
- mean_7d
<!-- mlgate:end f -->

And `hour`, of the `schedule`.

## Use

With `old`.
"""
USE = "feature,last_used_at\nlag,2026-03-01\nmean_7d,2026-02-20T08:00:00Z\nhour,2026-02-01\nold,2020-01-01\n"


def found(repo: Repository, ask: Ask, use: str, readme: str = README, scheduled: bool = True) -> list[tuple[str, str]]:
    files = {"README.md": readme, "use.csv": use, "f.yaml": "[lag, mean_7d]\n"}
    repo.commit(files, time=FIRST_COMMIT + 60 * DAY)
    outcome = ask(None, scheduled=scheduled)
    return [(str(finding.location), plain(finding.message)) for finding in outcome.findings]


def test_unused__quiet(repo: Repository, ask: Ask) -> None:
    assert found(repo, ask, USE) == []


def test_unused__only_in_a_scheduled_run(repo: Repository, ask: Ask) -> None:
    assert found(repo, ask, USE.replace("2026-02", "2025-02"), scheduled=False) == []


def test_unused__since_long_or_never(repo: Repository, ask: Ask) -> None:
    use = USE.replace("mean_7d,2026-02-20T08:00:00Z", "mean_7d,").replace("hour,2026-02-01", "hour,2026-01-29")
    assert found(repo, ask, use) == [
        ("README.md:6", "the feature mean_7d was never used, as of 2026-03-01, and the section lists it"),
        ("README.md:11", "the feature hour was last used on 2026-01-29, as of 2026-03-01, and the section lists it"),
    ]


def test_unused__after_a_time_of_ones_own(repo: Repository, ask: Ask) -> None:
    assert len(found(repo, ask, USE, README.replace("use.csv", "use.csv unused=5d"))) == 2


@pytest.mark.parametrize(
    ("use", "said"),
    [
        pytest.param(USE.replace("2026", "2025"), "ends on 2025-03-01, too long ago to tell", id="old"),
        pytest.param("feature,last_used_at\nlag,\n", "has no use of any feature", id="no dates"),
    ],
)
def test_unused__an_export_that_tells_nothing(repo: Repository, ask: Ask, use: str, said: str) -> None:
    assert found(repo, ask, use) == [("README.md:4", f"the usage export use.csv {said}")]


@pytest.mark.parametrize(
    ("use", "said"),
    [
        pytest.param("feature,used\n", "use.csv:1:1: there is no column last_used_at", id="column missing"),
        pytest.param("", "use.csv:1:1: there is no column feature", id="empty"),
        pytest.param("feature,last_used_at\n\nlag,soon\n", "use.csv:3:1: soon is no date", id="no date"),
        pytest.param('feature,last_used_at\n"lag,1\n', "use.csv: not valid CSV", id="open quote"),
    ],
)
def test_unused__an_export_that_cannot_be_read_is_an_error(repo: Repository, ask: Ask, use: str, said: str) -> None:
    ((place, message),) = found(repo, ask, use)
    assert (place, message.startswith(said)) == ("README.md:4", True)


def test_unused__an_export_that_is_not_there(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": README.replace("use.csv", "gone.csv"), "f.yaml": "[lag, mean_7d]\n"})
    (finding,) = ask(None, scheduled=True).findings
    assert (finding.rule, finding.severity) == ("readme/source", Severity.ERROR)


MODEL = """\
artifact_path: model
signature:
  inputs: '[{"type": "double", "name": "lag", "required": true}, {"type": "double", "name": "hour"}]'
"""


def by(repo: Repository, ask: Ask, usage: str, **files: str) -> list[tuple[str, str]]:
    """Return what is found of a section whose features somebody else knows of."""
    named = {name.replace("__", "."): text for name, text in files.items()}
    repo.commit({"README.md": README.replace("use.csv", usage), "f.yaml": "[lag, mean_7d]\n", **named})
    return [(str(finding.location), plain(finding.message)) for finding in ask(None, scheduled=True).findings]


def test_unused__inputs_of_a_models_signature(repo: Repository, ask: Ask) -> None:
    assert by(repo, ask, "MLmodel", MLmodel=MODEL) == [
        (
            "README.md:6",
            "the feature mean_7d is not among the features of the model, by MLmodel, and the section lists it",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("w__json", '{"lag": 0.5, "mean_7d": 0, "hour": 0.0}', id="JSON"),
        pytest.param("w__csv", "feature,importance\nlag,0.5\nmean_7d,0\nhour,0.0\n", id="CSV"),
    ],
)
def test_unused__importances_of_a_model(repo: Repository, ask: Ask, name: str, text: str) -> None:
    file = name.replace("__", ".")
    assert by(repo, ask, file, **{name: text}) == [
        ("README.md:6", f"the feature mean_7d has no importance in the model, by {file}, and the section lists it"),
        ("README.md:11", f"the feature hour has no importance in the model, by {file}, and the section lists it"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("MLmodel", "signature: {inputs: '{}'}\n", "has no signature that names", id="no list of inputs"),
        pytest.param("MLmodel", "signature: {inputs: '[{'}\n", "not valid JSON", id="inputs that are no JSON"),
        pytest.param("MLmodel", "flavors: {}\n", "has no signature that names the model's inputs", id="no signature"),
        pytest.param("w__json", '{"lag": "much"}', "is no list of importances", id="words for numbers"),
        pytest.param("w__json", "[1]", "is no list of importances", id="list"),
        pytest.param("w__csv", "feature,importance\nlag,much\n", "much is no number", id="no number"),
    ],
)
def test_unused__a_model_that_cannot_be_read_is_an_error(
    repo: Repository, ask: Ask, name: str, text: str, said: str
) -> None:
    ((place, message),) = by(repo, ask, name.replace("__", "."), **{name: text})
    assert (place, said in message) == ("README.md:4", True)


def test_unused__names_in_code(repo: Repository, ask: Ask) -> None:
    code = "COLUMNS = ['lag', 'hour']\nschedule = 1\n"
    assert by(repo, ask, "code", features__py=code, notes__md="mean_7d\n", f__yaml="[lag, mean_7d]\n") == []
    assert by(repo, ask, "code", features__py=code.replace("hour", "day")) == [
        ("README.md:11", "the feature hour stands in no file of code or configuration, and the section lists it"),
    ]
