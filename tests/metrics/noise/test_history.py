"""What the metrics were at earlier commits of the main branch, and the noise that follows from it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from contexts import opened_context
from mlgate.checks.metrics import CHECK
from mlgate.context import Context
from mlgate.metrics.compare import Metric
from mlgate.metrics.noise.history import LEAST, History, Key, read_history
from mlgate.metrics.sources import Source
from mlgate.proc import Children
from mlgate.report import Status
from mlgate.runner import answer
from repositories import Repository

FILE = "metrics.json"
SOURCES = (Source(path=FILE),)


@pytest.fixture
def open_context(repo: Repository, env: dict[str, str]) -> Iterator[Callable[..., Context]]:
    """Opens the repository against its last commit but one, or a folder or clone of it."""
    with ExitStack() as opened:

        def give(folder: str = ".", *, of: Repository = repo, base: str | None = "HEAD~1") -> Context:
            return opened.enter_context(opened_context((of.path / folder).resolve(), env, base))

        yield give


def metrics(**values: object) -> dict[str, str]:
    return {FILE: json.dumps(values)}


def of(history: History, key: str, file: str = FILE) -> list[float]:
    return list(history.values.get(Key(file, key), ()))


def test_history__values_of_the_branch_oldest_first(repo, open_context):
    for accuracy in (0.90, 0.91, 0.89):
        repo.commit(metrics(accuracy=accuracy))
        repo.commit({"README.md": f"{accuracy}"}, "No metric")
    repo.commit(metrics(accuracy=0.7), "The head")
    history = read_history(open_context(), SOURCES, 20)
    assert (of(history, "accuracy"), history.note) == ([0.90, 0.91, 0.89], None)


def test_history__number_that_stays_to_the_last_digit_adds_nothing(repo, open_context):
    for accuracy, seconds in ((0.9, 10), (0.9, 11), (0.91, 12), (0.91, 13)):
        repo.commit(metrics(accuracy=accuracy, train_seconds=seconds))
    repo.commit(metrics(accuracy=0.7), "The head")
    history = read_history(open_context(), SOURCES, 20)
    assert (of(history, "accuracy"), of(history, "train_seconds")) == ([0.9, 0.91], [10.0, 11.0, 12.0, 13.0])


def test_history__only_the_last_commits_that_changed_a_file(repo, open_context):
    for number in range(6):
        repo.commit(metrics(accuracy=number / 10))
        repo.commit({"README.md": str(number)})
    repo.commit(metrics(accuracy=0.7), "The head")
    assert of(read_history(open_context(), SOURCES, 3), "accuracy") == [0.3, 0.4, 0.5]
    assert read_history(open_context(), SOURCES, 0).values == {}


def test_history__merge_brings_one_value_however_often_its_branch_tried(repo, open_context):
    repo.commit(metrics(accuracy=0.90))
    repo.branch("feature")
    repo.commit(metrics(accuracy=0.10))
    repo.commit(metrics(accuracy=0.92))
    repo.checkout("main")
    repo.merge("feature")
    repo.commit(metrics(accuracy=0.7), "The head")
    assert of(read_history(open_context(), SOURCES, 20), "accuracy") == [0.90, 0.92]


def test_history__what_is_no_number_is_left_out(repo, open_context):
    repo.commit(metrics(accuracy=0.90, auc=math.nan, name="a"))
    repo.commit({FILE: "{broken"})
    repo.commit({FILE: "[1, 2]"})
    repo.git("rm", "--quiet", FILE)
    repo.commit()
    repo.commit(metrics(accuracy=0.91, auc=0.8, name="b"))
    repo.commit(metrics(accuracy=0.7), "The head")
    history = read_history(open_context(), SOURCES, 20)
    assert (of(history, "accuracy"), of(history, "auc"), of(history, "name")) == ([0.90, 0.91], [0.8], [])


def test_history__files_of_a_folder_with_an_odd_name(repo, open_context):
    name = "ein [ordner]/mätrics: a\tb.json"
    for accuracy in (0.9, 0.8):
        repo.commit({f"sub/{name}": json.dumps({"accuracy": accuracy}), "other.json": "{}"})
    repo.commit({"sub/other": "1"}, "The head")
    history = read_history(open_context("sub"), (Source(path=name), Source(path="../../out.json")), 20)
    assert of(history, "accuracy", name) == [0.9, 0.8]


def test_history__no_baseline_no_history(repo, open_context):
    repo.commit(metrics(accuracy=0.9))
    repo.branch("alone")
    repo.git("branch", "--delete", "--force", "main")
    context = open_context(base=None)
    assert context.baseline is None
    assert read_history(context, SOURCES, 20) == History({})


def test_history__shallow_clone_has_what_is_there_and_says_so(repo, open_context, tmp_path):
    for number in range(6):
        repo.commit(metrics(accuracy=number / 10))
    clone = repo.clone(tmp_path / "shallow", depth=3)
    history = read_history(open_context(of=clone), SOURCES, 20)
    assert of(history, "accuracy") == [0.3, 0.4]
    assert history.note == (
        "the history of the metrics ends after 2 commits, for the clone is shallow; set `fetch-depth: 0`"
    )


def metric(baseline: float | None, head: float | None) -> Metric:
    return Metric(name="accuracy", file=FILE, key="accuracy", baseline=baseline, head=head)


STEADY = [0.90, 0.91] * (LEAST // 2)


@pytest.mark.parametrize(
    ("values", "baseline", "head"),
    [
        pytest.param(STEADY[:-1], 0.90, 0.89, id="too short"),
        pytest.param(STEADY, 0.90, 0.90, id="not moved"),
        pytest.param(STEADY, None, 0.90, id="new"),
        pytest.param(STEADY, 0.90, None, id="gone"),
    ],
)
def test_estimates__none(values, baseline, head):
    history = History({Key(FILE, "accuracy"): values})
    assert history.estimates([metric(baseline, head)]) == {}


def test_estimates__spread_of_successive_commits():
    history = History({Key(FILE, "accuracy"): STEADY})
    (estimate,) = history.estimates([metric(0.91, 0.89)]).values()
    assert estimate.change == pytest.approx(-0.02)
    assert estimate.se == pytest.approx(0.01)
    assert estimate.method == "history of 8 commits"


# Through the check.


def history_of(repo: Repository, *values: float) -> None:
    for value in values:
        repo.commit(metrics(accuracy=value))


def test_check__loss_that_the_branch_has_often_seen_warns(repo, open_context):
    history_of(repo, *([0.90, 0.93] * 5), 0.91)
    outcome = answer(CHECK, open_context())
    assert outcome.status is Status.WARNED
    assert [finding.key for finding in outcome.findings] == ["metrics/within-noise:accuracy"]
    assert "history of 10 commits" in str(outcome.tables[0].note)


def test_check__loss_that_the_branch_has_never_seen_fails(repo, open_context):
    history_of(repo, *([0.900, 0.901] * 5), 0.80)
    outcome = answer(CHECK, open_context())
    assert outcome.status is Status.FAILED
    assert "no noise estimate" not in outcome.findings[0].message


def test_check__short_history_leaves_the_plain_tolerance(repo, open_context):
    history_of(repo, 0.90, 0.93, 0.90, 0.93, 0.91)
    outcome = answer(CHECK, open_context())
    assert "no noise estimate" in outcome.findings[0].message


def test_check__history_that_is_turned_off(repo, open_context):
    repo.commit({"mlgate.yaml": "metrics: {history: 0}"})
    history_of(repo, *([0.90, 0.93] * 5), 0.91)
    assert "no noise estimate" in answer(CHECK, open_context()).findings[0].message


def test_check__shallow_clone_is_told_only_where_it_matters(repo, open_context, tmp_path):
    history_of(repo, 0.90, 0.91, 0.92, 0.93)
    moved = answer(CHECK, open_context(of=repo.clone(tmp_path / "moved", depth=2)))
    assert "metrics/history" in [finding.rule for finding in moved.findings]
    repo.commit({"README.md": "words"})
    still = answer(CHECK, open_context(of=repo.clone(tmp_path / "still", depth=2)))
    assert still.findings == ()


@pytest.mark.parametrize(
    ("head", "times"),
    [
        pytest.param(0.7, 1, id="the metric moved"),
        pytest.param(0.9, 0, id="the metric stayed"),
    ],
)
def test_check__lets_git_look_back_once_at_most(repo, open_context, monkeypatch, head, times):
    asked = []
    start = Children.start

    def note(self, args, **told):
        asked.extend(word for word in args if word == "log")
        return start(self, args, **told)

    monkeypatch.setattr(Children, "start", note)
    repo.commit(metrics(accuracy=0.9))
    repo.commit({**metrics(accuracy=head), "train.py": ""}, "The head")
    answer(CHECK, open_context())
    assert len(asked) == times
