"""Checks from other packages: entry points of the group `mlgate.checks`, each naming a `Check`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from mlgate.check import GROUP, Check
from mlgate.config import Section
from mlgate.config_reading import CORE
from mlgate.context import Context
from mlgate.errors import InterruptedRunError, first_line
from mlgate.report import Outcome
from mlgate.text import code, shorten

_ID = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")


def load_plugins(taken: Iterable[str]) -> dict[str, Check]:
    """Return the checks of all installed plugins by id; one that cannot be loaded becomes a check that says so."""
    from importlib.metadata import entry_points

    ids = set(taken)
    found: dict[str, Check] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        check = _load(point.name, point.load)
        if check.id in ids or check.id in found:
            check = _broken(f"{point.name}-plugin", f"its id {code(check.id)} is taken by another check")
        found[check.id] = check
    return found


def _load(name: str, load: Callable[[], object]) -> Check:
    try:
        check = load()
    except (InterruptedRunError, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - a broken plugin, even one that exits, must not take the gate with it
        said = shorten(first_line(error), 200)
        return _broken(name, f"the plugin cannot be loaded: {code(said)}")
    if not isinstance(check, Check):
        return _broken(name, f"its entry point names a {code(type(check).__name__)} instead of a `Check`")
    if not _ID.match(str(check.id)) or check.id in CORE:
        return _broken(f"{name}-plugin", f"its id {code(check.id)} cannot be the name of a check")
    return check


def _broken(name: str, reason: str) -> Check:
    shown = name if _ID.match(name) else "broken-plugin"
    return Check(
        id=shown, title=shown, question="This plugin is broken.", config=Anything, run=partial(_say_broken, reason)
    )


class Anything(Section, frozen=True, forbid_unknown_fields=False):
    """A section that nobody can judge, because the plugin that knows its keys cannot be loaded."""


def _say_broken(reason: str, _context: Context, _config: Section) -> Outcome:
    return Outcome.crashed(reason, hint="update or uninstall the package that brings it")


def merged(builtin: Iterable[Check], plugins: Mapping[str, Check]) -> dict[str, Check]:
    """Return all checks by id, the built-in ones first."""
    return {**{check.id: check for check in builtin}, **plugins}
