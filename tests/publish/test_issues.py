"""The issue of a scheduled run: one for each key, ours, with the newest report, closed when all is fine again."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mlgate.publish.comment import Done
from mlgate.publish.github_client import GitHub
from mlgate.publish.issues import Open, Repository, keep_issue
from mlgate.publish.posting import Posted
from mlgate.publish.transport import Transport
from mlgate.render.marker import prefix
from mlgate.report import Report, Status
from publish.fake_github import Asked, FakeGitHub, Fault, Said
from render.sample import friendly_report, report_of

QUICK = Transport(socket_seconds=1.0, answer_seconds=1.5)
GREEN = report_of(Status.PASSED)


def run(forge: FakeGitHub, report: Report, number: int = 5, when: Open = Open.ON_FAILURE) -> Posted:
    github = GitHub("token", api=forge.url, transport=QUICK, sleep=lambda _: None)
    at = Repository(name="o/r", page="https://github.com/o/r/actions/runs/5")
    return keep_issue(github, replace(report, run=f"{number}.1"), at, when)


def states(forge: FakeGitHub) -> list[str]:
    return [issue["state"] for issue in forge.issues]


def test_issue__nothing_is_opened_while_all_is_fine(forge: FakeGitHub) -> None:
    assert run(forge, GREEN).said == "no issue: all is fine"
    assert forge.issues == []


def test_issue__a_failure_opens_one(forge: FakeGitHub) -> None:
    assert run(forge, friendly_report()).said.endswith(Done.CREATED)
    (issue,) = forge.issues
    assert issue["title"] == "mlgate: blocked by metrics"
    assert "**recall fell by 4.0 points" in issue["body"]
    assert "[full report](https://github.com/o/r/actions/runs/5)" in issue["body"]


def test_issue__the_next_failure_brings_it_up_to_date(forge: FakeGitHub) -> None:
    run(forge, friendly_report())
    assert run(forge, report_of(Status.FAILED), 6).said.endswith(Done.UPDATED)
    (issue,) = forge.issues
    assert issue["title"] == "mlgate: blocked by data"
    assert "run=6.1" in issue["body"]


def test_issue__is_closed_when_all_is_fine_again_and_another_is_opened_later(forge: FakeGitHub) -> None:
    run(forge, friendly_report())
    assert "closed" in run(forge, GREEN, 6).said
    (issue,) = forge.issues
    assert (issue["state"], issue["state_reason"], issue["title"]) == ("closed", "completed", "mlgate: passed")
    assert run(forge, GREEN, 7).said == "no issue: all is fine"
    run(forge, friendly_report(), 8)
    assert states(forge) == ["closed", "open"]


@pytest.mark.parametrize(
    ("when", "report", "opened"),
    [
        pytest.param(Open.NEVER, friendly_report(), False, id="never"),
        pytest.param(Open.ON_FAILURE, report_of(Status.WARNED), False, id="on failure, a warning"),
        pytest.param(Open.ON_WARNING, GREEN, False, id="on warning, all fine"),
        pytest.param(Open.ON_WARNING, report_of(Status.WARNED), True, id="on warning, a warning"),
        pytest.param(Open.ON_FAILURE, report_of(Status.ERROR), True, id="on failure, a check could not run"),
        pytest.param(Open.ON_FAILURE, report_of(Status.SKIPPED), True, id="on failure, nothing was checked"),
    ],
)
def test_issue__is_opened_when(forge: FakeGitHub, when: Open, report: Report, opened: bool) -> None:
    assert not run(forge, report, when=when).is_warning
    assert len(forge.issues) == opened


def test_issue__another_key_has_another_issue(forge: FakeGitHub) -> None:
    run(forge, friendly_report())
    run(forge, replace(friendly_report(), key="ranker"))
    assert len(forge.issues) == 2


def test_issue__of_another_author_or_without_the_marker_is_left_alone(forge: FakeGitHub) -> None:
    forged = forge.open_issue("mine", f"words\n{prefix('default')}run=1.1 head=x -->", "mallory")
    forge.open_issue("by hand", "no marker")
    run(forge, friendly_report())
    assert len(forge.issues) == 3
    run(forge, GREEN, 6)
    assert (forged["state"], forged["title"]) == ("open", "mine")
    assert states(forge) == ["open", "open", "closed"]


def test_issue__a_pull_request_of_ours_is_none(forge: FakeGitHub) -> None:
    ours = forge.open_issue("a pull request", f"{prefix('default')}run=1.1 head=x -->")
    ours["pull_request"] = {"url": None, "html_url": None, "diff_url": None, "patch_url": None}
    run(forge, GREEN)
    assert states(forge) == ["open"]


@pytest.mark.parametrize("report", [friendly_report(), GREEN], ids=["red", "green"])
def test_issue__an_older_run_that_ends_last_changes_nothing(forge: FakeGitHub, report: Report) -> None:
    run(forge, friendly_report(), 9)
    assert run(forge, report, 8).said.endswith(Done.KEPT)
    assert "run=9.1" in forge.issues[0]["body"]
    assert states(forge) == ["open"]


def test_issue__second_ones_of_our_own_are_closed(forge: FakeGitHub) -> None:
    for _ in range(3):
        forge.open_issue("mlgate", f"{prefix('default')}run=1.1 head=x -->")
    assert run(forge, friendly_report()).said.endswith(Done.UPDATED)
    assert states(forge) == ["open", "closed", "closed"]


@pytest.mark.parametrize("applied", [True, False])
def test_issue__an_answer_that_got_lost_opens_no_second_one(forge: FakeGitHub, applied: bool) -> None:
    forge.faults.append(Fault("POST", Said(502, {"message": "oops"}), end="/issues", applied=applied))
    assert not run(forge, friendly_report()).is_warning
    assert states(forge) == ["open"]


def test_issue__without_the_permission_shows_it(forge: FakeGitHub) -> None:
    forge.denied.add("issues")
    posted = run(forge, friendly_report())
    assert posted.is_warning
    assert posted.sample == "permissions:\n  contents: read\n  issues: write\n"


def test_issue__where_issues_are_turned_off(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("GET", Said(410, {"message": "Issues has been disabled in this repository."})))
    assert "disabled in this repository" in run(forge, friendly_report()).said


def test_issue__a_title_is_one_line_that_calls_nobody(forge: FakeGitHub) -> None:
    report = report_of(Status.FAILED)
    entry = replace(report.entries[0], check="x\n@team <b>#1</b>\u202e" + "y" * 300)
    run(forge, replace(report, entries=(entry,)))
    (issue,) = forge.issues
    assert len(issue["title"]) <= 200
    assert issue["title"].isprintable()


def test_issue__hundreds_of_others_by_the_same_robot(forge: FakeGitHub) -> None:
    for number in range(450):
        forge.open_issue(f"other {number}", "words")
    ours = forge.open_issue("mlgate", f"{prefix('default')}run=1.1 head=x -->")
    assert run(forge, friendly_report()).said.endswith(Done.UPDATED)
    assert "run=5.1" in ours["body"]


def test_issue__more_than_may_be_read_is_told_and_opens_no_second_one(forge: FakeGitHub) -> None:
    for number in range(1_700):
        forge.open_issue(f"other {number}", "words")
    posted = run(forge, friendly_report())
    assert posted.is_warning
    assert "mlgate stopped after" in posted.said
    assert len(forge.issues) == 1_700


def test_issue__on_a_server_that_lists_everybodys(forge: FakeGitHub) -> None:
    forged = forge.open_issue("mine", f"{prefix('default')}run=9.1 head=x -->", "mallory")
    forge.before = lambda asked: asked.query.pop("creator", None)
    assert run(forge, friendly_report()).said.endswith(Done.CREATED)
    assert run(forge, GREEN, 6).said.startswith("the issue of this report is closed")
    assert (forged["state"], forged["title"]) == ("open", "mine")


def test_issue__closed_between_list_and_update_gets_a_new_one(forge: FakeGitHub) -> None:
    run(forge, friendly_report())

    def close(asked: Asked) -> None:
        if asked.method == "GET" and asked.path.endswith(f"/issues/{forge.issues[0]['number']}"):
            forge.issues[0]["state"] = "closed"

    forge.before = close
    assert run(forge, friendly_report(), 6).said.endswith(Done.CREATED)
    assert states(forge) == ["closed", "open"]


def test_issue__locked_for_words_of_others_is_kept_up_to_date(forge: FakeGitHub) -> None:
    run(forge, friendly_report())
    forge.locked = True
    assert run(forge, report_of(Status.FAILED), 6).said.endswith(Done.UPDATED)
    assert "closed" in run(forge, GREEN, 7).said
