"""Which stages are run again, and in which order."""

from __future__ import annotations

import pytest

from mlgate.dvc.rerun.plan import make_plan


@pytest.fixture
def found(rich):
    """What is known of a project with all kinds of stages; it stands in the environment of DVC."""
    return rich.assess()


def test_plan__stages_come_after_those_that_they_need(found):
    order = [stage.address for stage in make_plan(found, "full", "").order]
    assert len(order) == len(found.pipelines.stages)
    for one, other in (("prepare", "train@0"), ("train@1", "report"), ("report", "evaluate"), ("evaluate", "deploy")):
        assert order.index(one) < order.index(other)


def test_plan__full_leaves_frozen_stages_out(found):
    wanted = make_plan(found, "full", "").wanted
    assert ("deploy" in wanted, "evaluate" in wanted, "sub/dvc.yaml:count" in wanted) == (False, True, True)


def test_plan__stage_without_outputs_runs_only_when_named(found):
    assert "notify" not in make_plan(found, "full", "").wanted
    assert make_plan(found, ("notify",), "").wanted == {"notify"}


def test_plan__sample_is_one_stage_by_the_commit(found):
    seeds = [str(number) for number in range(40)]
    picked = [make_plan(found, "sample", seed).wanted for seed in seeds]
    assert picked == [make_plan(found, "sample", seed).wanted for seed in seeds]
    assert {len(wanted) for wanted in picked} == {1}
    assert len(set(picked)) > 5


def test_plan__nothing_is_stale(found):
    assert make_plan(found, "stale", "").wanted == frozenset()


def test_plan__name_of_a_group_is_all_of_it(found):
    assert make_plan(found, ("train", "report"), "").wanted == {"train@0", "train@1", "report"}


def test_plan__frozen_and_unknown_names_are_refused(found):
    plan = make_plan(found, ("deploy", "evalute"), "")
    assert plan.wanted == frozenset()
    assert [(refusal.about, refusal.fails) for refusal in plan.refusals] == [("deploy", False), ("evalute", True)]
    assert plan.refusals[1].hint == "did you mean `evaluate`?"
