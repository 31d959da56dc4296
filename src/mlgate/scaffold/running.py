"""Which workflows of a repository run the gate already, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from mlgate import documents
from mlgate.errors import MlgateError

FOLDER = ".github/workflows"
_USES = re.compile(
    r"^\s*(?:-\s+)?(?:uses:\s*['\"]?[\w./-]*\bmlgate\b|run:.*\bmlgate\s+run\b)|^\s+mlgate\s+run\b", re.MULTILINE
)


class Running(Struct, frozen=True):
    """A workflow that runs the gate: its path from the root, what it says, and its text."""

    path: str
    value: Any
    text: str

    @property
    def events(self) -> frozenset[str]:
        """Return the events that start it."""
        # In YAML 1.2, which we read, `on` is a word.
        told = self.value.get("on") if isinstance(self.value, dict) else None
        return frozenset({told} if isinstance(told, str) else {str(name) for name in told or ()})

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Return the steps of its jobs."""
        jobs = self.value.get("jobs") if isinstance(self.value, dict) else None
        found = [job.get("steps") for job in jobs.values() if isinstance(job, dict)] if isinstance(jobs, dict) else []
        return [step for steps in found if isinstance(steps, list) for step in steps if isinstance(step, dict)]


def running_workflows(root: Path) -> Iterator[Running]:
    """Yield the workflows that run the gate; raises `MlgateError` for one that is no YAML."""
    folder = root / FOLDER
    for place in sorted((*folder.glob("*.yml"), *folder.glob("*.yaml"))):
        text = place.read_text(encoding="utf-8", errors="replace")
        # The workflow that comments on the pull requests of forks runs no gate.
        if not _USES.search(text) or "action/comment@" in text:
            continue
        path = f"{FOLDER}/{place.name}"
        try:
            yield Running(path, documents.parse_yaml(text).value, text)
        except MlgateError as error:
            raise MlgateError(error.message, where=path, hint=error.hint) from None
