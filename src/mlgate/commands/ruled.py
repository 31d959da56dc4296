"""Whose rules a run goes by: the project's, the baseline's or its own config, and which findings are accepted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from mlgate.baseline import Compared
from mlgate.config import Config, Section, Waiver
from mlgate.event import Event
from mlgate.git import Git
from mlgate.policy.seam import find_ruling, project_before
from mlgate.report import Report, Status

if TYPE_CHECKING:
    from mlgate.data.convention import Convention
    from mlgate.policy.ledger import Ledger
    from mlgate.policy.ruling import Ruling

WITHOUT_DATASETS = frozenset({"lint", "tests", "metrics", "repro"})
_TRAILER = "Mlgate-Waive"


class Asked(Struct, frozen=True):
    """What the command line says: where it stands, the config it names, whether its own rules count, all as given.

    `wants_datasets` says whether a check is run that looks at datasets; else none are found beside the config.
    """

    start: Path
    config: Path | None = None
    is_own: bool = False
    is_project: bool = False
    wants_datasets: bool = True


class Ruled(Struct, frozen=True):
    """The project, the config that counts, how it came about where the baseline's differs, and the waivers."""

    project: Path
    config: Config
    ruling: Ruling | None = None
    ledger: Ledger | None = None


def ruled(
    git: Git,
    asked: Asked,
    project: Path,
    config: Config,
    kinds: Mapping[str, type[Section]],
    compared: Compared,
    event: Event,
) -> Ruled:
    """Return what a run goes by; what was pushed is on its branch already, so that a push goes by its own config."""
    if compared.baseline is None:
        if asked.wants_datasets:
            config = _convention(git, project).now(config)
        return Ruled(project, config, None, _ledger(git, config, None, kinds, compared, event))
    commit = compared.baseline.revision.commit
    if not asked.is_project and asked.start.resolve() != git.root.resolve():
        before = project_before(git, commit, asked.start)
        # Whoever makes a new project may look at it; where it gates, it counts once it is merged.
        is_lost = before is not None and project in before.parents
        if before is not None and before != project and (is_lost or event.name != "local"):
            from mlgate.config_reading import load_config

            project, config = before, load_config(before, git.root, kinds, asked.config)
    is_own = asked.is_own or event.name == "push"
    beside = _convention(git, project) if asked.wants_datasets else None
    then = config
    if beside is not None:
        config, then = beside.now(config), beside.before(config, commit)
    ruling = find_ruling(
        git,
        commit,
        project,
        config,
        kinds,
        is_own=is_own,
        explicit=asked.config is not None,
        then=then,
        complete=lambda held, folder: beside.before(held, commit, folder) if beside else held,
    )
    ledger = _ledger(git, config, ruling, kinds, compared, event)
    return Ruled(project, ruling.config if ruling else config, ruling, ledger)


def _convention(git: Git, project: Path) -> Convention:
    from mlgate.data.convention import Convention

    return Convention(git, project)


def _ledger(
    git: Git,
    config: Config,
    ruling: Ruling | None,
    kinds: Mapping[str, type[Section]],
    compared: Compared,
    event: Event,
) -> Ledger | None:
    """Return the waivers that count; raises where one of the head's config cannot be meant as it is."""
    counting = ruling.config.waivers if ruling else config.waivers
    proposed = ruling.proposed if ruling else ()
    if config.waivers:
        from mlgate.commands.explain import rules_of_pages
        from mlgate.policy.vouching import require_sound

        require_sound(config, tuple(kinds), rules_of_pages)
    if not counting and not proposed:
        return None
    import time

    from mlgate.policy.ledger import Ledger

    said: set[str] = set()
    if compared.baseline and any(waiver.trailer for waiver in counting):
        said.update(git.trailers(compared.baseline.revision.commit, "HEAD", _TRAILER))

    def chosen(waiver: Waiver) -> bool:
        return (not waiver.label or waiver.label in event.labels) and (not waiver.trailer or waiver.key in said)

    # By the clock and not by a commit's date, which the author of a pull request chooses.
    return Ledger(counting, proposed, today=time.strftime("%Y-%m-%d", time.gmtime()), chosen=chosen)


def with_notice(report: Report, ruling: Ruling) -> Report:
    """Return the report with a notice that the config is not the head's own, where no check tells of it."""
    if any(entry.check == "policy" and entry.status is not Status.SKIPPED for entry in report.entries):
        return report
    from msgspec.structs import replace

    from mlgate.policy.findings import notice

    said = notice(ruling)
    return replace(report, notices=(*report.notices, said)) if said else report
