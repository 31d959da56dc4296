"""The second baseline: the last release, against which many small losses add up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from contexts import opened_context
from mlgate.checks.metrics import CHECK
from mlgate.context import Context
from mlgate.dvc.cache import find_cache
from mlgate.metrics import tables
from mlgate.metrics.compare import Judgement
from mlgate.metrics.gather import gather, judge_all
from mlgate.metrics.reference import Compared, compare_with
from mlgate.metrics.rules import Rulebook
from mlgate.metrics.sides import read_pairs
from mlgate.metrics.sources import find_sources
from mlgate.reference import find_reference
from mlgate.report import Severity, Status
from mlgate.runner import answer
from repositories import Repository

TAGGED = "baseline: {reference: latest-tag}\n"


@pytest.fixture
def open_context(repo: Repository, env: dict[str, str]) -> Iterator[Callable[..., Context]]:
    """Opens the repository, or a clone of it, against its last commit but one."""
    with ExitStack() as opened:

        def give(*, of: Repository = repo, base: str | None = "HEAD~1") -> Context:
            return opened.enter_context(opened_context(of.path, env, base))

        yield give


def release(repo: Repository, tag: str | None = "v1.2", *, annotated: bool = False, **values: float) -> str:
    commit = repo.commit({"metrics.json": json.dumps(values), "mlgate.yaml": TAGGED})
    if tag:
        repo.git("tag", *(("-m", tag) if annotated else ()), tag)
    return commit


def judged(context: Context) -> list[Judgement]:
    cache = find_cache(context.project, context.root)
    pairs = read_pairs(context, find_sources(context, (), cache).files, cache)
    return judge_all(gather(pairs), Rulebook({}))


def compared(context: Context) -> Compared | None:
    reference = find_reference(context, "metrics")
    if reference is None:
        return None
    second = judged(reference.context) if reference.context else []

    def table(judgements, baseline):
        return next(iter(tables.tables(judgements, baseline)), None)

    return compare_with(reference, second, judged(context), lambda _: None, table)


def test_compare__nothing_is_asked(repo, open_context):
    repo.commit({"metrics.json": '{"accuracy": 0.9}'})
    repo.git("tag", "v1.0")
    repo.commit({"metrics.json": '{"accuracy": 0.1}'})
    assert compared(open_context()) is None


def test_compare__release_that_is_the_baseline_itself_is_not_compared_twice(repo, open_context):
    release(repo, accuracy=0.9)
    release(repo, None, accuracy=0.5)
    assert compared(open_context()) == Compared()


def test_compare__small_losses_within_tolerance_of_the_release(repo, open_context):
    for accuracy, tag in ((0.90, "v1.2"), (0.898, None), (0.896, None)):
        release(repo, tag, accuracy=accuracy)
    found = compared(open_context())
    assert found.findings == ()
    assert (found.table.title, found.table.folded) == ("Against `v1.2` (2 commits ago)", True)
    assert found.table.rows[0].cells[:3] == ("`accuracy`", "0.9000", "0.8960")


def test_compare__many_small_losses_fail_although_each_was_small(repo, open_context):
    for accuracy, tag in ((0.90, "v1.2"), (0.893, None), (0.886, None)):
        release(repo, tag, accuracy=accuracy)
    found = compared(open_context())
    (creep,) = found.findings
    assert creep.message == (
        "`accuracy` fell by 1.4 points (0.900 → 0.886) since `v1.2`, 2 commits ago, more than the 1 point tolerated"
    )
    assert (creep.key, creep.severity) == ("metrics/creep:accuracy", Severity.ERROR)
    assert (found.table.folded, found.table.rows[0].status) == (False, Status.FAILED)


def test_compare__what_was_lost_before_is_shown_and_not_charged(repo, open_context):
    release(repo, accuracy=0.90, auc=0.9)
    release(repo, None, accuracy=0.80, auc=0.8)
    release(repo, None, accuracy=0.80, auc=0.81)
    found = compared(open_context())
    assert found.findings == ()
    assert found.table.folded
    assert [(row.cells[-1], row.status) for row in found.table.rows] == [
        ("lost before this change", Status.WARNED),
        ("lost before this change", Status.WARNED),
    ]


def test_compare__what_fails_against_the_baseline_is_not_said_twice(repo, open_context):
    release(repo, accuracy=0.90)
    release(repo, None, accuracy=0.90)
    release(repo, None, accuracy=0.70)
    found = compared(open_context())
    assert (found.findings, found.table.folded) == ((), False)


@pytest.mark.parametrize("annotated", [True, False], ids=["annotated", "plain"])
@pytest.mark.parametrize("tag", ["v1.2", "2.0", "1.2.3", "flights@v1.0.0", "pkg/v3", "model-1.4", "release-7"])
def test_latest_tag__is_a_release(repo, open_context, tag, annotated):
    release(repo, tag, annotated=annotated)
    release(repo, None)
    release(repo, None)
    reference = find_reference(open_context(), "metrics")
    assert (reference.name, reference.commits) == (tag, 2)


@pytest.mark.parametrize("tag", ["v2.0rc1", "v2.0-rc.1", "v2.0-beta", "v2.0.dev3", "2.0a1", "before-refactor", "prod"])
def test_latest_tag__is_no_release(repo, open_context, tag):
    release(repo, "v1.0")
    release(repo, tag)
    release(repo, None)
    release(repo, None)
    assert find_reference(open_context(), "metrics").name == "v1.0"


def test_latest_tag__of_another_branch_does_not_count(repo, open_context):
    release(repo, "v1.0")
    repo.branch("maintenance")
    release(repo, "v1.0.1", auc=0.1)
    repo.checkout("main")
    release(repo, None, auc=0.2)
    release(repo, None, auc=0.3)
    assert find_reference(open_context(), "metrics").name == "v1.0"


def test_latest_tag__of_a_release_being_made_is_the_one_before(repo, open_context):
    release(repo, "v1.0")
    release(repo, None, auc=0.2)
    release(repo, "v1.1", auc=0.3)
    assert find_reference(open_context(base="HEAD"), "metrics").name == "v1.0"


def test_latest_tag__none_is_a_notice(repo, open_context):
    release(repo, None, auc=0.9)
    release(repo, None, auc=0.8)
    (found,) = compared(open_context()).findings
    assert found.message == "there is no release tag before this, so there is no second baseline"
    assert (found.severity, str(found.location)) == (Severity.INFO, "mlgate.yaml:1")
    assert "see `git tag`" in str(found.hint)


def test_latest_tag__none_in_a_shallow_clone_says_what_helps(repo, open_context, tmp_path):
    release(repo, "v1.0", auc=0.9)
    release(repo, None, auc=0.8)
    release(repo, None, auc=0.7)
    clone = repo.clone(tmp_path / "shallow", depth=2)
    (found,) = compared(open_context(of=clone)).findings
    assert "set `fetch-depth: 0`" in str(found.hint)


@pytest.mark.parametrize("wanted", ["stable", "v1.0", "HEAD~2"])
def test_reference__revision_by_its_name(repo, open_context, wanted):
    pinned = release(repo, "v1.0", auc=0.9)
    repo.git("branch", "stable")
    release(repo, None, auc=0.8)
    repo.commit({"metrics.json": '{"auc": 0.79}', "mlgate.yaml": f"baseline: {{reference: {wanted}}}\n"})
    reference = find_reference(open_context(), "metrics")
    assert reference.context.baseline.revision.commit == pinned
    assert reference.title == f"`{wanted}` (2 commits ago)"


@pytest.mark.parametrize("wanted", ["nowhere", "--all", "'@{u}'", "'HEAD:metrics.json'"])
def test_reference__revision_that_is_none_warns(repo, open_context, wanted):
    release(repo, None, auc=0.8)
    repo.commit({"mlgate.yaml": f"baseline: {{reference: {wanted}}}\n"})
    (found,) = compared(open_context()).findings
    assert found.message.endswith("is no commit of this repository")
    assert found.severity is Severity.WARNING


# Through the check.


def test_check__creep_fails_beside_a_table_of_its_own(repo, open_context):
    for accuracy, tag in ((0.90, "v1.2"), (0.893, None), (0.886, None)):
        release(repo, tag, accuracy=accuracy)
    outcome = answer(CHECK, open_context())
    assert outcome.status is Status.FAILED
    assert [(finding.key, str(finding.location)) for finding in outcome.findings] == [
        ("metrics/creep:accuracy", "metrics.json:1:2")
    ]
    assert "Against `v1.2` (2 commits ago)" in [table.title for table in outcome.tables]


PREDICTIONS = """\
baseline: {reference: latest-tag}
metrics: {predictions: {path: predictions.csv, id: id, truth: truth, prediction: label}}
"""


def predictions(wrong: range) -> str:
    rows = [f"{number},{number % 2},{1 - number % 2 if number in wrong else number % 2}" for number in range(400)]
    return "\n".join(["id,truth,label", *rows])


def test_check__predictions_of_the_release_tell_creep_from_noise(repo, open_context):
    def commit(wrong: range, tag: str | None = None) -> None:
        repo.commit({
            "mlgate.yaml": PREDICTIONS,
            "predictions.csv": predictions(wrong),
            "metrics.json": json.dumps({"accuracy": 1 - len(wrong) / 400}),
        })  # fmt: skip
        if tag:
            repo.git("tag", tag)

    commit(range(40), "v1")
    commit(range(43))
    commit(range(46))
    creep = answer(CHECK, open_context())
    assert [finding.key for finding in creep.findings] == ["metrics/creep:accuracy"]
    commit(range(300, 343))
    commit(range(300, 346))
    other = answer(CHECK, open_context())
    assert [finding.key for finding in other.findings] == []
    against = next(table for table in other.tables if table.title.startswith("Against"))
    assert "within noise" in against.rows[0].cells[-1]
