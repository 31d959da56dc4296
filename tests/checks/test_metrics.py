"""The metrics check on real repositories: what must stay quiet, what must fail, and every bad input."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from mlgate.report import Finding, Outcome, Severity, Status


def metrics(**values: Any) -> dict[str, str]:
    """Return a `metrics.json`, one key a line."""
    return {"metrics.json": json.dumps(values, indent=1)}


def keys(outcome: Outcome, severity: Severity | None = None) -> list[str]:
    """Return the keys of the findings."""
    return [finding.key for finding in outcome.findings if severity in (None, finding.severity)]


def only(outcome: Outcome, rule: str) -> Finding:
    """Return the one finding of a rule."""
    (found,) = [finding for finding in outcome.findings if finding.rule == rule]
    return found


def verdicts(outcome: Outcome) -> dict[str, str]:
    """Return the verdict in words of every metric in the tables, by its cell."""
    return {row.cells[0].strip("`"): row.cells[-1] for table in outcome.tables for row in table.rows}


@pytest.mark.parametrize(
    ("base", "head"),
    [
        pytest.param({"accuracy": 0.9}, {"accuracy": 0.9}, id="unchanged"),
        pytest.param({"accuracy": 0.9}, {"accuracy": 0.95}, id="better"),
        pytest.param({"accuracy": 0.81}, {"accuracy": 0.8}, id="a point less, which floats make a hair more"),
        pytest.param({"auc": 0.1 + 0.2}, {"auc": 0.3}, id="noise of a float sum"),
        pytest.param({"rmse": 100.0}, {"rmse": 101.9}, id="1.9 % more error"),
        pytest.param({"accuracy": 91.2}, {"accuracy": 90.5}, id="an accuracy in percent, 0.7 points less"),
        pytest.param({"error_rate": 0.5}, {"error_rate": 0.3}, id="lower is better and it fell"),
        pytest.param({"neg_log_loss": -0.5}, {"neg_log_loss": -0.3}, id="a negated loss that rose"),
        pytest.param({"accuracy": 1}, {"accuracy": 1.0}, id="whole number then float"),
        pytest.param({"train_seconds": 10.0}, {"train_seconds": 90.0}, id="a time without a rule"),
        pytest.param({"step": 10}, {"step": 3}, id="a count"),
        pytest.param({"recall": 0.9, "model": "a"}, {"recall": 0.9, "model": "b"}, id="text beside numbers"),
        pytest.param({"recall": 0.9, "ok": True}, {"recall": 0.9, "ok": False}, id="a flag beside numbers"),
    ],
)
def test_run__quiet(metrics_project, base, head):
    outcome = metrics_project.compare(metrics(**base), metrics(**head))
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])


def test_run__no_metric_files_is_skipped(metrics_project):
    outcome = metrics_project.compare({"README.md": "no metrics"}, {"README.md": "still none"})
    assert outcome.status is Status.SKIPPED
    assert outcome.summary == "no metric files found"
    assert "dvc.yaml" in str(outcome.hint)


def test_run__rules_without_any_metric_file_warn(metrics_project):
    outcome = metrics_project.compare({"x": "1"}, {"x": "2"}, config="metrics: {rules: {auc: {min: 0.8}}}")
    assert (outcome.status, keys(outcome)) == (Status.WARNED, ["metrics/unused-rule:auc"])
    assert outcome.summary == "0 metrics, none judged"


def test_run__regression_says_what_where_and_what_to_do(metrics_project):
    outcome = metrics_project.compare(metrics(auc=0.9, recall=0.81), metrics(auc=0.9, recall=0.77))
    found = only(outcome, "metrics/regression")
    assert found.message == (
        "`recall` fell by 4.0 points (0.810 → 0.770), more than the 1 point tolerated (no noise estimate)"
    )
    assert str(found.location) == "metrics.json:3:2"
    assert "`mlgate run metrics`" in str(found.hint)
    assert "tolerance: 4pp" in str(found.hint)
    assert found.key == "metrics/regression:recall"
    assert (outcome.status, outcome.summary, outcome.note) == (Status.FAILED, "1 of 2 fails", "`recall` \u22124.0 pp")


def test_run__hinted_tolerance_lets_the_change_pass(metrics_project):
    base, head = metrics(rmse=12.1, recall=0.8137), metrics(rmse=12.73, recall=0.7712)
    outcome = metrics_project.compare(base, head)
    hinted = [str(finding.hint).partition("widen it: `")[2].rstrip("`") for finding in outcome.findings]
    rules = [line.removeprefix("metrics: {rules: {").removesuffix("}}") for line in hinted]
    assert len(rules) == 2
    metrics_project.repo.commit({"mlgate.yaml": f"metrics: {{rules: {{{', '.join(rules)}}}}}"})
    assert metrics_project.ask("HEAD~2").status is Status.PASSED


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        pytest.param({"rmse": 12.1}, {"rmse": 12.73}, "rose by 5.2 % (12.10 → 12.73), more than the 2 %", id="error"),
        pytest.param(
            {"recall": 0.05}, {"recall": 0.046}, "fell by 8.0 % (0.0500 → 0.0460), more than the 5 %", id="small"
        ),
        pytest.param({"accuracy": 91.2}, {"accuracy": 89.2}, "(91.2 → 89.2), more than the 1 tolerated", id="percent"),
        pytest.param(
            {"f1": 0.9}, {"f1": 0.8899}, "fell by 1.01 points (0.900 → 0.890), more than the 1 p", id="barely"
        ),
        pytest.param(
            {"brier": -0.1}, {"brier": -0.09}, "rose by 10 % (\u22120.100 → \u22120.090)", id="negative values"
        ),
    ],
)
def test_run__messages_show_enough_digits_and_no_more(metrics_project, base, head, words):
    outcome = metrics_project.compare(metrics(**base), metrics(**head))
    assert words in only(outcome, "metrics/regression").message


def test_run__table_has_the_worst_first_and_the_branch_by_name(metrics_project):
    base, head = metrics(auc=0.91, recall=0.81, other=1), metrics(auc=0.92, recall=0.77, other=2)
    metrics_project.repo.commit(base)
    metrics_project.repo.branch("change")
    metrics_project.repo.commit(head)
    outcome = metrics_project.ask("main")
    main, folded = outcome.tables
    assert [column.title for column in main.columns][:3] == ["metric", "`main`", "this PR"]
    assert main.title.startswith("Metrics against `main` at `")
    assert [row.cells for row in main.rows] == [
        ("`recall`", "0.810", "0.770", "\u22124.0 pp", "1 pp", "worse than tolerated, no noise estimate"),
        ("`auc`", "0.910", "0.920", "+1.0 pp", "1 pp", "improved"),
    ]
    assert (main.rows[0].status, main.rows[0].decided, main.folded) == (Status.FAILED, 3, False)
    assert (folded.folded, folded.rows[0].cells[0]) == (True, "`other`")


def test_run__measures_are_those_of_judged_and_changed_metrics(metrics_project):
    outcome = metrics_project.compare(metrics(recall=0.81, step=1, idle=2), metrics(recall=0.77, step=2, idle=2))
    assert {(m.name, m.baseline, m.current, m.status) for m in outcome.measures} == {
        ("recall", 0.81, 0.77, Status.FAILED),
        ("step", 1.0, 2.0, None),
    }


# Rules


@pytest.mark.parametrize(
    ("base", "head", "rules"),
    [
        pytest.param({"recall": 0.9}, {"recall": 0.87}, "recall: {tolerance: 3pp}", id="wider tolerance"),
        pytest.param({"rmse": 10.0}, {"rmse": 10.5}, "rmse: {tolerance: 0.5 abs}", id="tolerance in its own unit"),
        pytest.param(
            {"profit": 10.0}, {"profit": 9.6}, "profit: {better: higher}", id="5 % where nothing else is known"
        ),
        pytest.param({"recall": 0.9}, {"recall": 0.1}, "recall: {gate: false}", id="not gated"),
        pytest.param({"recall": 0.9}, {}, "recall: {dropped: true}", id="dropped"),
        pytest.param({"a.recall": 0.9}, {"a.recall": 0.8}, '"a.*": {tolerance: 20pp}', id="glob"),
        pytest.param({"recall": 0.85}, {"recall": 0.85}, "recall: {min: 0.85}", id="at the floor"),
        pytest.param(
            {"test.recall": 0.9},
            {"test.recall": 0.8},
            '"*": {tolerance: 0pp}, "test.*": {tolerance: 20pp}',
            id="the longer glob wins",
        ),
        pytest.param(
            {"test.recall": 0.9},
            {"test.recall": 0.8},
            'test.recall: {tolerance: 20pp}, "test.reca*": {tolerance: 0pp}',
            id="the name wins over any glob",
        ),
        pytest.param(
            {"recall": 0.9}, {"recall": 0.8}, '"metrics.json:recall": {tolerance: 20pp}', id="by file and name"
        ),
        pytest.param({"loss": 1.0}, {"loss": 0.5}, "loss: {better: lower, max: 2}", id="ceiling kept"),
        pytest.param(
            {"train_seconds": 10}, {"train_seconds": 11}, "train_seconds: {tolerance: 20%}", id="time in budget"
        ),
    ],
)
def test_run__rules_that_allow(metrics_project, base, head, rules):
    outcome = metrics_project.compare(
        metrics(f1=1, **base), metrics(f1=1, **head), config=f"metrics: {{rules: {{{rules}}}}}"
    )
    assert (outcome.status, keys(outcome, Severity.ERROR), keys(outcome, Severity.WARNING)) == (Status.PASSED, [], [])


@pytest.mark.parametrize(
    ("base", "head", "rules", "key"),
    [
        pytest.param({"auc": 0.9}, {"auc": 0.895}, "auc: {tolerance: 0pp}", "regression:auc", id="no tolerance"),
        pytest.param({"auc": 0.7}, {"auc": 0.8}, "auc: {min: 0.85}", "floor:auc", id="floor, although better"),
        pytest.param({}, {"auc": 0.8}, "auc: {min: 0.85}", "floor:auc", id="floor of a new metric"),
        pytest.param({"loss": 3.0}, {"loss": 2.5}, "loss: {max: 2}", "ceiling:loss", id="ceiling, although better"),
        pytest.param({"size": 3}, {"size": 5}, "size: {max: 4}", "ceiling:size", id="ceiling without a direction"),
        pytest.param({"score": 3}, {"score": 2}, "score: {better: higher}", "regression:score", id="told direction"),
        pytest.param({"loss": 3}, {"loss": 2}, "loss: {better: higher}", "regression:loss", id="rule over name"),
        pytest.param(
            {"train_seconds": 9}, {"train_seconds": 12}, "train_seconds: {}", "regression:train_seconds", id="time"
        ),
        pytest.param(
            {"test.auc": 0.9},
            {"test.auc": 0.8},
            '"*": {gate: false}, "test.*": {}',
            "regression:test.auc",
            id="whole rule",
        ),
    ],
)
def test_run__rules_that_fail(metrics_project, base, head, rules, key):
    outcome = metrics_project.compare(
        metrics(f1=1, **base), metrics(f1=1, **head), config=f"metrics: {{rules: {{{rules}}}}}"
    )
    assert keys(outcome, Severity.ERROR) == [f"metrics/{key}"]


def test_run__rule_that_matches_nothing_is_told_with_its_place(metrics_project):
    config = "metrics:\n  rules:\n    accuracy: {min: 0.8}\n    recal: {min: 0.8}\n"
    outcome = metrics_project.compare(
        metrics(test={"accuracy": 0.9}, recall=0.9), metrics(test={"accuracy": 0.9}, recall=0.9), config=config
    )
    unused = [finding for finding in outcome.findings if finding.rule == "metrics/unused-rule"]
    assert [(str(finding.location), finding.hint) for finding in unused] == [
        ("mlgate.yaml:3", "did you mean `test.accuracy`?"),
        ("mlgate.yaml:4", "did you mean `recall`?"),
    ]
    assert outcome.status is Status.WARNED


def test_run__rule_for_what_is_gone_by_intent_is_used(metrics_project):
    config = "metrics: {rules: {recall: {dropped: true}}}"
    outcome = metrics_project.compare(metrics(auc=0.9, recall=0.9), metrics(auc=0.9), config=config)
    assert keys(outcome) == []
    assert verdicts(outcome)["recall"] == "dropped, as the config says"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        pytest.param("{min: 0.9, max: 0.1}", "is above `max`", id="floor above ceiling"),
        pytest.param("{min: .nan}", "finite", id="a floor that is no number"),
        pytest.param("{tolerance: 1}", "needs a unit", id="tolerance without unit"),
        pytest.param("{better: bigger}", "expected one of `higher`, `lower`", id="unknown direction"),
        pytest.param("{tolerence: 1pp}", "did you mean `tolerance`?", id="misspelt key"),
    ],
)
def test_config__wrong_rules_are_refused(repo, mlgate, rule, words):
    repo.commit({**metrics(auc=0.9), "mlgate.yaml": f"metrics:\n  rules:\n    auc: {rule}\n"})
    ran = mlgate("run", "metrics", cwd=repo.path)
    assert ran.code == 2
    assert words in ran.text.replace("mlgate: ", "").replace("`", "") or words.replace("`", "") in ran.text


# What nobody can judge


def test_run__unknown_direction_is_asked_for_once(metrics_project):
    outcome = metrics_project.compare(metrics(profit=3, churn=1), metrics(profit=2, churn=2))
    found = only(outcome, "metrics/direction-unknown")
    assert (found.severity, outcome.status) == (Severity.INFO, Status.PASSED)
    assert "`profit`, `churn`" in found.message
    assert "better: higher" in str(found.hint)
    assert verdicts(outcome) == {"profit": "direction unknown", "churn": "direction unknown"}


def test_run__rule_without_direction_warns(metrics_project):
    config = "metrics: {rules: {profit: {tolerance: 1%}}}"
    outcome = metrics_project.compare(metrics(profit=3), metrics(profit=2), config=config)
    assert only(outcome, "metrics/direction-unknown").severity is Severity.WARNING


def test_run__items_of_a_list_have_no_direction_by_name(metrics_project):
    outcome = metrics_project.compare(metrics(loss=[0.5, 0.4, 0.3]), metrics(loss=[0.9, 0.8]))
    assert outcome.status is Status.PASSED
    assert "`loss.*`" in only(outcome, "metrics/direction-unknown").message


def test_run__list_that_is_gone_fails(metrics_project):
    outcome = metrics_project.compare(metrics(loss=[0.5], auc=1), metrics(auc=1))
    assert keys(outcome, Severity.ERROR) == ["metrics/removed:loss.0"]


def test_run__relative_tolerance_of_zero_says_so(metrics_project):
    outcome = metrics_project.compare(metrics(rmse=0.0), metrics(rmse=0.5))
    found = only(outcome, "metrics/baseline-zero")
    assert (found.severity, outcome.status) == (Severity.WARNING, Status.WARNED)
    assert "only absolute rules apply" in found.message


def test_run__zero_share_is_compared_in_points(metrics_project):
    outcome = metrics_project.compare(metrics(error_rate=0.0), metrics(error_rate=0.02))
    assert "rose by 2.0 points" in only(outcome, "metrics/regression").message


def test_run__points_on_a_metric_in_percent_are_told(metrics_project):
    config = "metrics: {rules: {accuracy: {tolerance: 1pp}}}"
    outcome = metrics_project.compare(metrics(accuracy=91.2), metrics(accuracy=90.7), config=config)
    assert "fell by 0.50 (91.20 → 90.70), more than the 0.01 (1 pp)" in only(outcome, "metrics/regression").message
    assert "tolerance: 1 abs" in str(only(outcome, "metrics/scale").hint)


def test_run__new_metric_is_a_row(metrics_project):
    outcome = metrics_project.compare(metrics(auc=0.9), metrics(auc=0.9, recall=0.1))
    assert (outcome.status, keys(outcome), verdicts(outcome)["recall"]) == (Status.PASSED, [], "new")


def test_run__first_pull_request_passes_with_a_notice(metrics_project):
    metrics_project.repo.commit(metrics(auc=0.9))
    outcome = metrics_project.ask(None)
    assert outcome.status is Status.PASSED
    assert only(outcome, "metrics/no-baseline").severity is Severity.INFO
    assert outcome.summary == "1 metric, nothing to compare with"


def test_run__floors_hold_without_a_baseline(metrics_project):
    metrics_project.repo.commit({**metrics(auc=0.7), "mlgate.yaml": "metrics: {rules: {auc: {min: 0.8}}}"})
    assert keys(metrics_project.ask(None), Severity.ERROR) == ["metrics/floor:auc"]


# Values that are no numbers


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param("NaN", "`NaN`, no number (baseline: 0.9)", id="NaN"),
        pytest.param("Infinity", "`Infinity`, infinite", id="infinity"),
        pytest.param("-Infinity", "`-Infinity`, infinite", id="minus infinity"),
        pytest.param("1" + "0" * 400, "too large to compare", id="an integer beyond every float"),
        pytest.param('"0.9"', "`0.9`, text where a number was", id="text"),
        pytest.param("true", "`true`, true or false where a number was", id="a flag"),
        pytest.param("null", "`null`, null where a number was", id="null"),
    ],
)
def test_run__head_that_is_no_number_fails(metrics_project, value, words):
    outcome = metrics_project.compare(metrics(auc=0.9), {"metrics.json": f'{{\n"auc": {value}}}'})
    found = only(outcome, "metrics/not-a-number")
    assert words in found.message
    assert (found.severity, str(found.location), outcome.status) == (Severity.ERROR, "metrics.json:2:1", Status.FAILED)


def test_run__nan_passes_no_floor(metrics_project):
    metrics_project.repo.commit({"metrics.yaml": "auc: .nan\n", "mlgate.yaml": "metrics: {rules: {auc: {min: 0.1}}}"})
    assert keys(metrics_project.ask(None), Severity.ERROR) == ["metrics/not-a-number:auc"]


def test_run__nan_at_the_baseline_warns(metrics_project):
    outcome = metrics_project.compare({"metrics.json": '{"auc": NaN}'}, metrics(auc=0.9))
    found = only(outcome, "metrics/baseline-not-a-number")
    assert (found.severity, outcome.status) == (Severity.WARNING, Status.WARNED)
    assert "only absolute rules apply" in found.message


def test_run__nan_at_the_baseline_leaves_the_floor(metrics_project):
    config = "metrics: {rules: {auc: {min: 0.8}}}"
    outcome = metrics_project.compare({"metrics.json": '{"auc": NaN}'}, metrics(auc=0.7), config=config)
    assert keys(outcome, Severity.ERROR) == ["metrics/floor:auc"]


def test_run__quoted_number_of_a_known_metric_warns(metrics_project):
    outcome = metrics_project.compare(
        {"metrics.json": '{"auc": "0.9", "version": "3"}'}, metrics(auc="0.1", version="4")
    )
    assert keys(outcome) == ["metrics/text:auc"]


# Files that cannot be read


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        pytest.param('{"auc": ' + "9" * 5000 + "}", "more digits than can be read", 1, id="5,000 digits"),
        pytest.param('{"auc": 0.9,\n"auc": 0.99}', "duplicate key `auc`", 2, id="duplicate key"),
        pytest.param("[0.9]", "holds a list", 1, id="list at the top"),
        pytest.param('"good"', "holds only `good`", 1, id="a word at the top"),
        pytest.param('{"auc": 0.9,\n "re', "not valid JSON", 2, id="truncated"),
        pytest.param("", "the file is empty", 1, id="empty"),
        pytest.param('{"a.b": 1,\n"a": {\n"b": 2}}', "the key `a.b` is there twice", 3, id="nested and dotted"),
        pytest.param(b'{"auc": "\xe9"}', "not UTF-8", 1, id="Latin-1"),
        pytest.param('{"a":' * 60 + "1" + "}" * 60, "nested deeper than", None, id="too deep"),
        pytest.param('{"a": "' + "x" * 1_000_001 + '"}', "more than the 1,000,000", None, id="too large"),
        pytest.param("<<<<<<< HEAD\n{}\n", "not valid JSON", 1, id="merge conflict"),
    ],
)
def test_run__file_that_cannot_be_read_fails(metrics_project, content, words, line):
    outcome = metrics_project.compare(metrics(auc=0.9), {"metrics.json": content})
    found = only(outcome, "metrics/unreadable")
    assert words in found.message
    assert outcome.status is Status.FAILED
    assert found.location is not None
    assert (found.location.path, found.location.line) == ("metrics.json", line)
    assert keys(outcome) == ["metrics/unreadable:metrics.json"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("metrics.json", b'\xef\xbb\xbf{"auc": 0.9}', id="byte order mark"),
        pytest.param("metrics.json", b'{\r\n"auc": 0.9\r\n}\r\n', id="CRLF"),
        pytest.param("metrics.yaml", b"auc: 9e-1\n", id="YAML 1.2 float without a dot"),
    ],
)
def test_run__forms_that_are_fine(metrics_project, name, content):
    outcome = metrics_project.compare({name: content}, {"other": "x"})
    assert (outcome.status, [m.current for m in outcome.measures]) == (Status.PASSED, [0.9])


def test_run__empty_yaml_fails(metrics_project):
    outcome = metrics_project.compare({"metrics.yaml": "auc: 0.9\n"}, {"metrics.yaml": ""})
    assert "the file is empty" in only(outcome, "metrics/unreadable").message


def test_run__file_that_the_baseline_has_broken_warns(metrics_project):
    config = "metrics: {rules: {auc: {min: 0.8}}}"
    outcome = metrics_project.compare({"metrics.json": "{"}, metrics(auc=0.7, recall=0.5), config=config)
    assert keys(outcome) == ["metrics/baseline-unreadable:metrics.json", "metrics/floor:auc"]
    assert verdicts(outcome)["recall"] == "baseline cannot be read"


def test_run__file_without_any_value_warns(metrics_project):
    metrics_project.repo.commit({"metrics.json": "{}"})
    assert keys(metrics_project.ask(None), Severity.WARNING) == ["metrics/no-number:metrics.json"]


def test_run__link_out_of_the_repository_is_refused(metrics_project, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text('{"token": 12345}', encoding="utf-8")
    metrics_project.repo.commit({"x": ""})
    (metrics_project.repo.path / "metrics.json").symlink_to(secret)
    outcome = metrics_project.ask("HEAD")
    assert "leads out of the repository" in only(outcome, "metrics/unreadable").message
    assert "12345" not in str(outcome)


# Files that come and go


def test_run__deleted_file_fails(metrics_project):
    outcome = metrics_project.compare(metrics(auc=0.9, recall=0.8), {"x": ""}, remove=("metrics.json",))
    found = only(outcome, "metrics/removed")
    assert found.message == "`metrics.json` is gone, with 2 metrics: `auc`, `recall`"
    assert outcome.status is Status.FAILED


def test_run__deleted_file_passes_when_dropped(metrics_project):
    outcome = metrics_project.compare(
        metrics(auc=0.9, recall=0.8),
        {"x": ""},
        remove=("metrics.json",),
        config='metrics: {rules: {"metrics.json:*": {dropped: true}}}',
    )
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])


def test_run__deleted_unreadable_file_fails_too(metrics_project):
    outcome = metrics_project.compare({"metrics.json": "{"}, {"x": ""}, remove=("metrics.json",))
    assert keys(outcome, Severity.ERROR) == ["metrics/removed:metrics.json"]


def test_run__removed_metric_fails(metrics_project):
    outcome = metrics_project.compare(metrics(auc=0.9, recall=0.8), metrics(auc=0.9))
    assert keys(outcome, Severity.ERROR) == ["metrics/removed:recall"]
    assert "dropped: true" in str(only(outcome, "metrics/removed").hint)


@pytest.mark.parametrize(
    ("head", "asked"),
    [
        pytest.param({"auc": 0.9, "f1": 0.31}, "", id="another metric came"),
        pytest.param(
            {"auc": 0.9, "recalls": 0.7}, "is it `recalls` now, which is compared with nothing?", id="like name"
        ),
        pytest.param({"auc": 0.9, "tpr": 0.8}, "is it `tpr` now, which is compared with nothing?", id="same value"),
        pytest.param({"auc": 0.9, "tpr": 0.8, "f1": 0.8}, "", id="two of the same value"),
    ],
)
def test_run__removed_metric_asks_for_its_new_name(metrics_project, head, asked):
    outcome = metrics_project.compare(metrics(auc=0.9, recall=0.8), metrics(**head))
    hint = str(only(outcome, "metrics/removed").hint)
    assert hint.startswith(asked or "bring it back")


def test_run__renamed_file_is_compared_under_its_new_name(metrics_project):
    config = 'metrics: {files: ["*.json"]}'
    before = {f"class_{number}": {"recall": 0.9} for number in range(9)}
    metrics_project.repo.commit({"old.json": json.dumps(before, indent=1)})
    after = {**before, "class_3": {"recall": 0.5}}
    metrics_project.repo.commit({"new.json": json.dumps(after, indent=1), "mlgate.yaml": config}, remove=["old.json"])
    outcome = metrics_project.ask()
    assert keys(outcome) == ["metrics/regression:class_3.recall"]
    assert str(only(outcome, "metrics/regression").location) == "new.json:12:3"


def test_run__file_replaced_by_an_unlike_one_is_removed_and_new(metrics_project):
    config = 'metrics: {files: ["*.json"]}'
    metrics_project.repo.commit({"old.json": '{"auc": 0.9}'})
    metrics_project.repo.commit({"new.json": '{"f1": 0.123456789, "z": 1}', "mlgate.yaml": config}, remove=["old.json"])
    outcome = metrics_project.ask()
    assert keys(outcome, Severity.ERROR) == ["metrics/removed:old.json"]
    assert verdicts(outcome)["f1"] == "new"


def test_run__same_key_in_two_files_is_named_with_its_file(metrics_project):
    pipeline = "metrics: [a/m.json, b/m.json]\n"
    base = {"dvc.yaml": pipeline, "a/m.json": '{"auc": 0.9}', "b/m.json": '{"auc": 0.9, "f1": 0.5}'}
    outcome = metrics_project.compare(base, {"b/m.json": '{"auc": 0.5, "f1": 0.5}'})
    assert keys(outcome) == ["metrics/regression:b/m.json:auc"]
    assert set(verdicts(outcome)) == {"a/m.json:auc", "b/m.json:auc", "f1"}


def test_run__uncommitted_changes_are_what_is_judged(metrics_project):
    metrics_project.repo.commit(metrics(recall=0.8))
    metrics_project.repo.write(metrics(recall=0.5))
    assert keys(metrics_project.ask("HEAD")) == ["metrics/regression:recall"]


def test_run__project_in_a_folder_gives_paths_from_the_root(metrics_project):
    metrics_project.repo.commit({"team/a/metrics.json": '{"recall": 0.8}', "metrics.json": '{"recall": 0.8}'})
    metrics_project.repo.commit({"team/a/metrics.json": '{"recall": 0.5}', "metrics.json": '{"recall": 0.1}'})
    outcome = metrics_project.ask(folder="team/a")
    assert str(only(outcome, "metrics/regression").location) == "team/a/metrics.json:1:2"


# Pipelines

STAGE = """\
stages:
  evaluate:
    cmd: python evaluate.py
    metrics:
      - out/scores.json:
          cache: {cache}
"""


def lock(content: str) -> str:
    """Return the `dvc.lock` of the stage with this content."""
    md5 = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
    return (
        "schema: '2.0'\nstages:\n  evaluate:\n    cmd: python evaluate.py\n    outs:\n"
        f"    - path: out/scores.json\n      hash: md5\n      md5: {md5}\n      size: {len(content)}\n"
    )


def cached(content: str) -> dict[str, str]:
    """Return the file of DVC's cache that holds this content."""
    md5 = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
    return {f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}": content}


def test_run__metrics_of_a_stage(metrics_project):
    base = {"dvc.yaml": STAGE.format(cache="false"), "out/scores.json": '{"recall": 0.8}'}
    outcome = metrics_project.compare(base, {"out/scores.json": '{"recall": 0.7}'})
    assert keys(outcome) == ["metrics/regression:recall"]


def test_run__metrics_that_the_pull_request_no_longer_declares_still_count(metrics_project):
    base = {"dvc.yaml": STAGE.format(cache="false"), "out/scores.json": '{"recall": 0.8}'}
    outcome = metrics_project.compare(base, {"dvc.yaml": "stages: {}\n", "out/scores.json": '{"recall": 0.7}'})
    assert keys(outcome) == ["metrics/regression:recall"]


def test_run__directory_of_metrics(metrics_project):
    base = {"dvc.yaml": "metrics: [live]\n", "live/a.json": '{"recall": 0.8}', "live/deep/b.yaml": "auc: 0.9\n"}
    outcome = metrics_project.compare(base, {"live/a.json": '{"recall": 0.7}'})
    assert keys(outcome) == ["metrics/regression:recall"]
    assert set(verdicts(outcome)) == {"recall", "auc"}


def test_run__file_that_is_one_number(metrics_project):
    outcome = metrics_project.compare({"dvc.yaml": "metrics: [auc.txt]\n", "auc.txt": "0.9\n"}, {"auc.txt": "0.5\n"})
    assert keys(outcome) == ["metrics/direction-unknown"]
    assert verdicts(outcome) == {"auc.txt": "direction unknown"}


def test_run__cached_metrics_come_from_the_cache_by_their_hash(metrics_project):
    old, new = '{"recall": 0.8}', '{"recall": 0.7}'
    metrics_project.repo.commit(
        {".gitignore": "/out\n/.dvc/cache\n", "dvc.yaml": STAGE.format(cache="true"), "dvc.lock": lock(old)}
    )
    metrics_project.repo.commit({"dvc.lock": lock(new)})
    metrics_project.repo.write({**cached(old), **cached(new)})
    assert keys(metrics_project.ask()) == ["metrics/regression:recall"]


def test_run__cached_metrics_out_of_reach_at_the_baseline_warn(metrics_project):
    old, new = '{"recall": 0.8}', '{"recall": 0.7}'
    metrics_project.repo.commit({".gitignore": "/out\n", "dvc.yaml": STAGE.format(cache="true"), "dvc.lock": lock(old)})
    metrics_project.repo.commit({"dvc.lock": lock(new)})
    metrics_project.repo.write({"out/scores.json": new})
    outcome = metrics_project.ask()
    assert keys(outcome) == ["metrics/baseline-unavailable:out/scores.json"]
    assert (outcome.status, "data missing" in outcome.findings[0].message) == (Status.WARNED, True)


def test_run__cached_metrics_out_of_reach_at_the_head_fail(metrics_project):
    base = {".gitignore": "/out\n", "dvc.yaml": STAGE.format(cache="true"), "dvc.lock": lock('{"recall": 0.8}')}
    outcome = metrics_project.compare(base, {"x": ""})
    assert keys(outcome) == ["metrics/unavailable:out/scores.json"]
    assert "dvc pull out/scores.json" in str(outcome.findings[0].hint)
    assert outcome.status is Status.FAILED


def test_run__declared_file_that_is_nowhere_fails(metrics_project):
    outcome = metrics_project.compare({"dvc.yaml": STAGE.format(cache="false")}, {"x": ""})
    found = only(outcome, "metrics/missing")
    assert "declared by the stage `evaluate`" in found.message
    assert outcome.status is Status.FAILED


def test_run__broken_pipeline_fails_at_its_line(metrics_project):
    outcome = metrics_project.compare(metrics(auc=0.9), {"dvc.yaml": "stages:\n\ta: 1\n"})
    assert outcome.status is Status.FAILED
    assert outcome.findings[0].location is not None
    assert (outcome.findings[0].location.path, outcome.findings[0].location.line) == ("dvc.yaml", 2)


def test_run__pipeline_that_the_baseline_has_broken_warns(metrics_project):
    base = {"dvc.yaml": "stages: [", "out/scores.json": '{"recall": 0.8}'}
    head = {"dvc.yaml": STAGE.format(cache="false"), "out/scores.json": '{"recall": 0.7}'}
    outcome = metrics_project.compare(base, head)
    assert keys(outcome) == ["metrics/baseline-unreadable:dvc.yaml", "metrics/regression:recall"]


def test_run__path_out_of_the_repository_is_refused(metrics_project):
    outcome = metrics_project.compare({"x": ""}, {"mlgate.yaml": "metrics: {files: [../../secret.json]}"})
    assert "leads out of the repository" in only(outcome, "metrics/unreadable").message


# The config's own files


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("out/a/m.json", id="path"),
        pytest.param("out/*/m.json", id="glob of one folder"),
        pytest.param("out/**/*.json", id="glob of many folders"),
        pytest.param("out", id="folder"),
    ],
)
def test_run__files_of_the_config(metrics_project, pattern):
    config = f'metrics: {{files: ["{pattern}"]}}'
    outcome = metrics_project.compare({"out/a/m.json": '{"recall": 0.8}'}, {"out/a/m.json": "{}"}, config=config)
    assert "metrics/removed:recall" in keys(outcome)


def test_run__glob_that_matches_nothing_fails_at_its_line(metrics_project):
    outcome = metrics_project.compare(metrics(auc=1), {}, config="metrics:\n  files:\n    - out/*.json\n")
    found = only(outcome, "metrics/missing")
    assert (found.severity, str(found.location)) == (Severity.ERROR, "mlgate.yaml:3")


def test_run__named_file_that_is_nowhere_fails_at_its_line(metrics_project):
    outcome = metrics_project.compare(metrics(auc=1), {}, config="metrics:\n  files:\n    - out/m.json\n")
    assert str(only(outcome, "metrics/missing").location) == "mlgate.yaml:3"


def test_run__named_file_that_git_ignores_is_read(metrics_project):
    metrics_project.repo.commit({".gitignore": "out\n", "mlgate.yaml": "metrics: {files: [out/m.json]}"})
    metrics_project.repo.write({"out/m.json": '{"recall": 0.8}'})
    assert verdicts(metrics_project.ask("HEAD")) == {"recall": "new"}


def test_run__toml_has_places_too(metrics_project):
    config = "metrics: {files: [m.toml]}"
    base, head = "[test]\nauc = 0.9\nrecall = 0.8\n", "[test]\nauc = 0.9\nrecall = 0.7\n"
    outcome = metrics_project.compare({"m.toml": base}, {"m.toml": head}, config=config)
    assert str(only(outcome, "metrics/regression").location) == "m.toml:3:1"


# Foreign names and many of them


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("<script>alert(1)</script>", id="HTML"),
        pytest.param("a|b`c``d\nrecall", id="pipes, backticks, line end"),
        pytest.param("@team ![x](http://x) \u202erecall", id="mention, image, right-to-left"),
        pytest.param("map@[.5:.95] recall", id="brackets that look like a glob"),
        pytest.param("", id="nothing"),
    ],
)
def test_run__hostile_names_are_shown_literally(metrics_project, name):
    outcome = metrics_project.compare(metrics(**{name: 0.9, "auc": 1}), {"metrics.json": json.dumps({"auc": 1})})
    found = only(outcome, "metrics/removed")
    assert found.message.startswith("`")
    assert not set("\n\u202e") & set(found.message + str(outcome.tables))


def test_run__bracketed_name_can_be_a_rule(metrics_project):
    config = 'metrics: {rules: {"map@[.5:.95]": {tolerance: 50pp}}}'
    name = "map@[.5:.95]"
    outcome = metrics_project.compare(metrics(**{name: 0.9}), metrics(**{name: 0.6}), config=config)
    assert "metrics/unused-rule" not in [finding.rule for finding in outcome.findings]


def test_run__ten_thousand_metrics_show_what_changed(metrics_project):
    base = {f"class_{number}": {"recall": 0.9} for number in range(10_000)}
    head = {**base, "class_7": {"recall": 0.5}, "class_9": {"recall": 0.95}}
    outcome = metrics_project.compare({"metrics.json": json.dumps(base)}, {"metrics.json": json.dumps(head)})
    assert keys(outcome) == ["metrics/regression:class_7.recall"]
    (table,) = outcome.tables
    assert len(table.rows) == 52
    assert table.note == "9,948 more metrics are unchanged"
    assert outcome.summary == "1 of 10,000 fails"


def test_run__ten_thousand_failures_are_told_in_a_few_findings(metrics_project):
    base = {f"class_{number}": {"recall": 0.9} for number in range(10_000)}
    head = {f"class_{number}": {"recall": 0.5} for number in range(10_000)}
    outcome = metrics_project.compare({"metrics.json": json.dumps(base)}, {"metrics.json": json.dumps(head)})
    assert len(outcome.findings) == 51
    assert "9,950 more metrics" in outcome.findings[-1].message
