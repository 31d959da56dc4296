"""Waivers through the command line: proposed, used, not needed, expired, over the ceiling, chosen, and mistaken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from events import pull_request, runner
from gating import METRICS, WORSE, Gate
from repositories import Repository

RULES = "metrics: {rules: {recall: {better: higher, tolerance: 1pp}}}\n"
KEY = "metrics/regression:recall"


def waiver(**more: Any) -> str:
    """Return a config with one waiver for a loss of recall."""
    own = {"key": KEY, "ceiling": "5pp", "until": "2099-12-31", "owner": "@ana", "reason": "traded for precision"}
    said = {name: value for name, value in {**own, **more}.items() if value is not None}
    return f"{RULES}waivers:\n  - {json.dumps(said)}\n"


@pytest.fixture
def accepting(repo: Repository) -> Callable[[str], Repository]:
    """Makes a project whose baseline has this config, and a branch on which recall is four points worse."""

    def make(config: str, worse: str = WORSE) -> Repository:
        repo.commit({"mlgate.yaml": config, "metrics.json": METRICS})
        repo.branch("feature")
        repo.commit({"metrics.json": worse}, message="Trade recall for precision")
        return repo

    return make


def state(told: Any) -> str:
    """Return what the table says of the one waiver."""
    return str(told.rows("Waivers")[KEY][-1])


def test_waiver__used(accepting: Callable[[str], Repository], gate: Gate) -> None:
    accepting(waiver())
    told = gate()
    assert (told.code, told.status("metrics"), told.report["verdict"]) == (0, "waived", "passed")
    assert state(told) == "used"
    found = told.outcome("metrics")["findings"][0]
    assert found["severity"] == "info"
    assert found["waiver"] == {
        "owner": "@ana", "reason": "traded for precision", "until": "2099-12-31", "severity": "error", "ceiling": "5pp",
    }  # fmt: skip
    assert "waived up to `5pp` until 2099-12-31 by `@ana`: `traded for precision`" in found["message"]


def test_waiver__proposed_by_the_pull_request_itself_does_not_count(
    accepting: Callable[[str], Repository],
    gate: Gate,
) -> None:
    accepting(RULES).commit({"mlgate.yaml": waiver()})
    told = gate()
    assert (told.code, told.status("metrics")) == (1, "failed")
    assert told.findings() == {f"policy/waiver-proposed:{KEY}": "info"}
    assert state(told) == "proposed: counts once merged"
    assert "proposed here" in told.outcome("metrics")["findings"][0]["hint"]


def test_waiver__of_the_first_config_is_proposed_too(repo: Repository, gate: Gate) -> None:
    repo.commit({"metrics.json": METRICS})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": waiver(), "metrics.json": WORSE})
    assert gate().status("metrics") == "failed"


def test_waiver__not_needed(accepting: Callable[..., Repository], gate: Gate) -> None:
    accepting(waiver(), METRICS)
    told = gate()
    assert (told.code, told.status("metrics"), state(told)) == (0, "passed", "not needed")


def test_waiver__of_a_check_that_did_not_run(accepting: Callable[..., Repository], gate: Gate) -> None:
    accepting(waiver())
    assert state(gate("policy")) == "its check found no answer or did not run"


def test_waiver__that_nothing_needed_names_what_may_be_meant(
    accepting: Callable[..., Repository],
    gate: Gate,
) -> None:
    accepting(waiver(key="metrics/regression:recal"))
    assert gate().rows("Waivers")["metrics/regression:recal"][-1] == f"not needed; did you mean `{KEY}`?"


def test_waiver__expired(accepting: Callable[[str], Repository], gate: Gate) -> None:
    accepting(waiver(until="2020-01-31"))
    told = gate()
    assert (told.code, told.status("metrics"), state(told)) == (1, "failed", "expired")
    assert told.findings() == {f"policy/waiver-expired:{KEY}": "info"}
    assert "expired after 2020-01-31" in told.outcome("metrics")["findings"][0]["hint"]
    assert gate("metrics", "policy", "--scheduled").findings() == {f"policy/waiver-expired:{KEY}": "warning"}


def test_waiver__an_old_commit_does_not_bring_it_back(repo: Repository, gate: Gate) -> None:
    """The author chooses the date of a commit; the day is that of the machine."""
    repo.commit({"mlgate.yaml": waiver(until="2020-01-31"), "metrics.json": METRICS}, time=1_500_000_000)
    repo.branch("feature")
    repo.commit({"metrics.json": WORSE}, time=1_500_003_600)
    assert gate().code == 1


@pytest.mark.parametrize(
    ("ceiling", "code"),
    [
        pytest.param("4pp", 0, id="just enough points"),
        pytest.param("3.9pp", 1, id="too few points"),
        pytest.param("5%", 0, id="enough of the baseline's value"),
        pytest.param("4%", 1, id="too little of the baseline's value"),
        pytest.param("0.04 abs", 0, id="just enough"),
    ],
)
def test_waiver__ends_at_its_ceiling(
    accepting: Callable[[str], Repository],
    gate: Gate,
    ceiling: str,
    code: int,
) -> None:
    accepting(waiver(ceiling=ceiling))
    told = gate()
    assert told.code == code
    assert state(told) == ("used" if code == 0 else "not used: the finding is beyond its ceiling")


def test_waiver__is_bounded_where_a_floor_is_broken(repo: Repository, gate: Gate) -> None:
    config = waiver(key="metrics/floor:recall", ceiling="2pp").replace("tolerance: 1pp", "tolerance: 50%, min: 0.8")
    repo.commit({"mlgate.yaml": config, "metrics.json": METRICS})
    repo.branch("feature")
    repo.commit({"metrics.json": '{"recall": 0.79, "eval": {"acc": 0.9}}'})
    assert gate("metrics").status("metrics") == "waived"
    repo.commit({"metrics.json": '{"recall": 0.77, "eval": {"acc": 0.9}}'})
    assert gate("metrics").status("metrics") == "failed"


def test_waiver__what_else_fails_still_fails(accepting: Callable[..., Repository], gate: Gate) -> None:
    accepting(waiver(), '{"recall": 0.77, "eval": {"acc": 0.5}}')
    told = gate()
    assert (told.code, told.status("metrics")) == (1, "failed")
    assert told.outcome("metrics")["summary"].endswith("1 waived")


def test_waiver__a_higher_ceiling_or_a_later_day_waits(accepting: Callable[[str], Repository], gate: Gate) -> None:
    project = accepting(waiver(ceiling="1pp", until="2098-12-31"))
    project.commit({"mlgate.yaml": waiver(ceiling="9pp")})
    told = gate()
    assert told.status("metrics") == "failed"
    assert set(told.findings()) == {f"policy/loosened:waivers.{KEY}.ceiling", f"policy/loosened:waivers.{KEY}.until"}


def test_waiver__taken_away_counts_at_once(accepting: Callable[[str], Repository], gate: Gate) -> None:
    accepting(waiver()).commit({"mlgate.yaml": RULES})
    told = gate()
    assert (told.status("metrics"), told.status()) == ("failed", "passed")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param(f"Trade\n\nMlgate-Waive: {KEY}\n", 0, id="chosen"),
        pytest.param("Trade\n", 1, id="not chosen"),
        pytest.param("Trade\n\nMlgate-Waive: metrics/regression:other\n", 1, id="another one chosen"),
    ],
)
def test_waiver__a_trailer_chooses(
    accepting: Callable[[str], Repository],
    gate: Gate,
    message: str,
    code: int,
) -> None:
    accepting(waiver(trailer=True)).commit({"note": "x"}, message=message)
    assert gate().code == code


def test_waiver__a_trailer_makes_none(accepting: Callable[[str], Repository], gate: Gate) -> None:
    accepting(RULES).commit({"note": "x"}, message=f"Trade\n\nMlgate-Waive: {KEY}\n")
    assert gate().code == 1


@pytest.mark.parametrize(("labels", "code"), [(["accept-loss", "bug"], 0), (["bug"], 1), ([], 1)])
def test_waiver__a_label_chooses(
    accepting: Callable[[str], Repository],
    gate: Gate,
    tmp_path: Path,
    labels: list[str],
    code: int,
) -> None:
    project = accepting(waiver(label="accept-loss"))
    base = project.git("rev-parse", "main")
    payload = pull_request(base, project.head, labels=[{"name": name} for name in labels])
    told = gate(**runner(tmp_path, "pull_request", payload))
    assert told.code == code
    if code:
        assert "the label `accept-loss`" in state(told)


@pytest.mark.parametrize(
    ("config", "place", "words"),
    [
        pytest.param(waiver(reason=None), "mlgate.yaml:3:5", "the key reason is missing", id="no reason"),
        pytest.param(waiver(reason=""), "mlgate.yaml:3", "got an empty text", id="an empty reason"),
        pytest.param(waiver(owner=None), "mlgate.yaml:3:5", "the key owner is missing", id="no owner"),
        pytest.param(waiver(until=None), "mlgate.yaml:3:5", "the key until is missing", id="no end"),
        pytest.param(waiver(until="soon"), "mlgate.yaml:3", "expected a day such as 2026-12-31", id="no day"),
        pytest.param(waiver(until="2026-02-30"), "mlgate.yaml:3", "is no day of the calendar", id="a day too many"),
        pytest.param(waiver(ceiling=None), "mlgate.yaml:3:6", "needs a `ceiling`", id="no ceiling"),
        pytest.param(waiver(ceiling="5"), "mlgate.yaml:3", "needs one of the units", id="a ceiling without a unit"),
        pytest.param(waiver(key="metrics/regresion:recall"), "mlgate.yaml:3:6", f"did you mean {KEY}?", id="a rule"),
        pytest.param(waiver(key="metric/regression:recall"), "mlgate.yaml:3:6", f"did you mean {KEY}?", id="a check"),
        pytest.param(waiver(key="recall"), "mlgate.yaml:3:6", "is no key of a finding", id="no rule"),
        pytest.param(waiver(reson="x"), "mlgate.yaml:3", "did you mean reason?", id="a typo"),
        pytest.param(waiver() + waiver().splitlines()[-1], "mlgate.yaml:3:6", "waived more than once", id="twice"),
    ],
)
def test_waiver__a_mistake_ends_the_run(
    repo: Repository, mlgate: Callable[..., Ran], config: str, place: str, words: str
) -> None:
    repo.commit({"mlgate.yaml": config, "metrics.json": METRICS})
    ran = mlgate("run", "metrics", cwd=repo.path)
    assert ran.code == 2
    assert ran.err.startswith(f"mlgate: {place}")
    assert words.replace("`", "") in ran.err


def test_waiver__of_a_tool_that_a_check_runs(repo: Repository, gate: Gate) -> None:
    said = {"key": "lint/F401", "until": "2099-01-01", "owner": "@ana", "reason": "old code"}
    repo.commit({"mlgate.yaml": f"waivers: [{json.dumps(said)}]\n", "a.py": "import os\n"})
    repo.branch("feature")
    assert gate("lint").status("lint") == "waived"


def test_waiver__of_this_check_itself(accepting: Callable[[str], Repository], gate: Gate) -> None:
    key = "policy/loosened:enforce.lint"
    accepting(waiver(key=key, ceiling=None) + "policy: {loosened: fail}\n").commit(
        {"mlgate.yaml": waiver(key=key, ceiling=None) + "enforce: {lint: warn}\npolicy: {loosened: fail}\n"}
    )
    told = gate("policy")
    assert (told.code, told.status(), told.rows("Waivers")[key][-1]) == (0, "waived", "used")


def test_waiver__of_drift_is_bounded_by_the_statistic(repo: Repository, gate: Gate) -> None:
    said = {
        "key": "drift/moved:train.x",
        "ceiling": "0.7 abs",
        "until": "2099-01-01",
        "owner": "@a",
        "reason": "summer",
    }
    rows = "\n".join(str(number % 10) for number in range(400))
    moved = "\n".join(str(number % 10 + 6) for number in range(400))
    further = "\n".join(str(number % 10 + 9) for number in range(400))
    config = f"datasets: {{train: {{path: a.csv}}}}\nwaivers: [{json.dumps(said)}]\n"
    repo.commit({"mlgate.yaml": config, "a.csv": f"x\n{rows}\n"})
    repo.branch("feature")
    repo.commit({"a.csv": f"x\n{moved}\n"})
    assert gate("drift").status("drift") == "waived"
    repo.commit({"a.csv": f"x\n{further}\n"})
    assert gate("drift").status("drift") == "failed"


# How it is shown.


@pytest.mark.parametrize(
    ("form", "words"),
    [
        pytest.param("terminal", "✓ mlgate: passed, with metrics waived", id="terminal"),
        pytest.param("terminal", "~ waived", id="terminal, the finding"),
        pytest.param("markdown", "## 🟡 mlgate: passed, with metrics waived", id="comment"),
        pytest.param("markdown", "🟡 waived: `recall` fell by 4.0 points", id="comment, the finding"),
        pytest.param("junit", "<skipped message=", id="JUnit"),
        pytest.param("sarif", '"justification": "waived until 2099-12-31 by @ana: traded for precision"', id="SARIF"),
        pytest.param("annotations", "::notice file=metrics.json", id="annotations"),
        pytest.param("html", "passed, with metrics waived", id="HTML"),
    ],
)
def test_waiver__is_never_green_without_words(
    accepting: Callable[[str], Repository], mlgate: Callable[..., Ran], form: str, words: str
) -> None:
    project = accepting(waiver())
    ran = mlgate("run", "metrics", "policy", "--format", form, "--quiet", cwd=project.path)
    assert words in ran.out or (form == "terminal" and words.replace("✓", "~") in ran.out)
    assert "@ana" not in ran.out.replace("`@ana`", "").replace("by @ana", "") or form in ("json", "html", "terminal")


def test_waiver__is_read_back(
    accepting: Callable[[str], Repository], mlgate: Callable[..., Ran], tmp_path: Path
) -> None:
    project = accepting(waiver())
    saved = tmp_path / "report.json"
    mlgate("run", "metrics", "policy", "--output", f"json={saved}", "--quiet", cwd=project.path)
    ran = mlgate("render", saved, "--format", "json", cwd=project.path)
    assert json.loads(ran.out) == json.loads(saved.read_text())
