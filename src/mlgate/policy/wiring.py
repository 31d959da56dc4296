"""What starts the gate: the workflows and hooks that run mlgate, before and after a change.

A forge runs the pull request's own workflow, so that nothing here can be held back: it is shown to the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from mlgate import documents
from mlgate.config import read_file
from mlgate.context import Context
from mlgate.documents import DocumentError
from mlgate.errors import MlgateError
from mlgate.git_records import Change

WORKFLOWS = ".github/workflows"
ACTIONS = ".github/actions"
HOOKS = ".pre-commit-config.yaml"
_NAME = "mlgate"


class Fate(StrEnum):
    """What became of a file that runs mlgate."""

    GONE = "gone"
    CHANGED = "changed"
    NEW = "new"


class Wire(Struct, frozen=True, kw_only=True):
    """A workflow or hook file that runs mlgate and is changed: `parts` are the keys that differ."""

    path: str
    fate: Fate
    parts: tuple[str, ...] = ()


def changed_wires(context: Context) -> list[Wire]:
    """Return the files that run mlgate and that are changed in what concerns it."""
    if context.baseline is None:
        return []
    commit = context.baseline.revision.commit
    changes = context.git.changes(commit, [WORKFLOWS, ACTIONS, HOOKS])
    found = (_wire(context, commit, change) for change in changes if _is_ours(change))
    return sorted((wire for wire in found if wire is not None), key=lambda wire: wire.path)


def _is_ours(change: Change) -> bool:
    return change.path == HOOKS or change.path.endswith((".yml", ".yaml"))


def _wire(context: Context, commit: str, change: Change) -> Wire | None:
    before = b"" if change.letter == "A" else context.git.blob(f"{commit}:{change.old or change.path}") or b""
    after = b"" if change.letter == "D" else _now(context, change.path)
    view = _hooks if change.path == HOOKS else _workflow
    old, new = _view(view, before), _view(view, after)
    if old == new:
        return None
    if not new:
        return Wire(path=change.old or change.path, fate=Fate.GONE)
    if not old:
        return Wire(path=change.path, fate=Fate.NEW)
    return Wire(path=change.path, fate=Fate.CHANGED, parts=tuple(sorted(_differing(old, new))))


def _now(context: Context, path: str) -> bytes:
    try:
        return read_file(context.root / path, context.root, path)
    except MlgateError:
        # A file that cannot be read runs nothing.
        return b""


def _view(view: Any, data: bytes) -> dict[str, Any]:
    """Return what of a file concerns mlgate; of one that is no YAML, all of its text."""
    if _NAME.encode() not in data:
        return {}
    try:
        document = documents.parse_yaml(documents.decode(data)).value
    except DocumentError:
        return {"text": data}
    return dict(view(document)) if isinstance(document, dict) else {"text": data}


def _workflow(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the jobs that run mlgate, without the versions of other people's actions, and what holds for all jobs.

    Of an action of the repository's own, its steps.
    """
    runs = document.get("runs")
    if isinstance(runs, dict) and _mentions(runs):
        for key, value in runs.items():
            yield f"runs.{key}", list(map(_step, value)) if isinstance(value, list) else value
        return
    jobs = document.get("jobs")
    ours = {name: job for name, job in jobs.items() if _mentions(job)} if isinstance(jobs, dict) else {}
    if not ours:
        return
    for key, value in document.items():
        if key not in ("jobs", "name", "run-name"):
            yield str(key), value
    for name, job in ours.items():
        for key, value in job.items() if isinstance(job, dict) else ():
            yield f"jobs.{name}.{key}", list(map(_step, value)) if key == "steps" and isinstance(value, list) else value


def _step(step: Any) -> Any:
    if not isinstance(step, dict) or _mentions(step) or not isinstance(step.get("uses"), str):
        return step
    return {**step, "uses": step["uses"].partition("@")[0]}


def _hooks(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the hooks of mlgate by their ids, and what holds for all hooks."""
    repos = document.get("repos")
    ours = [repo for repo in repos if _mentions(repo)] if isinstance(repos, list) else []
    for repo in ours:
        hooks = repo.get("hooks") if isinstance(repo, dict) else None
        for hook in hooks if isinstance(hooks, list) else ():
            name = hook.get("id") if isinstance(hook, dict) else hook
            yield f"{name}", hook
    if ours:
        for key in ("exclude", "files", "default_stages", "fail_fast"):
            if key in document:
                yield key, document[key]


def _mentions(value: Any) -> bool:
    return _NAME in repr(value)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in {*old, *new}:
        if key not in old or key not in new or old[key] != new[key]:
            yield key
