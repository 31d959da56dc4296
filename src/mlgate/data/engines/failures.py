"""What an engine raises that could not be started, or broke down: not the fault of any rule."""

from __future__ import annotations

from pathlib import Path

from mlgate.data.messages import Defect, UnreadableError
from mlgate.text import shorten

_OWN = ("mlgate-engines-", "mlgate-spark-")


class OtherNamesError(Exception):
    """Columns have names that an engine keeps for itself, so that it cannot read their files."""


class EngineError(UnreadableError):
    """An engine could not answer; `said` is its own first line."""

    def __init__(self, engine: str, said: str) -> None:
        """Keep the engine and what it said."""
        super().__init__(Defect.ENGINE, subject=engine, said=shorten(said, 300))


class HandingOverError(UnreadableError):
    """Rows could not be handed to the workers of an engine in a folder; `said` is why."""

    def __init__(self, folder: Path, said: str) -> None:
        """Keep why, and the folder that the user named: those of this run in it have other names each time."""
        own = next((one for one in (*reversed(folder.parents), folder) if one.name.startswith(_OWN)), None)
        where = str(own.parent if own else folder)
        super().__init__(Defect.HANDING_OVER, subject=shorten(where, 300), said=shorten(said, 300))
