"""The event of the forge that started this run, read once from its file into a frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from mlgate.errors import MlgateError, UsageError
from mlgate.lazy_pattern import lazy_pattern
from mlgate.text import code

MAX_BYTES = 10_000_000
_HASH = lazy_pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ABSENT = lazy_pattern("0+")


class Event(Struct, frozen=True, kw_only=True):
    """What the gate needs of an event; `name` is `local` outside a forge. Hashes are full, or None where absent."""

    name: str = "local"
    base_commit: str | None = None
    base_branch: str | None = None
    head_commit: str | None = None
    before: str | None = None
    number: int | None = None
    default_branch: str | None = None
    run: str | None = None
    is_fork: bool = False
    labels: tuple[str, ...] = ()


def on_actions(env: Mapping[str, str]) -> bool:
    """Return whether this process runs in a job of GitHub Actions."""
    return env.get("GITHUB_ACTIONS") == "true"


def read_event(env: Mapping[str, str]) -> Event:
    """Return the event of this run; refuses the one that would run foreign code with the repository's secrets."""
    if env.get("GITLAB_CI") == "true":
        return _of_gitlab(env)
    name = env.get("GITHUB_EVENT_NAME")
    if not on_actions(env) or not name:
        return Event()
    if name == "pull_request_target":
        raise UsageError(
            "mlgate does not run checks on `pull_request_target`, which would give a pull request's code your secrets",
            hint="use `on: pull_request`; a fork's report is posted by a second workflow on `workflow_run`",
        )
    payload = _payload(env.get("GITHUB_EVENT_PATH"))
    pull = _mapping(payload, "pull_request")
    group = _mapping(payload, "merge_group")
    attempt = env.get("GITHUB_RUN_ATTEMPT", "1")
    run = env.get("GITHUB_RUN_ID")
    return Event(
        name=name,
        base_commit=_hash(_mapping(pull, "base"), "sha") or _hash(group, "base_sha"),
        base_branch=_text(_mapping(pull, "base"), "ref") or _branch(group) or env.get("GITHUB_BASE_REF") or None,
        head_commit=_hash(_mapping(pull, "head"), "sha") or _hash(group, "head_sha"),
        before=_hash(payload, "before") if name == "push" else None,
        number=pull.get("number") if isinstance(pull.get("number"), int) else None,
        default_branch=_text(_mapping(payload, "repository"), "default_branch"),
        run=f"{run}.{attempt}" if run else None,
        labels=_labels(pull),
        is_fork=bool(pull) and _repository(pull, "head") != _repository(pull, "base"),
    )


def _of_gitlab(env: Mapping[str, str]) -> Event:
    """Return the event of a pipeline, in the words of GitHub: a merge request is a pull request."""
    number = env.get("CI_MERGE_REQUEST_IID", "")
    source = env.get("CI_PIPELINE_SOURCE") or "pipeline"
    pipeline = env.get("CI_PIPELINE_ID", "")
    return Event(
        name="pull_request" if number else source,
        base_commit=_hash(env, "CI_MERGE_REQUEST_DIFF_BASE_SHA") if number else None,
        base_branch=_text(env, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        head_commit=_hash(env, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or _hash(env, "CI_COMMIT_SHA"),
        before=_hash(env, "CI_COMMIT_BEFORE_SHA") if source == "push" else None,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None,
        default_branch=_text(env, "CI_DEFAULT_BRANCH"),
        run=f"{pipeline}.1" if pipeline.isascii() and pipeline.isdigit() else None,
    )


def _payload(path: str | None) -> dict[str, Any]:
    if not path:
        return {}
    import json

    try:
        with Path(path).open("rb") as file:
            value = json.loads(file.read(MAX_BYTES))
    except OSError as error:
        raise MlgateError(f"the event file {code(path)} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise MlgateError(f"the event file {code(path)} is not valid JSON") from None
    return value if isinstance(value, dict) else {}


def _mapping(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _repository(pull: dict[str, Any], end: str) -> object:
    """Return the number of the repository at one end of a pull request; None where it is gone."""
    return _mapping(_mapping(pull, end), "repo").get("id")


def _labels(pull: dict[str, Any]) -> tuple[str, ...]:
    found = pull.get("labels")
    labels = found if isinstance(found, list) else []
    names = (label.get("name") for label in labels if isinstance(label, dict))
    return tuple(name for name in names if isinstance(name, str))


def _hash(value: Mapping[str, Any], key: str) -> str | None:
    """Return a full hash: whatever else stands there must not reach git, and zeros stand for no commit."""
    found = _text(value, key)
    return found if found and _HASH.fullmatch(found) and not _ABSENT.fullmatch(found) else None


def _branch(group: dict[str, Any]) -> str | None:
    ref = _text(group, "base_ref")
    return ref.removeprefix("refs/heads/") if ref else None


def _text(value: Mapping[str, Any], key: str) -> str | None:
    found = value.get(key)
    return found if isinstance(found, str) and found else None
