"""The metrics check with predictions: it knows noise from regression, and says so; what it cannot know it says too."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from mlgate.report import Finding, Outcome, Severity, Status, Table
from predictions import PATH, config, files, labelled, scored, valued, values


def keys(outcome: Outcome, *severities: Severity) -> list[str]:
    """Return the keys of the findings, of all severities where none is named."""
    return [finding.key for finding in outcome.findings if not severities or finding.severity in severities]


def only(outcome: Outcome, rule: str) -> Finding:
    """Return the one finding of a rule."""
    (found,) = [finding for finding in outcome.findings if finding.rule == rule]
    return found


def row(outcome: Outcome, name: str) -> dict[str, str]:
    """Return the cells of a metric in the main table, by the title of their column."""
    table = outcome.tables[0]
    (found,) = [row for row in table.rows if row.cells[0] == f"`{name}`"]
    return dict(zip([column.title for column in table.columns], found.cells, strict=True))


def table(outcome: Outcome, start: str) -> Table:
    """Return the one table whose title begins so."""
    (found,) = [table for table in outcome.tables if table.title.startswith(start)]
    return found


def broken_and_fixed(n: int, broken: int, fixed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return both sides' predictions: `fixed` are wrong at the baseline only, `broken` at the head only."""
    return labelled(n, range(fixed)), labelled(n, range(fixed, fixed + broken))


# What passes


def test_run__identical_predictions_are_unchanged(metrics_project):
    side = files(labelled(200, range(10)), "accuracy", "recall")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config())
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])
    assert row(outcome, "accuracy")["verdict"] == "unchanged"
    assert outcome.tables[0].note == "paired, n = 200, 1 seed a side (retraining noise not measured)"
    assert table(outcome, "Predictions").title == "Predictions: 0.0 % changed, 0 broken, 0 fixed"


def test_run__loss_that_is_ruled_out_is_certified(metrics_project):
    base, head = broken_and_fixed(4000, 12, 8)
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])
    # Centre (9 - 13) / 4002, standard error sqrt((22 - 16 / 4002) / 4002^2): the lower bound is -0.29 points.
    shown = row(outcome, "accuracy")
    assert shown["verdict"] == "certified: worst plausible drop 0.29 pp"
    assert shown["90 % interval"] == "\u22120.29 … +0.09"


def test_run__loss_that_is_not_ruled_out_says_what_would(metrics_project):
    base, head = broken_and_fixed(300, 10, 10)
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])
    # (1.645 + 0.842)^2 * 300 * (22 / 302^2) / 0.01^2 = 4,475
    assert row(outcome, "accuracy")["verdict"] == "not certified: about 4,500 examples would settle it"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda frame: frame.reverse(), id="rows in another order"),
        pytest.param(
            lambda frame: frame.with_columns(pl.col("truth", "prediction").cast(pl.Float64)), id="labels as 1.0"
        ),
        pytest.param(lambda frame: frame.with_columns(more=pl.lit("x")), id="a column more"),
    ],
)
def test_run__same_predictions_in_another_form_pass(metrics_project, change):
    frame = labelled(200, range(10))
    other = {**files(frame, "accuracy"), PATH: change(frame).write_csv()}
    outcome = metrics_project.compare(files(frame, "accuracy"), other, config=config())
    assert (outcome.status, keys(outcome), row(outcome, "accuracy")["verdict"]) == (Status.PASSED, [], "unchanged")


def test_run__first_predictions_are_told_and_pass(metrics_project):
    frame = labelled(100, range(5))
    base = {"metrics.json": files(frame, "accuracy")["metrics.json"]}
    outcome = metrics_project.compare(base, files(frame, "accuracy"), config=config())
    assert outcome.status is Status.PASSED
    assert only(outcome, "metrics/predictions-unavailable").severity is Severity.INFO


@pytest.mark.parametrize(
    ("more", "key"),
    [
        pytest.param({"train": {"accuracy": 0.999}}, "train.accuracy", id="training beside the test"),
        pytest.param({"val": {"accuracy": 0.91}}, "val.accuracy", id="validation, where the test is there too"),
        pytest.param({"seconds": 3.0}, "seconds", id="a time"),
    ],
)
def test_run__metrics_of_other_examples_are_not_accused(metrics_project, more, key):
    side = files(labelled(200, range(10)), "accuracy", more=more)
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config())
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])


@pytest.mark.parametrize(
    ("column", "metric", "kept"),
    [
        pytest.param("score", "roc_auc", "accuracy", id="score"),
        pytest.param("prediction", "accuracy", "roc_auc", id="prediction"),
    ],
)
def test_run__column_that_only_the_head_has_costs_only_its_metrics(metrics_project, column, metric, kept):
    frame = scored(500, 3)
    head = files(frame, "accuracy", "roc_auc")
    base = {**head, PATH: frame.drop(column).write_csv()}
    base["metrics.json"] = json.dumps({**values(frame, kept), metric: 0.5})
    outcome = metrics_project.compare(base, head, config=config("score: score"))
    assert keys(outcome) == [f"metrics/no-interval:{metric}"]
    assert only(outcome, "metrics/no-interval").message == (
        f"no noise estimate for `{metric}`: the baseline's predictions have no {column}s yet"
    )
    assert (row(outcome, kept)["verdict"], row(outcome, metric)["verdict"]) == ("unchanged", "improved")
    assert str(outcome.tables[0].note).startswith("paired, n = 500")


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_run__scores_of_three_classes_are_told(metrics_project, metric):
    frame = scored(300, 3).with_columns(truth=pl.col("id") % 3, prediction=pl.col("id") % 3)
    sides = ({PATH: frame.write_csv(), "metrics.json": json.dumps({metric: value})} for value in (0.5, 0.5001))
    outcome = metrics_project.compare(*sides, config=config("score: score"))
    found = only(outcome, "metrics/no-interval")
    assert found.message == (
        f"no noise estimate for `{metric}`: there are 3 classes, and probabilities for each class are not supported, "
        "so it cannot be compared with noise"
    )
    assert found.hint == "the plain tolerance decides: give it a wider `tolerance` in its rule, or `gate: false`"


# What warns and what fails


def test_run__loss_beyond_tolerance_and_noise_fails(metrics_project):
    base, head = broken_and_fixed(1000, 60, 20)
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    found = only(outcome, "metrics/regression")
    assert found.message == (
        "`accuracy` fell by 4.0 points (0.980 → 0.940), more than the 1 point tolerated and more than noise "
        "(p < 0.0001)"
    )
    assert (outcome.status, outcome.summary, str(found.location)) == (Status.FAILED, "1 of 1 fails", "metrics.json:2:2")
    assert row(outcome, "accuracy")["verdict"] == "worse: p < 0.0001"


def test_run__loss_beyond_tolerance_within_noise_warns(metrics_project):
    base, head = broken_and_fixed(200, 12, 8)
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    found = only(outcome, "metrics/within-noise")
    assert (outcome.status, found.severity) == (Status.WARNED, Severity.WARNING)
    assert "more than the 1 point tolerated, which is within noise (n = 200, models differ on 10 %)" in found.message
    assert "evaluate on about" in str(found.hint)
    assert row(outcome, "accuracy")["verdict"] == "within noise (n = 200, models differ on 10 %)"
    assert outcome.summary == "1 of 1 worse, within noise"


def test_run__without_predictions_the_same_loss_fails(metrics_project):
    base, head = (files(frame, "accuracy") for frame in broken_and_fixed(200, 12, 8))
    outcome = metrics_project.compare({"metrics.json": base["metrics.json"]}, {"metrics.json": head["metrics.json"]})
    assert keys(outcome, Severity.ERROR) == ["metrics/regression:accuracy"]


@pytest.mark.parametrize(
    ("beside", "key"),
    [
        pytest.param("on_inconclusive: fail", "metrics/within-noise:accuracy", id="inconclusive fails"),
        pytest.param("mode: non-inferiority", "metrics/within-noise:accuracy", id="for a release"),
        pytest.param("rules: {accuracy: {min: 0.95}}", "metrics/floor:accuracy", id="floor, whatever the noise"),
    ],
)
def test_run__what_is_within_noise_fails_where_asked(metrics_project, beside, key):
    base, head = broken_and_fixed(200, 12, 8)
    asked = config(beside=beside)
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=asked)
    assert (outcome.status, keys(outcome, Severity.ERROR)) == (Status.FAILED, [key])


def test_run__non_inferiority_fails_what_is_not_certified(metrics_project):
    base, head = broken_and_fixed(300, 10, 10)
    asked = config(beside="mode: non-inferiority, rules: {profit: {better: higher}}")
    sides = (files(base, "accuracy", more={"profit": 3}), files(head, "accuracy", more={"profit": 4}))
    outcome = metrics_project.compare(*sides, config=asked)
    assert keys(outcome) == ["metrics/not-certified:accuracy", "metrics/not-certified:profit"]
    worse, bare = (finding for finding in outcome.findings if finding.rule == "metrics/not-certified")
    assert "a drop of 2.6 pp is plausible, and 1 point tolerated" in worse.message
    assert (worse.severity, bare.severity) == (Severity.ERROR, Severity.WARNING)


def test_run__non_inferiority_passes_what_is_certified(metrics_project):
    base, head = broken_and_fixed(4000, 12, 8)
    asked = config(beside="mode: non-inferiority")
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=asked)
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])


def test_run__metric_that_does_not_gate_shows_its_interval(metrics_project):
    base, head = broken_and_fixed(1000, 60, 20)
    asked = config(beside="rules: {accuracy: {gate: false}}")
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=asked)
    assert outcome.status is Status.PASSED
    assert (row(outcome, "accuracy")["verdict"], row(outcome, "accuracy")["90 % interval"]) == (
        "not judged",
        "\u22125.5 … \u22122.5",
    )


def test_run__many_metrics_are_one_family(metrics_project):
    base, head = scored(2000, 3), scored(2000, 3, noise=0.9)
    names = ("accuracy", "recall", "f1", "roc_auc", "log_loss")
    outcome = metrics_project.compare(files(base, *names), files(head, *names), config=config("score: score"))
    assert outcome.status is Status.FAILED
    assert "by Holm's method over 5 metrics" in outcome.findings[0].message
    assert "(Holm, 5 metrics)" in row(outcome, "roc_auc")["verdict"]


def test_run__loss_that_rises_is_worse(metrics_project):
    base, head = valued(500, 1), valued(500, 1, noise=0.6)
    outcome = metrics_project.compare(files(base, "rmse"), files(head, "rmse"), config=config())
    assert "`rmse` rose by" in only(outcome, "metrics/regression").message
    assert table(outcome, "Predictions").title.startswith("Predictions: 100.0 % changed")


def test_run__metrics_without_an_estimate_are_told_apart(metrics_project):
    base, head = broken_and_fixed(1000, 5, 5)
    sides = (files(base, "accuracy", more={"auc": 0.9}), files(head, "accuracy", more={"auc": 0.95}))
    outcome = metrics_project.compare(*sides, config=config())
    assert outcome.tables[0].note == (
        "paired, n = 1,000, 1 seed a side (retraining noise not measured); no noise estimate for `auc`"
    )
    assert row(outcome, "auc")["verdict"] == "improved"


def test_run__relabelled_truths_are_judged_by_the_head_and_told(metrics_project):
    base = labelled(400, range(10))
    head = base.with_columns(truth=pl.when(pl.col("id") < 10).then(1 - pl.col("truth")).otherwise(pl.col("truth")))
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    assert (outcome.status, keys(outcome)) == (Status.WARNED, ["metrics/relabelled:head"])
    assert "10 examples of 400 (2.5%) have another truth" in only(outcome, "metrics/relabelled").message
    assert (row(outcome, "accuracy")["verdict"], row(outcome, "accuracy")["this PR"]) == ("unchanged", "1")


# Metrics of the files and of the predictions


def test_run__edited_metric_is_refuted_and_fails(metrics_project):
    base, head = broken_and_fixed(1000, 60, 20)
    edited = {**files(head, "accuracy"), "metrics.json": '{"loss": 0.1,\n "accuracy": 0.99}'}
    outcome = metrics_project.compare(files(base, "accuracy", more={"loss": 0.1}), edited, config=config())
    found = only(outcome, "metrics/disagrees")
    assert (outcome.status, keys(outcome, Severity.ERROR)) == (Status.FAILED, ["metrics/disagrees:accuracy"])
    assert found.message == (
        "`accuracy` is 0.9900 in `metrics.json`, but the predictions give 0.9400 for `accuracy`, so it is not believed"
    )
    assert str(found.location) == "metrics.json:2:2"
    assert "run the stage that writes both again" in str(found.hint)
    assert "`metrics: {rules: {accuracy: {estimator: none}}}`" in str(found.hint)
    assert row(outcome, "accuracy")["verdict"] == "refuted: the predictions give 0.9400"
    assert {measure.name: measure.status for measure in outcome.measures}["accuracy"] is Status.FAILED


def test_run__unchanged_metric_of_other_predictions_is_refuted(metrics_project):
    base, head = broken_and_fixed(1000, 60, 20)
    edited = {**files(base, "accuracy"), PATH: files(head)[PATH]}
    outcome = metrics_project.compare(files(base, "accuracy"), edited, config=config())
    assert keys(outcome, Severity.ERROR) == ["metrics/disagrees:accuracy"]


def test_run__edit_within_the_printed_digits_is_seen(metrics_project):
    frame = labelled(1000, range(60))
    edited = {**files(frame, "accuracy"), "metrics.json": '{"accuracy": 0.9, "precision": 0.940123}'}
    outcome = metrics_project.compare(files(frame, "accuracy"), edited, config=config())
    assert "metrics/disagrees:accuracy" in keys(outcome, Severity.ERROR)


@pytest.mark.parametrize(
    ("key", "before", "now"),
    [
        pytest.param("test.accuracy", None, 0.99, id="new, of the test"),
        pytest.param("f1", None, 0.99, id="new, no average gives it"),
        pytest.param("accuracy", 94.0, 99.0, id="in percent"),
        pytest.param("val.accuracy", 0.94, 0.99, id="of a validation that the baseline's predictions are of"),
        pytest.param("SFO.accuracy", 0.94, 0.99, id="any name, right at the baseline"),
    ],
)
def test_run__refuted_metric_fails(metrics_project, key, before, now):
    frame = labelled(1000, range(60))
    base, head = {PATH: files(frame)[PATH]}, {PATH: files(frame)[PATH]}
    base["metrics.json"] = json.dumps({"seconds": 1} if before is None else {key: before})
    head["metrics.json"] = json.dumps({"seconds": 1, key: now})
    outcome = metrics_project.compare(base, head, config=config())
    assert keys(outcome, Severity.ERROR) == [f"metrics/disagrees:{key}"]


def test_run__refuted_metric_fails_without_a_baseline(metrics_project):
    side = {**files(labelled(100, range(30))), "metrics.json": '{"accuracy": 0.99}'}
    metrics_project.repo.commit({**side, "mlgate.yaml": config()})
    assert keys(metrics_project.ask(None), Severity.ERROR) == ["metrics/disagrees:accuracy"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("train.accuracy", 0.999, id="training"),
        pytest.param("val.accuracy", 0.999, id="validation"),
        pytest.param("val_accuracy", 0.999, id="validation, as Keras writes it"),
        pytest.param("top5_accuracy", 0.999, id="another metric with such an end"),
        pytest.param("dummy.accuracy", 0.5, id="another model"),
        pytest.param("micro_f1", 0.9, id="another average"),
        pytest.param("f1", 0.9, id="the micro average by the bare name"),
        pytest.param("recall", 0.9 + 0.1 / 3, id="of the other class by the bare name"),
        pytest.param("accuracy", 0.9, id="rounded more than the rest"),
        pytest.param("ece", 0.2, id="a metric that is computed in many ways"),
    ],
)
def test_run__metric_that_may_be_another_does_not_fail(metrics_project, key, value):
    # 300 of the truth 1, of which 70 are predicted wrongly; 700 of 0, of which 46 are.
    ids = np.arange(1000)
    truth = (ids < 300).astype(int)
    is_wrong = (ids < 70) | (ids >= 954) if key == "recall" else ids < 99
    frame = pl.DataFrame({"id": ids, "truth": truth, "prediction": np.where(is_wrong, 1 - truth, truth), "score": 0.5})
    value = 654 / 700 if key == "recall" else 0.901 if "f1" in key else value
    side = {PATH: frame.write_csv(), "metrics.json": json.dumps({key: value, "seconds": 1.2345678})}
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config("score: score"))
    assert keys(outcome, Severity.ERROR) == []


def test_run__metric_without_the_weights_does_not_fail(metrics_project):
    frame = labelled(1000, range(100)).with_columns(w=pl.when(pl.col("id") < 500).then(3.0).otherwise(1.0))
    side = files(frame, "accuracy")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config("weight: w"))
    assert (keys(outcome, Severity.ERROR), keys(outcome)) == ([], ["metrics/disagrees:accuracy"])


def test_run__metric_of_scores_with_more_digits_than_the_file_does_not_fail(metrics_project):
    frame = scored(2000, 3)
    side = {**files(frame, "roc_auc", "log_loss"), PATH: frame.with_columns(pl.col("score").round(3)).write_csv()}
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config("score: score"))
    assert keys(outcome, Severity.ERROR) == []


@pytest.mark.parametrize("rule", ["estimator: none", "gate: false"])
def test_run__rule_says_that_a_metric_is_computed_otherwise(metrics_project, rule):
    frame = labelled(1000, range(60))
    side = {**files(frame), "metrics.json": '{"accuracy": 0.99}'}
    asked = config(beside=f"rules: {{accuracy: {{{rule}}}}}")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=asked)
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])


@pytest.mark.parametrize(
    ("key", "factor"),
    [
        pytest.param("accuracy", 100, id="in percent"),
        pytest.param("test_accuracy", 1, id="with a prefix"),
        pytest.param("test/accuracy_score", 1, id="as scikit-learn calls it"),
        pytest.param("acc", 1, id="short"),
    ],
)
def test_run__names_and_scales_are_recognised(metrics_project, key, factor):
    base, head = broken_and_fixed(1000, 60, 20)
    sides = (
        {**files(frame), "metrics.json": json.dumps({key: values(frame, "accuracy")["accuracy"] * factor})}
        for frame in (base, head)
    )
    outcome = metrics_project.compare(*sides, config=config())
    assert row(outcome, key)["verdict"] == "worse: p < 0.0001"


def test_run__classification_report_is_recognised(metrics_project):
    from sklearn.metrics import classification_report

    sides = []
    for wrong in (range(20), range(20, 80)):
        frame = labelled(1000, wrong)
        report = classification_report(frame["truth"], frame["prediction"], output_dict=True)
        sides.append({**files(frame), "metrics.json": json.dumps(report)})
    outcome = metrics_project.compare(*sides, config=config())
    assert {row.cells[-1].partition(":")[0] for row in outcome.tables[0].rows} == {"worse"}
    assert {row.cells[0] for row in outcome.tables[0].rows} >= {"`0.recall`", "`1.precision`", "`macro avg.f1-score`"}


def test_run__negated_loss_is_recognised(metrics_project):
    base, head = scored(2000, 3), scored(2000, 3, noise=0.9)
    sides = (
        {**files(frame), "metrics.json": json.dumps({"neg_log_loss": -values(frame, "log_loss")["log_loss"]})}
        for frame in (base, head)
    )
    outcome = metrics_project.compare(*sides, config=config("score: score"))
    assert row(outcome, "neg_log_loss")["verdict"].startswith("worse")


def test_run__rule_may_say_what_a_metric_is(metrics_project):
    base, head = broken_and_fixed(1000, 60, 20)
    sides = (
        {**files(frame), "metrics.json": json.dumps({"hits": values(frame, "accuracy")["accuracy"]})}
        for frame in (base, head)
    )
    asked = config(beside="rules: {hits: {better: higher, tolerance: 1pp, estimator: accuracy}}")
    assert row(metrics_project.compare(*sides, config=asked), "hits")["verdict"] == "worse: p < 0.0001"


def test_run__rule_may_say_that_a_metric_is_of_other_examples(metrics_project):
    side = files(labelled(200, range(10)), more={"val": {"accuracy": 0.91}})
    asked = config(beside="rules: {val.accuracy: {estimator: none}}")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=asked)
    assert keys(outcome) == []


def test_run__metrics_that_only_predictions_give_are_judged(metrics_project):
    base, head = broken_and_fixed(1000, 60, 20)
    asked = config("metrics: ['recall[1]', f1]")
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=asked)
    assert {row.cells[0] for row in outcome.tables[0].rows} == {"`accuracy`", "`recall[1]`", "`f1`"}
    found = [finding for finding in outcome.findings if finding.key == "metrics/regression:f1"]
    assert [str(finding.location) for finding in found] == ["mlgate.yaml:1"]


def test_run__usual_metrics_where_no_file_has_any(metrics_project):
    base, head = (files(frame) for frame in broken_and_fixed(1000, 60, 20))
    outcome = metrics_project.compare({PATH: base[PATH]}, {PATH: head[PATH]}, config=config())
    assert {row.cells[0] for row in outcome.tables[0].rows} == {"`accuracy`", "`precision`", "`recall`"}
    assert outcome.status is Status.FAILED


def test_run__floor_of_a_metric_that_only_predictions_give_holds_without_a_baseline(metrics_project):
    side = files(labelled(100, range(30)))
    metrics_project.repo.commit({**side, "mlgate.yaml": config("metrics: [f1]", "rules: {f1: {min: 0.8}}")})
    assert keys(metrics_project.ask(None), Severity.ERROR) == ["metrics/floor:f1"]


# Predictions that cannot be used


def corrupted(text: str) -> dict[str, str]:
    return {PATH: text}


HEADER = "id,truth,prediction\n"
LINES = "".join(f"{i},{i % 2},{i % 2}\n" for i in range(100))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        pytest.param(HEADER + LINES + "7,1,1\n", "repeats 1 id, such as `7`", id="an id twice"),
        pytest.param(HEADER + LINES + ",1,1\n", "1 example without an id", id="an id that is missing"),
        pytest.param(HEADER, "it holds no example", id="only a header"),
        pytest.param("", "it cannot be read", id="an empty file"),
        pytest.param("id,truth,predicted\n" + LINES, "no column `prediction`", id="a column that is missing"),
        pytest.param(HEADER + LINES + "101,1,1,1\n", "it cannot be read", id="a ragged line"),
        pytest.param((HEADER + LINES + "é,1,1\n").encode("latin-1"), "it cannot be read", id="Latin-1"),
        pytest.param("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "pointer of Git LFS", id="Git LFS"),
    ],
)
@pytest.mark.parametrize("side", ["head", "baseline"])
def test_run__broken_predictions_warn_and_the_plain_tolerance_decides(metrics_project, head, words, side):
    good = {**files(labelled(100), "accuracy"), "metrics.json": '{"accuracy": 1.0}'}
    bad = {**good, PATH: head, "metrics.json": '{"accuracy": 0.5}'}
    base, now = (good, bad) if side == "head" else (bad, files(labelled(100, range(70)), "accuracy"))
    outcome = metrics_project.compare(base, now, config=config())
    told = [finding for finding in outcome.findings if finding.rule.startswith("metrics/predictions-un")]
    assert [(finding.severity, words in finding.message) for finding in told] == [(Severity.WARNING, True)]
    assert keys(outcome, Severity.ERROR) == ["metrics/regression:accuracy"]
    assert "no noise estimate" in only(outcome, "metrics/regression").message


def test_run__missing_column_names_its_neighbour(metrics_project):
    side = files(labelled(100), "accuracy")
    head = {**side, PATH: side[PATH].replace("prediction", "predictions")}
    outcome = metrics_project.compare(side, head, config=config())
    assert only(outcome, "metrics/predictions-unreadable").hint == "did you mean `predictions`?"


def test_run__broken_predictions_fail_where_asked(metrics_project):
    side = files(labelled(100), "accuracy")
    outcome = metrics_project.compare(side, {**side, PATH: "x"}, config=config(beside="on_inconclusive: fail"))
    assert keys(outcome, Severity.ERROR) == ["metrics/predictions-unreadable:head"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("out", "no regular file", id="a folder"),
        pytest.param("../secret.csv", "leads out of the repository", id="a path out of the repository"),
        pytest.param("link.csv", "leads out of the repository", id="a link out of the repository"),
        pytest.param("nowhere.csv", "neither in git nor an output of DVC", id="nothing there"),
        pytest.param("metrics.json", "cannot be used", id="another file"),
        pytest.param("notes.txt", "the ending is none of", id="an unknown ending"),
    ],
)
def test_run__path_that_is_no_file_of_predictions_is_told(metrics_project, tmp_path, path, words):
    (tmp_path / "secret.csv").write_text(HEADER + LINES)
    repo = metrics_project.repo
    repo.commit({**files(labelled(100), "accuracy"), "notes.txt": "x"})
    (repo.path / "link.csv").symlink_to(tmp_path / "secret.csv")
    repo.commit({"mlgate.yaml": config().replace(PATH, path)})
    outcome = metrics_project.ask("HEAD~1")
    told = [finding for finding in outcome.findings if finding.severity is Severity.WARNING]
    assert [words in finding.message for finding in told] in ([True], [True, False])


def test_run__named_metric_without_predictions_fails(metrics_project):
    side = files(labelled(100), "accuracy")
    outcome = metrics_project.compare(side, {**side, PATH: "x"}, config=config("metrics: [f1]"))
    assert keys(outcome, Severity.ERROR) == ["metrics/not-computed:f1"]


@pytest.mark.parametrize(
    ("frames", "more", "metric", "words"),
    [
        pytest.param(
            [scored(100, 1).with_columns(score=pl.when(pl.col("id") == 3).then(None).otherwise(pl.col("score")))] * 2,
            "score: score",
            "roc_auc",
            "1 of the scores of the baseline are missing or not finite",
            id="a score that is missing",
        ),
        pytest.param(
            [scored(100, 1).with_columns(score=pl.when(pl.col("id") == 3).then(float("nan")).otherwise("score"))] * 2,
            "score: score",
            "roc_auc",
            "1 of the scores of the baseline are missing or not finite",
            id="a score that is NaN",
        ),
        pytest.param([labelled(10, range(5))] * 2, "", "accuracy", "only 10 examples decide it", id="ten examples"),
        pytest.param(
            [labelled(100, range(37)).with_columns(truth=pl.lit(0))] * 2,
            "",
            "recall",
            "no example is of the class `1`",
            id="no positive",
        ),
        pytest.param(
            [scored(100, 1).with_columns(truth=pl.lit(1))] * 2, "score: score", "roc_auc", "needs both", id="one class"
        ),
        pytest.param(
            [labelled(100).with_columns(weight=pl.lit(0.0))] * 2, "weight: weight", "accuracy", "all weights are zero",
            id="weights of zero",
        ),
        pytest.param(
            [labelled(100).with_columns(weight=pl.lit(-1.0))] * 2, "weight: weight", "accuracy", "a weight is negative",
            id="negative weights",
        ),
        pytest.param(
            [labelled(100).with_columns(truth=pl.lit("cat"), prediction=pl.lit("dog"))] * 2, "", "recall",
            "which class is positive", id="nobody says which class is positive",
        ),
        pytest.param(
            [labelled(100, range(50)).with_columns(group=pl.lit("a"))] * 2, "group: group", "accuracy",
            "only 1 group decides it", id="one group",
        ),
    ],
)  # fmt: skip
def test_run__metric_whose_noise_is_not_defined_is_told(metrics_project, frames, more, metric, words):
    base, head = ({PATH: frame.write_csv(), "metrics.json": f'{{"{metric}": 0.5}}'} for frame in frames)
    outcome = metrics_project.compare(base, {**head, "note.txt": "x"}, config=config(more))
    found = outcome.findings
    assert [words in finding.message for finding in found if finding.rule == "metrics/no-interval"] == [True]
    assert outcome.status is Status.WARNED


def test_run__constant_truth_has_no_r2(metrics_project):
    side = {PATH: valued(100, 1).with_columns(truth=pl.lit(1.0)).write_csv(), "metrics.json": '{"r2": 0.5}'}
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config())
    assert "R2 needs a truth that varies" in only(outcome, "metrics/no-interval").message


def test_run__all_scores_alike_are_half_an_auc(metrics_project):
    base = scored(200, 1)
    head = base.with_columns(score=pl.lit(0.5))
    outcome = metrics_project.compare(files(base, "roc_auc"), files(head, "roc_auc"), config=config("score: score"))
    assert keys(outcome, Severity.ERROR) == ["metrics/regression:roc_auc"]
    assert row(outcome, "roc_auc")["this PR"].startswith("0.5")


def test_run__other_examples_are_compared_unpaired_and_told(metrics_project):
    base = labelled(1000, range(20))
    head = labelled(1000, range(200)).with_columns(id=pl.col("id") + 500)
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    assert (
        "only 500 of 1,000 examples have the same id at both sides (50.0%" in only(outcome, "metrics/unpaired").message
    )
    assert only(outcome, "metrics/regression").severity is Severity.ERROR
    assert str(outcome.tables[0].note).startswith("not paired, n = 1,000")


def test_run__unpaired_comparison_sees_less(metrics_project):
    base = labelled(1000, range(20))
    head = labelled(1000, range(20, 51)).with_columns(id=pl.col("id") + 500)
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    assert keys(outcome) == ["metrics/within-noise:accuracy", "metrics/unpaired:head"]


def test_run__a_few_other_examples_are_left_out(metrics_project):
    base, head = labelled(1000, range(20)), labelled(1005, range(20))
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=config())
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])
    assert str(outcome.tables[0].note).startswith("paired, n = 1,000")


def test_run__ids_of_other_types_meet(metrics_project):
    frame = labelled(200, range(10))
    base = {**files(frame, "accuracy"), "out/p.parquet": parquet(frame)}
    head = {**base, "out/p.parquet": parquet(frame.with_columns(pl.col("id").cast(pl.String))), "note.txt": "x"}
    outcome = metrics_project.compare(base, head, config=config().replace(PATH, "out/p.parquet"))
    assert (keys(outcome), row(outcome, "accuracy")["verdict"]) == ([], "unchanged")


def parquet(frame: pl.DataFrame) -> bytes:
    import io

    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


# Slices


def sliced(n: int, wrong: range, column: str = "airport") -> pl.DataFrame:
    """Return examples in three slices: SFO and JFK of n / 2 less 20 each, and LAX of 40."""
    small = pl.col("id") >= n - 40
    name = pl.when(small).then(pl.lit("LAX")).when(pl.col("id") < n // 2 - 20).then(pl.lit("SFO"))
    return labelled(n, wrong).with_columns(name.otherwise(pl.lit("JFK")).alias(column))


def test_run__slices_without_loss_are_a_folded_table(metrics_project):
    side = files(sliced(1000, range(10)), "accuracy")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config("slices: [airport]"))
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])
    found = table(outcome, "Slices")
    assert (found.title, found.folded) == ("Slices (3), none worse than noise", True)
    assert found.rows[-1].cells[0] == "`airport=LAX`"
    assert found.rows[-1].cells[-1] == "under 100 examples: no verdict"


def test_run__slice_that_is_worse_warns(metrics_project):
    base, head = sliced(4000, range(0)), sliced(4000, range(38))
    outcome = metrics_project.compare(
        files(base, "accuracy"), files(head, "accuracy"), config=config("slices: [airport]")
    )
    found = only(outcome, "metrics/slice")
    assert (outcome.status, found.severity) == (Status.WARNED, Severity.WARNING)
    assert found.message == (
        "`accuracy` is worse than tolerated and than noise on 1 of 2 slices: `airport=SFO` (\u22121.9 pp)"
    )
    assert table(outcome, "Slices").title == "Slices (3), 1 worse than noise"


def test_run__loss_names_the_slice_that_has_most_of_it(metrics_project):
    base, head = sliced(4000, range(0)), sliced(4000, range(100))
    outcome = metrics_project.compare(
        files(base, "accuracy"), files(head, "accuracy"), config=config("slices: [airport]")
    )
    hint = only(outcome, "metrics/regression").hint
    assert str(hint).startswith("look at the slice `airport=SFO`, where most of the loss is; ")


def test_run__gated_slice_with_few_of_a_class_is_told(metrics_project):
    is_positive = (pl.col("id") >= 600) | (pl.col("id") == 1)
    side = files(sliced(1000, range(10)).with_columns(truth=is_positive.cast(pl.Int64)), "recall")
    asked = config("slices: [airport], gated_slices: ['airport=SFO']")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=asked)
    assert keys(outcome) == ["metrics/slice:recall where airport=SFO"]
    assert "has no verdict on `recall`: only 1 example decides it" in only(outcome, "metrics/slice").message


@pytest.mark.parametrize("gated", ["airport=SFO", "airport"])
def test_run__gated_slice_fails(metrics_project, gated):
    base, head = sliced(4000, range(0)), sliced(4000, range(38))
    asked = config(f"slices: [airport], gated_slices: ['{gated}']")
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=asked)
    assert keys(outcome, Severity.ERROR) == ["metrics/regression:accuracy where airport=SFO"]
    assert row(outcome, "accuracy where airport=SFO")["verdict"].startswith("worse: p")


@pytest.mark.parametrize(
    ("gated", "words"),
    [
        pytest.param("airport=LAX", "has only 40 examples, too few for a verdict", id="a small slice"),
        pytest.param("airport=XXX", "no example is in the gated slice", id="a slice that is not there"),
    ],
)
def test_run__gated_slice_that_cannot_gate_is_told(metrics_project, gated, words):
    side = files(sliced(1000, range(10)), "accuracy")
    asked = config(f"slices: [airport], gated_slices: ['{gated}']")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=asked)
    assert words in only(outcome, "metrics/slice").message
    assert outcome.status is Status.WARNED


def test_run__column_of_ids_makes_no_slices(metrics_project):
    side = files(labelled(10_050, range(10)), "accuracy")
    outcome = metrics_project.compare(side, {**side, "note.txt": "x"}, config=config("slices: [id]"))
    assert "`id` has 10,050 different values" in only(outcome, "metrics/slice").message


def test_run__a_thousand_slices_are_twenty_rows(metrics_project):
    frame = scored(20_000, 5).with_columns(shop=pl.col("id") % 1000)
    other = scored(20_000, 5, noise=0.1).with_columns(shop=pl.col("id") % 1000)
    asked = config("score: score, slices: [shop]")
    outcome = metrics_project.compare(files(frame, "roc_auc", "f1"), files(other, "roc_auc", "f1"), config=asked)
    found = table(outcome, "Slices (1,000)")
    assert len(found.rows) == 20
    assert "1,000 slices of fewer than 100 examples" in str(found.note)


def test_run__slices_of_equal_models_stay_quiet(metrics_project):
    """Twenty slices of two hundred rows, which a raw rule of two points would flag nearly always."""
    base, head = scored(4000, 5), scored(4000, 5, noise=0.05)
    base, head = (side.with_columns(shop=pl.col("id") % 20) for side in (base, head))
    asked = config("slices: [shop]")
    outcome = metrics_project.compare(files(base, "accuracy"), files(head, "accuracy"), config=asked)
    assert keys(outcome) == []


# Functions of the project

OWN = """\
import numpy as np

def profit(truth, prediction):
    print("noise on standard output")
    return float(np.mean(np.where(truth == prediction, 3.0, -5.0)))

def separation(y_true, y_score):
    return float(y_score[y_true == 1].mean() - y_score[y_true == 0].mean())

def breaks(truth, prediction):
    raise RuntimeError("no such thing")

def sleeps(truth, prediction):
    import time
    time.sleep(0.2)
    return 1.0

def leaves(truth, prediction):
    import os
    os._exit(3)

def steals(truth, prediction):
    import os
    return float("GITHUB_TOKEN" in os.environ)
"""


def own(metrics_project, base: pl.DataFrame, head: pl.DataFrame, name: str, more: str = "") -> Outcome:
    asked = config(
        f"metrics: ['scores:{name}'], score: score, limit: 60s{more}", f"rules: {{{name}: {{better: higher}}}}"
    )
    project = f"project: {{python: '{sys.executable}'}}\n"
    sides = ({**files(side, "accuracy"), "scores.py": OWN} for side in (base, head))
    return metrics_project.compare(*sides, config=project + asked)


@pytest.mark.parametrize("name", ["profit", "separation"])
def test_run__function_of_the_project_is_judged(metrics_project, name):
    outcome = own(metrics_project, scored(400, 2), scored(400, 2, noise=2.5), name)
    assert keys(outcome, Severity.ERROR) == ["metrics/regression:accuracy", f"metrics/regression:{name}"]
    assert row(outcome, name)["90 % interval"]


def test_run__function_of_the_project_is_seeded(metrics_project):
    base, head = scored(300, 2), scored(300, 2, noise=0.1)
    first = own(metrics_project, base, head, "profit")
    assert row(metrics_project.ask("HEAD~1"), "profit") == row(first, "profit")


def test_run__function_of_the_project_sees_no_token(metrics_project):
    metrics_project._env = {**metrics_project._env, "GITHUB_TOKEN": "secret"}
    outcome = own(metrics_project, scored(100, 2), scored(100, 2), "steals")
    assert row(outcome, "steals")["this PR"] == "0"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("breaks", "it raises: RuntimeError: no such thing", id="it raises"),
        pytest.param("missing", "there is no such function", id="it is not there"),
        pytest.param("leaves", "its process ended with exit code 3", id="it ends the process"),
    ],
)
def test_run__function_that_gives_no_number_fails(metrics_project, name, words):
    outcome = own(metrics_project, scored(100, 2), scored(100, 2), name)
    found = only(outcome, "metrics/not-computed")
    assert (found.severity, words in found.message) == (Severity.ERROR, True)


def test_run__function_that_is_too_slow_has_a_value_and_no_interval(metrics_project):
    outcome = own(metrics_project, scored(100, 2), scored(100, 2), "sleeps")
    assert "2,000 resamples would take longer than the 60 s" in only(outcome, "metrics/no-interval").message
    assert row(outcome, "sleeps")["this PR"] == "1"


# Seeds and folds


def runs(config_of_runs: str, **sides: object) -> tuple[list[dict[str, str]], str]:
    both = [{"metrics.json": json.dumps({"test": {"auc": sides[side]}})} for side in ("base", "head")]
    return both, f"metrics: {{runs: {{{config_of_runs}}}}}\n"


def test_run__folds_within_noise_warn(metrics_project):
    (base, head), asked = runs("test.auc: folds", base=[0.9, 0.92, 0.88, 0.91, 0.9], head=[0.86, 0.93, 0.85, 0.9, 0.87])
    outcome = metrics_project.compare(base, head, config=asked)
    assert keys(outcome) == ["metrics/within-noise:test.auc"]
    assert outcome.tables[0].note == "5 folds, Nadeau-Bengio"
    assert len(outcome.tables[0].rows) == 1


def test_run__seeds_beyond_noise_fail(metrics_project):
    (base, head), asked = runs("test.auc: seeds", base=[0.9, 0.901, 0.899, 0.9], head=[0.86, 0.862, 0.858])
    outcome = metrics_project.compare(base, head, config=asked)
    assert keys(outcome, Severity.ERROR) == ["metrics/regression:test.auc"]
    assert outcome.tables[0].note == "4 and 3 seeds, Welch"


def test_run__seeds_in_files_of_their_own(metrics_project):
    base = {f"eval/seed_{i}.json": json.dumps({"auc": 0.9 + i / 1000}) for i in range(4)}
    head = {f"eval/seed_{i}.json": json.dumps({"auc": 0.85 + i / 1000}) for i in range(4)}
    asked = "metrics: {files: ['eval/*.json'], runs: {'eval/seed_*.json:auc': seeds}}\n"
    outcome = metrics_project.compare({**base, "mlgate.yaml": asked}, head)
    assert keys(outcome) == ["metrics/regression:eval/seed_*.json:auc"]
    assert row(outcome, "eval/seed_*.json:auc")["change"] == "\u22125.0 pp"


def test_run__seeds_carry_the_noise_of_the_examples_too(metrics_project):
    base, head = broken_and_fixed(400, 12, 8)
    one, other = (values(side, "accuracy")["accuracy"] for side in (base, head))
    sides = (
        {**files(base), "metrics.json": json.dumps({"accuracy": [one, one + 0.0005, one - 0.0005]})},
        {**files(head), "metrics.json": json.dumps({"accuracy": [other, other + 0.0005, other - 0.0005]})},
    )
    alone = metrics_project.compare(*sides, config="metrics: {runs: {accuracy: seeds}}\n")
    metrics_project.repo.commit({"mlgate.yaml": config(beside="runs: {accuracy: seeds}")})
    both = metrics_project.ask("HEAD~2")
    assert row(alone, "accuracy")["90 % interval"] == "\u22121.087 … \u22120.913"
    assert row(both, "accuracy")["90 % interval"] == "\u22122.9 … +0.9"
    assert "examples" in row(both, "accuracy")["verdict"] or both.status is Status.PASSED


@pytest.mark.parametrize(
    ("kind", "base", "head", "words"),
    [
        pytest.param("folds", [0.9, 0.8, 0.7], [0.9, 0.8], "folds come in pairs", id="a fold less"),
        pytest.param("seeds", [0.9, 0.8], [0.9], "two a side are needed", id="one seed"),
    ],
)
def test_run__runs_that_cannot_be_compared_are_told(metrics_project, kind, base, head, words):
    (before, after), asked = runs(f"test.auc: {kind}", base=base, head=head)
    outcome = metrics_project.compare(before, after, config=asked)
    assert words in only(outcome, "metrics/runs").message


def test_run__run_that_is_no_number_fails(metrics_project):
    (base, _), asked = runs("test.auc: seeds", base=[0.9, 0.8], head=[])
    outcome = metrics_project.compare(base, {"metrics.json": '{"test": {"auc": [0.9, NaN]}}'}, config=asked)
    assert keys(outcome, Severity.ERROR) == ["metrics/not-a-number:test.auc"]


def test_run__runs_that_match_nothing_are_told(metrics_project):
    (base, head), asked = runs("tset.auc: seeds", base=[0.9, 0.8], head=[0.9, 0.8])
    outcome = metrics_project.compare(base, head, config=asked)
    assert only(outcome, "metrics/runs").hint == "did you mean `test.auc`?"


# The config


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param("metrics: [accuraccy]", "did you mean accuracy?", id="misspelt metric"),
        pytest.param("gated_slices: [airport=SFO]", "is of no column in slices", id="gated slice of no column"),
        pytest.param("postive: 1", "did you mean positive?", id="misspelt key"),
        pytest.param("limit: 3", "needs a unit", id="limit without unit"),
    ],
)
def test_config__wrong_predictions_are_refused(repo, mlgate, more, words):
    repo.commit({**files(labelled(10), "accuracy"), "mlgate.yaml": config(more)})
    ran = mlgate("run", "metrics", cwd=repo.path)
    assert (ran.code, words in ran.text) == (2, True)


def test_config__predictions_without_a_column_are_refused(repo, mlgate):
    without = config().replace(", prediction: prediction", "")
    repo.commit({**files(labelled(10), "accuracy"), "mlgate.yaml": without})
    ran = mlgate("run", "metrics", cwd=repo.path)
    assert (ran.code, "name the column of the predictions" in ran.text) == (2, True)


def test_config__misspelt_estimator_is_refused(repo, mlgate: Mapping[str, str]):
    repo.commit({**files(labelled(10), "accuracy"), "mlgate.yaml": config(beside="rules: {a: {estimator: recal}}")})
    ran = mlgate("run", "metrics", cwd=repo.path)
    assert (ran.code, "did you mean recall?" in ran.text) == (2, True)
