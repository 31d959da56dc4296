"""Has pandera itself asked what one query does not answer: the structure of a frame, and one rule after the other."""

from __future__ import annotations

from typing import Any

from mlgate.data.engine import Engine
from mlgate.data.examples import sample
from mlgate.data.loading import first_line
from mlgate.data.messages import Breach, Broken, Stage
from mlgate.data.rules import STRUCTURE, Rule, checks
from mlgate.data.structure import Structured, ask_structure, full_depth
from mlgate.data.telling import Telling


class ByPandera:
    """Asks a schema of frames of its own engine."""

    def __init__(self, schema: Any, engine: Engine, telling: Telling) -> None:
        """Keep what is asked, and to whom it is told."""
        self._schema = schema
        self._engine = engine
        self._telling = telling

    def structure(self, frame: Any, shape: Any = None) -> Structured:
        """Ask the structure of a frame, and say what is broken there; `shape` is one with all columns and no rows."""
        found = self.found_structure(frame, shape)
        self._telling.structure(found.broken)
        return found

    def found_structure(self, frame: Any, shape: Any = None) -> Structured:
        """Ask as `structure` does, and say nothing."""
        frame = self._engine.prepared(self._schema, frame)
        try:
            found = ask_structure(self._schema, self._engine, frame, self._telling.locate, self._telling.most, shape)
        except BaseException as error:  # noqa: BLE001 - a parser or a type of the contract's own may raise anything
            found = Structured(frame, [Broken(breach=Breach.RAISED, rule=STRUCTURE, said=first_line(error))], {})
            self._telling.passed_over.update(rule.id for rule in checks(self._schema, self._engine, frame))
        return found

    def ask(self, rule: Rule, frame: Any, *, quiet: bool = False) -> None:
        """Ask one rule; `quiet` where it raises for want of a column that is known to be missing or wrong."""
        if rule.id in self._telling.passed_over:
            return
        facts = self._telling.begin(rule, len(frame))
        try:
            broken = self._broken(rule, frame, facts)
        except BaseException as error:  # noqa: BLE001 - a check of the contract's own may raise anything
            broken = None if quiet else Broken(breach=Breach.RAISED, said=first_line(error), **facts)
        if broken is not None:
            self._telling.say(broken)

    def _broken(self, rule: Rule, frame: Any, facts: dict[str, Any]) -> Broken | None:
        if rule.stage is Stage.UNIQUE:
            mask = self._engine.duplicates(frame, rule.columns, rule.keep)
            if not mask.any():
                return None
            facts["check"] = ", ".join(rule.columns) if len(rule.columns) > 1 else ""
            breach = Breach.DUPLICATES
        else:
            with full_depth():
                failing = self._engine.failing(rule.check, frame, rule.column or None)
            if failing is None:
                return None
            facts["warn"] = bool(rule.check.raise_warning)
            if failing.mask is None:
                return Broken(breach=Breach.CHECK, **facts)
            mask, breach = failing.mask, Breach.CHECK
        columns = rule.columns
        found = sample(
            self._engine, frame, mask, columns, self._telling.locate, self._telling.most, values=bool(columns)
        )
        return self._telling.told(breach, rule, found, facts)
