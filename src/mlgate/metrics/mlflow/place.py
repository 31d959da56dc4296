"""Whom to ask and about what: a tracking server that the pull request cannot choose, and the commits of both sides."""

from __future__ import annotations

from typing import Any, NamedTuple

from mlgate import documents
from mlgate.config import FILES, PYPROJECT
from mlgate.context import Context
from mlgate.errors import MlgateError
from mlgate.event import read_event
from mlgate.metrics.config import MlflowConfig

VARIABLE = "MLFLOW_TRACKING_URI"


class Place(NamedTuple):
    """The address of the tracking server, or None; `refused` is one that only the head's config names."""

    uri: str | None
    refused: str | None = None


def find_place(context: Context, config: MlflowConfig) -> Place:
    """Return where runs are tracked: by the environment, else by the baseline's config.

    Credentials go to whoever stands at that address, so that no pull request may name it.
    """
    stated = context.env.get(VARIABLE) or None
    vouched = _of_baseline(context)
    refused = config.tracking_uri if config.tracking_uri not in (None, stated, vouched) else None
    return Place(stated or vouched, refused)


def head_commits(context: Context) -> tuple[str, ...]:
    """Return the commits whose runs are the head's, the likeliest first.

    Of a pull request that is its own head, not the merge commit that a forge makes to try it. Elsewhere a merge commit
    also stands for what it merged.
    """
    if context.head is None:
        return ()
    event = read_event(context.env)
    if event.name == "pull_request" and event.head_commit:
        return (event.head_commit,)
    return with_merged(context, context.head.commit)


def baseline_commits(context: Context) -> tuple[str, ...]:
    """Return the commits whose runs are the baseline's, the likeliest first."""
    return with_merged(context, context.baseline.revision.commit) if context.baseline else ()


def with_merged(context: Context, commit: str) -> tuple[str, ...]:
    """Return a commit and, where it is a merge, the one that it merged."""
    found = context.git.commit(commit)
    return (commit, found.parents[1]) if found and len(found.parents) == 2 else (commit,)


def _of_baseline(context: Context) -> str | None:
    """Return the address in the baseline's config; one that cannot be read vouches for nothing."""
    files = context.baseline_files
    if files is None:
        return None
    own = (context.config.source or "").removeprefix(context.prefix)
    for name in dict.fromkeys((own, *FILES, PYPROJECT)):
        try:
            data = files.read(name) if name else None
            value = _value(data, name) if data is not None else None
        except MlgateError:
            continue
        for key in ("metrics", "mlflow", "tracking_uri"):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and value:
            return value
    return None


def _value(data: bytes, name: str) -> Any:
    if name.rpartition("/")[2] == PYPROJECT:
        from mlgate.pyproject import tool_table

        return tool_table(data, name).value
    return documents.parse_yaml(documents.decode(data)).value
