"""The note on a merge request of GitLab: one for each key, ours, with the newest report."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from conftest import Ran
from mlgate.cli import COMMANDS
from mlgate.event import read_event
from mlgate.parser import build_parser
from mlgate.render import json_document, markdown
from mlgate.render.marker import prefix
from mlgate.report import Report, Status
from publish.fake_github import Fault, Said
from publish.fake_gitlab import FakeGitLab
from render.sample import friendly_report, report_of, sample_report
from repositories import Repository

ROOT = Path(__file__).resolve().parents[2]
Publish = Callable[..., Ran]


@pytest.fixture
def forge() -> Iterator[FakeGitLab]:
    with FakeGitLab() as made:
        yield made
    assert made.violations == []


@pytest.fixture
def publish(mlgate: Publish, forge: FakeGitLab, tmp_path: Path) -> Publish:
    """Runs `mlgate publish` in a job of merge request 7; variables may be given."""
    job = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": forge.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_JOB_URL": "https://gitlab.example/o/r/-/jobs/9",
        "GITLAB_TOKEN": "token",
    }

    def run(report: Report, *words: str, **more: str) -> Ran:
        path = tmp_path / "report.json"
        path.write_text(json_document.render(report), encoding="utf-8")
        return mlgate("publish", path, *(words or ("--comment=always",)), cwd=tmp_path, **{**job, **more})

    return run


def of_run(number: int) -> Report:
    return replace(friendly_report(), run=f"{number}.1")


def test_note__a_merge_request_gets_one_and_the_next_run_updates_it(publish: Publish, forge: FakeGitLab) -> None:
    forge.say("Thank you!", "ana")
    forge.say("added 1 commit", system=True)
    done = publish(of_run(5))
    assert done.code == 0
    assert "the comment on merge request 7 is created" in done.out
    assert "is updated" in publish(of_run(6)).out
    (body,) = [body for body in forge.bodies() if "mlgate" in body]
    assert body == markdown.render(of_run(6), full_report="https://gitlab.example/o/r/-/jobs/9")


def test_note__an_older_run_leaves_the_newer_report(publish: Publish, forge: FakeGitLab) -> None:
    publish(of_run(9))
    assert "newer run" in publish(of_run(8)).out
    assert "run=9.1" in forge.bodies()[0]


def test_note__a_forged_marker_is_left_alone(publish: Publish, forge: FakeGitLab) -> None:
    forged = forge.say(f"mine\n{prefix('default')}run=999.1 head=x -->", "mallory")
    publish(of_run(5))
    publish(of_run(6))
    assert forged["body"].startswith("mine")
    assert len(forge.bodies()) == 1


def test_note__is_found_on_a_later_page(publish: Publish, forge: FakeGitLab) -> None:
    for number in range(250):
        forge.say(f"word {number}", "ana")
    publish(of_run(5))
    assert "is updated" in publish(of_run(6)).out
    assert len(forge.bodies()) == 1


def test_note__second_ones_of_our_own_go(publish: Publish, forge: FakeGitLab) -> None:
    for number in (1, 2, 3):
        forge.say(markdown.render(of_run(number)))
    publish(of_run(5))
    assert len(forge.bodies()) == 1


def test_note__on_change_says_nothing_where_all_is_green(publish: Publish, forge: FakeGitLab) -> None:
    publish(report_of(Status.PASSED), "--comment=on-change")
    assert forge.notes == []


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("said", [Said(502, raw=b"<html>"), None], ids=["502", "reset"])
def test_note__an_answer_that_got_lost_makes_no_second_one(
    publish: Publish, forge: FakeGitLab, said: Said | None, applied: bool
) -> None:
    forge.faults.append(Fault("POST", said, applied=applied))
    assert publish(of_run(5)).code == 0
    assert len(forge.bodies()) == 1


def test_note__no_line_is_a_quick_action(publish: Publish, forge: FakeGitLab) -> None:
    report = sample_report()
    finding = replace(report.findings[0], message="/close", hint="/merge", detail="/approve")
    entry = replace(report.entries[2], outcome=replace(report.entries[2].outcome, findings=(finding,), note="/close"))
    publish(replace(report, entries=(entry,), notices=("/close",)))
    (body,) = forge.bodies()
    fenced = False
    for line in body.splitlines():
        fenced ^= line.strip().startswith("```")
        assert fenced or not line.strip().startswith("/"), line


@pytest.mark.parametrize(
    ("env", "said"),
    [
        pytest.param({"GITLAB_TOKEN": ""}, "there is no token that may write notes; make one", id="no token"),
        pytest.param({"GITLAB_TOKEN": "stranger"}, "GitLab answered 401", id="a token of elsewhere"),
        pytest.param({"CI_PROJECT_ID": "1/../2"}, "CI_PROJECT_ID is 1/../2, not a number", id="no project"),
        pytest.param({"CI_PROJECT_ID": "43"}, "GitLab answered 404", id="another project"),
        pytest.param({"CI_API_V4_URL": "file:///x"}, "CI_API_V4_URL is such as https://gitlab.com", id="no address"),
        pytest.param({"CI_MERGE_REQUEST_IID": ""}, "not of a merge request", id="no merge request"),
    ],
)
def test_note__what_keeps_it_away_changes_no_exit_code(
    publish: Publish, forge: FakeGitLab, env: dict[str, str], said: str
) -> None:
    done = publish(of_run(5), **env)
    assert done.code == 0
    assert said in done.out
    assert forge.notes == []


def test_note__a_token_that_may_not_write(publish: Publish, forge: FakeGitLab) -> None:
    forge.allowed = False
    done = publish(of_run(5))
    assert done.code == 0
    assert "GitLab answered 403" in done.out
    assert "needs the scope api and the role Reporter" in done.out
    assert "permissions:" not in done.out


# --- the event


def test_event__a_merge_request_is_compared_with_its_base(
    mlgate: Publish, repo: Repository, env: dict[str, str]
) -> None:
    base = repo.commit({"metrics.json": '{"accuracy": 0.9}\n'})
    repo.branch("feature")
    head = repo.commit({"metrics.json": '{"accuracy": 0.5}\n'})
    job = {
        "GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_COMMIT_SHA": head, "CI_PIPELINE_ID": "123",
    }  # fmt: skip
    done = mlgate("run", "metrics", "--format=json", "--quiet", cwd=repo.path, **job)
    assert done.code == 1
    report = json_document.load(done.out.encode())
    assert report.baseline is not None
    assert report.baseline.revision.commit == base
    assert report.run == "123.1"


def test_event__a_push_is_compared_with_what_was_before() -> None:
    env = {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": "a" * 40}
    event = read_event(env)
    assert (event.name, event.before, event.number) == ("push", "a" * 40, None)


def test_template__runs_on_merge_requests_and_publishes_whatever_the_verdict() -> None:
    job = yaml.safe_load((ROOT / "workflows/gitlab/mlgate.yml").read_text())["mlgate"]
    assert job["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    script = "\n".join(job["script"])
    for command in ("run", "publish"):
        (line,) = [line for line in script.splitlines() if line.strip().startswith(f"mlgate {command} ")]
        words = [word for word in shlex.split(line.partition("||")[0]) if word != "mlgate"]
        build_parser(COMMANDS, only=command).parse_args(words)
    assert "exit $code" in script
