"""The event that started a run: what is read of each kind, and that a broken one does no harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import events
from mlgate.errors import MlgateError
from mlgate.event import Event, read_event
from repositories import Repository

BASE, HEAD = "a" * 40, "b" * 40


def test_local__without_a_forge() -> None:
    assert read_event({}) == Event()


def test_local__a_variable_that_leaked_into_a_shell() -> None:
    assert read_event({"GITHUB_EVENT_NAME": "pull_request"}) == Event()


def test_pull_request(tmp_path: Path) -> None:
    event = read_event(events.runner(tmp_path, "pull_request", events.pull_request(BASE, HEAD, branch="release/2")))
    assert event == Event(
        name="pull_request",
        base_commit=BASE,
        base_branch="release/2",
        head_commit=HEAD,
        number=7,
        default_branch="main",
        run="123.2",
    )


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"state": "closed", "merged": True, "merge_commit_sha": HEAD}, id="closed"),
        pytest.param({"draft": True}, id="draft"),
        pytest.param({"locked": True, "active_lock_reason": "spam"}, id="locked"),
        pytest.param({"user": {"login": "dependabot[bot]"}}, id="Dependabot"),
    ],
)
def test_pull_request__of_any_state_is_read_alike(tmp_path: Path, more: dict[str, Any]) -> None:
    plain = read_event(events.runner(tmp_path, "pull_request", events.pull_request(BASE, HEAD)))
    assert read_event(events.runner(tmp_path, "pull_request", events.pull_request(BASE, HEAD, **more))) == plain


def test_pull_request__fork_that_is_gone(tmp_path: Path) -> None:
    payload = events.pull_request(BASE, HEAD)
    payload["pull_request"]["head"]["repo"] = None
    assert read_event(events.runner(tmp_path, "pull_request", payload)).head_commit == HEAD


def test_merge_group(tmp_path: Path) -> None:
    event = read_event(events.runner(tmp_path, "merge_group", events.merge_group(BASE, HEAD, branch="trunk")))
    assert (event.base_commit, event.head_commit, event.base_branch) == (BASE, HEAD, "trunk")


def test_push(tmp_path: Path) -> None:
    assert read_event(events.runner(tmp_path, "push", events.push(BASE, HEAD))).before == BASE


def test_push__new_branch_has_no_commit_before(tmp_path: Path) -> None:
    assert read_event(events.runner(tmp_path, "push", events.push(events.ZERO, HEAD))).before is None


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch", "workflow_run", "release"])
def test_other_events__only_name_and_run(tmp_path: Path, name: str) -> None:
    event = read_event(events.runner(tmp_path, name, {"schedule": "0 3 * * *", "before": BASE}))
    assert event == Event(name=name, run="123.2")


def test_no_event_file(tmp_path: Path) -> None:
    env = events.runner(tmp_path, "pull_request", {}, GITHUB_BASE_REF="dev")
    del env["GITHUB_EVENT_PATH"]
    assert read_event(env) == Event(name="pull_request", base_branch="dev", run="123.2")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("--upload-pack=touch x", id="option"),
        pytest.param("main", id="branch name"),
        pytest.param("abc123", id="short hash"),
        pytest.param(BASE.upper(), id="capitals"),
        pytest.param(f"{BASE}\n", id="line end"),
        pytest.param(7, id="number"),
        pytest.param(None, id="null"),
        pytest.param({"sha": BASE}, id="mapping"),
    ],
)
def test_hash__whatever_is_none_never_reaches_git(tmp_path: Path, value: Any) -> None:
    payload = events.pull_request(value, value)
    event = read_event(events.runner(tmp_path, "pull_request", payload))
    assert (event.base_commit, event.head_commit) == (None, None)
    assert read_event(events.runner(tmp_path, "push", events.push(value, HEAD))).before is None


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("[]", id="list"),
        pytest.param('"x"', id="text"),
        pytest.param('{"pull_request": null, "repository": []}', id="other types"),
        pytest.param('{"pull_request": {"base": 3, "head": [], "number": "7"}}', id="other types inside"),
    ],
)
def test_payload__of_another_shape_says_nothing(tmp_path: Path, payload: str) -> None:
    assert read_event(events.runner(tmp_path, "pull_request", payload)) == Event(name="pull_request", run="123.2")


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("", id="empty"),
        pytest.param('{"pull_request": {', id="truncated"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param("[" * 100_000, id="brackets without end"),
        pytest.param('{"number": ' + "9" * 5000 + "}", id="5,000 digits"),
    ],
)
def test_payload__that_is_no_json(tmp_path: Path, payload: str | bytes) -> None:
    with pytest.raises(MlgateError, match=r"the event file .* is not valid JSON"):
        read_event(events.runner(tmp_path, "pull_request", payload))


# Through the command line.


def test_run__broken_event_file(mlgate: Callable, repo: Repository, tmp_path: Path) -> None:
    ran = mlgate("run", "metrics", cwd=repo.path, **events.runner(tmp_path, "pull_request", "{"))
    assert ran.code == 2
    assert ran.err == f"mlgate: the event file {tmp_path / 'event.json'} is not valid JSON\n"


def test_run__event_file_that_is_gone(mlgate: Callable, repo: Repository, tmp_path: Path) -> None:
    env = events.runner(tmp_path, "pull_request", "{}", GITHUB_EVENT_PATH="/none/event.json")
    ran = mlgate("run", "metrics", cwd=repo.path, **env)
    assert ran.code == 2
    assert ran.err == "mlgate: the event file /none/event.json cannot be read: No such file or directory\n"


def test_run__refuses_pull_request_target(mlgate: Callable, repo: Repository, tmp_path: Path) -> None:
    env = events.runner(tmp_path, "pull_request_target", events.pull_request(BASE, HEAD))
    ran = mlgate("run", cwd=repo.path, **env)
    assert ran.code == 2
    assert "mlgate does not run checks on pull_request_target" in ran.err
    assert "hint: use on: pull_request" in ran.err
