"""Makes the ruling: the config that counts, out of the baseline's and the head's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

from mlgate.config import Config, Section
from mlgate.config_reading import CORE
from mlgate.git import Git
from mlgate.policy.config import PolicyConfig
from mlgate.policy.merge import Merge
from mlgate.policy.reading import Read, read_baseline
from mlgate.policy.ruling import Ruling
from mlgate.policy.seam import prefix_of

CHECK = "policy"


def rule(
    git: Git,
    commit: str,
    project: Path,
    config: Config,
    kinds: Mapping[str, type[Section]],
    *,
    is_own: bool,
    explicit: str | None,
    complete: Callable[[Config, str], Config],
) -> Ruling | None:
    """Return the ruling, or None where both configs say the same; see `mlgate.policy.seam`."""
    prefix = prefix_of(project, git.root)
    found = read_baseline(git, commit, prefix, kinds, explicit)
    if found is None and config.source is not None:
        old = _old_name(git, commit, explicit or config.source)
        found = read_baseline(git, commit, prefix, kinds, old) if old else None
        prefix = prefix if found is None or old is None else old.rpartition("/")[0]
        prefix += "/" if prefix and not prefix.endswith("/") else ""
    if found is None:
        return _without_baseline(project, complete(Config(), prefix), config, kinds, is_own=is_own)
    found = found._replace(config=complete(found.config, prefix))
    return _ruling(found, _completed(found, config), project, config, kinds, is_own=is_own)


def rule_beside(
    project: Path, then: Config, config: Config, kinds: Mapping[str, type[Section]], *, is_own: bool
) -> Ruling | None:
    """Return the ruling where only what stands beside the config differs: `then` is the same with the baseline's."""
    return _ruling(Read(then, config.source), then, project, config, kinds, is_own=is_own)


def _ruling(
    found: Read, before: Config, project: Path, config: Config, kinds: Mapping[str, type[Section]], *, is_own: bool
) -> Ruling | None:
    merge = _merge(found, project, is_own=is_own)
    counting = merge.config(before, config, kinds)
    waivers, proposed = merge.waivers(before.waivers, config.waivers)
    moved = config.source != found.source
    if not (merge.changes or found.problems or moved or proposed):
        return None
    return Ruling(
        config=config if is_own else replace(counting, waivers=waivers),
        before=before,
        source=found.source,
        changes=tuple(merge.changes),
        proposed=proposed,
        waiver_keys=tuple(waiver.key for waiver in config.waivers),
        problems=found.problems,
        removals_count=is_own or before.section(CHECK, PolicyConfig).removed == "warn",
        is_own=is_own,
        is_deleted=config.source is None and found.source is not None,
    )


def _old_name(git: Git, commit: str, name: str) -> str | None:
    """Return what the config was called before its whole folder was renamed."""
    return next((change.old for change in git.changes(commit) if change.path == name), None)


def _without_baseline(
    project: Path, then: Config, config: Config, kinds: Mapping[str, type[Section]], *, is_own: bool
) -> Ruling | None:
    """Return the ruling for a first config: it counts whole, but for datasets that the baseline has without one."""
    if config.source is None:
        return None
    merge = _merge(Read(then, None), project, is_own=is_own)
    counting = merge.config(replace(config, datasets=then.datasets), config, kinds) if then.datasets else config
    return Ruling(
        config=config if is_own else replace(counting, waivers=()),
        before=then,
        changes=tuple(merge.changes),
        proposed=() if is_own else config.waivers,
        waiver_keys=tuple(waiver.key for waiver in config.waivers),
        is_own=is_own,
        is_first=True,
    )


def _merge(found: Read, project: Path, *, is_own: bool) -> Merge:
    own = found.config.section(CHECK, PolicyConfig)
    return Merge(
        follow=own.follow,
        removals_count=own.removed == "warn",
        is_own=is_own,
        exists=lambda path: os.path.lexists(project / path),
    )


def _completed(found: Read, config: Config) -> Config:
    """Return the baseline's config, with the head's for the keys that cannot be understood there."""
    if not found.unread:
        return found.config
    core = {key: getattr(config, key) for key in CORE if key in found.unread and key not in ("version", "waivers")}
    kept = {key: section for key, section in config.sections.items() if key in found.unread}
    return replace(found.config, **core, sections={**found.config.sections, **kept})
