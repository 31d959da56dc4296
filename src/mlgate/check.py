"""The contract of a check: what it is called, what its section of the config is, and the function that answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mlgate.config import Section
from mlgate.report import Outcome

if TYPE_CHECKING:
    from mlgate.context import Context

GROUP = "mlgate.checks"
LIMIT_SECONDS = 1800.0


class Check(Struct, frozen=True, kw_only=True):
    """One check, built in or from a plugin (an entry point of the group `mlgate.checks` that names a `Check`).

    `question` is what it answers, in one line for tables. `config` is the record of its section. `needs` names the
    checks that must have ended without failure before it starts; where one did not, it is skipped with that reason.
    `is_last` says that it starts when all others have ended.
    `extra` is the extra of mlgate that installs what it imports; `limit` is its time limit in seconds.
    """

    id: str
    title: str
    question: str
    run: Callable[[Context, Any], Outcome]
    config: type[Section] = Section
    needs: tuple[str, ...] = ()
    extra: str | None = None
    limit: float = LIMIT_SECONDS
    is_last: bool = False
