"""Since when the data is as it is: the commit of the branch that last changed it, by git or by DVC's hashes.

That is what a person who is called looks at first: who wrote these rows, and what came with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlgate.config import Dataset
from mlgate.context import Context
from mlgate.drift.compare import Answer
from mlgate.dvc.cache import find_cache
from mlgate.dvc.holdings import Holdings, is_glob, matching
from mlgate.files import BaselineFiles
from mlgate.git import relative_paths
from mlgate.report import Finding, Severity
from mlgate.text import amount, code

SINCE = "drift/since"
_MOST = 100


def since_findings(context: Context, answers: Sequence[Answer]) -> Iterator[Finding]:
    """Yield for each dataset that moved which commit last changed it, as far as the branch tells."""
    said: set[str] = set()
    for answer in answers:
        name = answer.comparison.name
        if name in said or not any(one.severity is not None for one in answer.columns):
            continue
        said.add(name)
        dataset = context.config.datasets.get(name) or Dataset(path=name)
        yield Finding(
            rule=SINCE,
            severity=Severity.INFO,
            message=f"{code(name)} {_told(context, last_change(context, dataset.path))}",
            location=answer.comparison.location,
            subject=name,
        )


def _told(context: Context, found: tuple[str, bool] | None) -> str:
    from datetime import UTC, datetime

    if found is None:
        return "is kept neither by git nor by DVC, so that no commit says since when it is as it is"
    commit, is_certain = found
    held = context.git.commit(commit)
    if not is_certain:
        return f"has not changed in the last {amount(_MOST, 'commit')} that could have changed it"
    day = f", of {datetime.fromtimestamp(held.time, UTC):%Y-%m-%d}" if held else ""
    return f"is as it is since {code(commit[:7])}{day}, the commit that last changed it"


def last_change(context: Context, path: str) -> tuple[str, bool] | None:
    """Return the commit on the branch's first parents that last changed a dataset, and whether it is the one.

    None where no commit holds the data; not certain where the history that is looked at, or is here, ends before.
    """
    if context.head is None:
        return None
    tip = context.head.commit
    now = _fingerprint(context, tip, path)
    if not now:
        return None
    last = tip
    touches = context.git.touches(tip, _watched(context, path), _MOST)
    for touch in touches:
        if _fingerprint(context, touch.commit, path) != now:
            return last, True
        last = touch.commit
    return last, len(touches) < _MOST


def _watched(context: Context, path: str) -> list[str]:
    """Return what says in git what the data is: the data itself, and DVC's files."""
    fixed = path[: min((path.find(sign) for sign in "*?[" if sign in path), default=len(path))]
    own = fixed.rpartition("/")[0] if is_glob(path) else path
    prefix = context.prefix
    names = [f"{prefix}{own}".rstrip("/") or ".", f":(glob){prefix}**/dvc.lock", f":(glob){prefix}**/*.dvc"]
    return [*names, f":(glob){prefix}**/dvc.yaml"]


def _fingerprint(context: Context, commit: str, path: str) -> frozenset[tuple[str, str]]:
    """Return the files of a dataset at a commit with the hashes of their contents."""
    full = context.git.tree(commit, *([context.prefix] if context.prefix else []))
    tree = {name: full[whole] for name, whole in relative_paths(full, context.prefix).items()}
    held = Holdings(BaselineFiles(context.git, tree), context.prefix, find_cache(context.project, context.root))
    found = {(name, tree[name]) for name in matching(path, tree)}
    for name in held.names(path):
        recorded = held.hash(name)
        if recorded is not None:
            found.add((name, str(recorded.md5)))
    return frozenset(found)
