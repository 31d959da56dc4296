"""The model of `mlgate doctor`: a practice, what it may know, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from mlgate import documents
from mlgate.context import Context
from mlgate.errors import MlgateError
from mlgate.scaffold.found import Found, look


class State(StrEnum):
    """How a practice stands."""

    FINE = "fine"
    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not-needed"


class Answer(Struct, frozen=True):
    """How a practice stands, what was seen, and the next step, where there is one; both in inline form."""

    state: State
    says: str
    next: str | None = None


def fine(says: str) -> Answer:
    """Return that all is well."""
    return Answer(State.FINE, says)


def missing(says: str, step: str) -> Answer:
    """Return what is missing, and the next step."""
    return Answer(State.MISSING, says, step)


def unknown(says: str, step: str) -> Answer:
    """Return why nothing can be said, and how to find out."""
    return Answer(State.UNKNOWN, says, step)


def not_needed(says: str) -> Answer:
    """Return why the practice has no place here."""
    return Answer(State.NOT_NEEDED, says)


class Facts:
    """What the practices ask of: the project, and what is found in it, each looked at once."""

    def __init__(self, context: Context, config_error: MlgateError | None = None) -> None:
        """Keep the project; `config_error` says why its config could not be read, so that none is known."""
        self.context = context
        self.config_error = config_error

    @cached_property
    def found(self) -> Found:
        """Return what the repository has."""
        return look(self.context)

    def text(self, path: str) -> str | None:
        """Return the text of a file of the project, or None where there is none that can be read."""
        try:
            data = self.context.head_files.read(path)
            return None if data is None else documents.decode(data)
        except MlgateError:
            return None

    def first(self, *paths: str) -> str | None:
        """Return the first of these files that the project has."""
        return next((path for path in paths if self.context.exists(path)), None)


class Practice(Struct, frozen=True, kw_only=True):
    """One practice: its name, where it belongs, what it asks, and the function that answers."""

    id: str
    group: str
    question: str
    ask: Callable[[Facts], Answer]


class Seen(Struct, frozen=True):
    """A practice and its answer."""

    practice: Practice
    answer: Answer


def examine(practice: Practice, facts: Facts) -> Seen:
    """Return how a practice stands; what cannot be read makes it unknown."""
    try:
        return Seen(practice, practice.ask(facts))
    except MlgateError as error:
        where = f"{error.where}: " if error.where else ""
        return Seen(practice, unknown(f"{where}{error.message}", error.hint or "mend it, and ask again"))
