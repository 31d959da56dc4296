"""Which files hold metrics: what the pipelines declare at either side, what the config names, else the usual one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.cache import Cache
from mlgate.dvc.pipeline import load_pipelines
from mlgate.dvc.records import MetricFile, Pipelines
from mlgate.errors import MlgateError
from mlgate.files import Files

USUAL = ("metrics.json", "metrics.yaml", "metrics.yml")
_OF_PIPELINES = frozenset({"dvc.yaml", "dvc.lock", "params.yaml", ".dvcignore"})
ENDINGS = (".json", ".yaml", ".yml", ".toml")


class Source(Struct, frozen=True, kw_only=True):
    """One file of metrics, from the project folder.

    `baseline` and `head` are what the pipelines of each side say of it; `declared` says that the head's pipelines or
    the config name it, so that it must exist; `entry` is the index in `metrics.files` that does.
    """

    path: str
    baseline: MetricFile | None = None
    head: MetricFile | None = None
    declared: bool = False
    entry: int | None = None


class Sources(Struct, frozen=True, kw_only=True):
    """All files of metrics, the entries of `metrics.files` that match nothing, and why the baseline cannot be asked.

    `head` and `baseline` are the pipelines of the two sides.
    """

    files: tuple[Source, ...]
    unmatched: tuple[int, ...] = ()
    baseline_error: MlgateError | None = None
    head: Pipelines = Pipelines()
    baseline: Pipelines | None = None


def find_sources(context: Context, patterns: Sequence[str], cache: Cache) -> Sources:
    """Return every file that holds metrics at either side; raises `MlgateError` where the head's pipelines are broken.

    `cache` is DVC's, for the listings of directories that are not in the work tree.
    """
    pipelines = load_pipelines(context.head_files, context.prefix, cache)
    before, error = _pipelines_before(context, cache)
    head, baseline = _declared(pipelines), _declared(before or Pipelines())
    found = {
        path: Source(path=path, baseline=baseline.get(path), head=head.get(path), declared=path in head)
        for path in (*head, *(path for path in baseline if path not in head))
    }
    unmatched = []
    for index, pattern in enumerate(patterns):
        paths = _configured(context, pattern)
        if not paths:
            unmatched.append(index)
        for path in paths:
            known = found.get(path, Source(path=path))
            found[path] = Source(
                path=path,
                baseline=known.baseline,
                head=known.head,
                declared=known.declared or path == pattern,
                entry=index,
            )
    if not found and not patterns:
        found = {path: Source(path=path) for path in USUAL if _is_anywhere(context, path)}
    return Sources(
        files=tuple(found.values()),
        unmatched=tuple(unmatched),
        baseline_error=error,
        head=pipelines,
        baseline=before,
    )


def is_outside(path: str, prefix: str) -> bool:
    """Return whether a path from the project folder leads out of the repository."""
    return path.startswith("/") or posixpath.normpath(prefix + path).split("/")[0] == ".."


def paths_in_git(context: Context, sources: Iterable[Source]) -> list[str]:
    """Return the files from the root of the repository, as git knows them; those outside of it are left out."""
    return [context.prefix + source.path for source in sources if not is_outside(source.path, context.prefix)]


def _declared(pipelines: Pipelines) -> dict[str, MetricFile]:
    return {metric.path: metric for metric in pipelines.metrics}


def _pipelines_before(context: Context, cache: Cache) -> tuple[Pipelines | None, MlgateError | None]:
    files = context.baseline_files
    if files is None:
        return None, None
    files.expect(path for path in context.baseline_tree if path.rpartition("/")[2] in _OF_PIPELINES)
    try:
        return load_pipelines(files, context.prefix, cache), None
    except MlgateError as error:
        return None, error


def _expanded(files: Files, path: str, prefix: str) -> Iterable[str]:
    """Return the metric files below a folder that the config names, or the path itself."""
    if path.lower().endswith(ENDINGS) or is_outside(path, prefix):
        return (path,)
    inside = [found for found in files.below(path) if found.lower().endswith(ENDINGS)]
    return inside or (path,)


def _configured(context: Context, pattern: str) -> list[str]:
    sides: list[Files] = [context.head_files, *([context.baseline_files] if context.baseline_files else [])]
    if not any(mark in pattern for mark in "*?["):
        return list(dict.fromkeys(path for files in sides for path in _expanded(files, pattern, context.prefix)))
    matches = re.compile(_translated(pattern)).fullmatch
    return sorted(path for path in {*context.files, *context.baseline_tree} if matches(path))


def _translated(pattern: str) -> str:
    """Return a glob as a regular expression: `*` and `?` stay inside a folder, `**` goes through folders."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", pattern)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(known.get(part) or (part if part[:1] == "[" else re.escape(part)) for part in parts)


def _is_anywhere(context: Context, path: str) -> bool:
    return context.exists(path) or path in context.baseline_tree
