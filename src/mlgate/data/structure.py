"""Asks a frame for the columns, types and nulls that a contract states, and gives it the types that it coerces to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from mlgate.data.engine import Engine
from mlgate.data.examples import Locate, sample
from mlgate.data.messages import Breach, Broken
from mlgate.data.rules import STRUCTURE, bare, has_parsers, members
from mlgate.text import nearest, shorten

_ROUNDS = 3


class Structured(NamedTuple):
    """The frame with the contract's types, what is broken, and the columns whose values cannot be asked."""

    frame: Any
    broken: list[Broken]
    spoiled: dict[str, int]


@contextmanager
def full_depth() -> Iterator[None]:
    """Have pandera look at everything, whatever the environment or the contract's code has set."""
    from pandera.config import ValidationDepth, config_context

    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        yield


def ask_structure(schema: Any, engine: Engine, frame: Any, locate: Locate, most: int, shape: Any = None) -> Structured:
    """Return what is broken in the columns, types and nulls of a frame, in that order.

    Where `frame` holds only some of the columns of its file, `shape` is a frame of no rows that has them all.
    """
    return _Asker(schema, engine, locate, most).ask(frame, frame if shape is None else shape)


class _Asker:
    def __init__(self, schema: Any, engine: Engine, locate: Locate, most: int) -> None:
        self._schema = schema
        self._engine = engine
        self._locate = locate
        self._most = most
        self._broken: list[Broken] = []
        self._spoiled: dict[str, int] = {}

    def ask(self, frame: Any, shape: Any) -> Structured:
        absent = self._ask_presence(shape)
        self._ask_order(shape)
        if shape is not frame:
            absent |= {component.name for component, names in members(self._schema, self._engine, frame) if not names}
        parsed = bool(self._schema.parsers)
        frame = self._ask_types(frame if parsed else self._filtered(frame), absent)
        frame = self._filtered(frame) if parsed else frame
        self._ask_nulls(frame)
        return Structured(frame, self._broken, self._spoiled)

    def _say(self, breach: Breach, column: str, **facts: Any) -> None:
        self._broken.append(Broken(breach=breach, rule=STRUCTURE, column=shorten(str(column)), **facts))

    def _ask_presence(self, frame: Any) -> set[str]:
        """Say which columns are missing or too many; pandera itself breaks on some of the missing ones."""
        absent = set()
        known = members(self._schema, self._engine, frame)
        found = {name for _, names in known for name in names}
        others = tuple(str(name) for name in frame.columns if name not in found)
        unsplit = len(frame.columns) == 1 and len(others) == 1 and any(sign in others[0] for sign in ",;|\t")
        for component, names in known:
            filled = self._schema.add_missing_columns and (component.default is not None or component.nullable)
            if not names and (component.regex or not filled):
                absent.add(component.name)
                if component.required:
                    close = shorten(others[0] if unsplit else nearest(str(component.name), others) or "")
                    self._say(Breach.MISSING, component.name, got=close, check="pattern" if component.regex else "")
        for name in others if self._schema.strict is True else ():
            self._say(Breach.EXTRA, name)
        return absent

    def _filtered(self, frame: Any) -> Any:
        """Return the columns of the contract alone, where it says `strict="filter"`."""
        if self._schema.strict != "filter":
            return frame
        known = {name for _, names in members(self._schema, self._engine, frame) for name in names}
        return self._engine.only(frame, [name for name in frame.columns if name in known])

    def _ask_order(self, frame: Any) -> None:
        if not self._schema.ordered:
            return
        expected = [name for _, names in members(self._schema, self._engine, frame) for name in names]
        standing = [name for name in frame.columns if name in set(expected)]
        for wanted, got in zip(dict.fromkeys(expected), standing, strict=False):
            if wanted != got:
                self._say(Breach.ORDER, got, wanted=shorten(str(wanted)), got=shorten(str(got)))
                return

    def _ask_types(self, frame: Any, absent: set[str]) -> Any:
        """Have pandera parse, coerce and ask types; what cannot be coerced is set aside, and the rest asked again."""
        from pandera.errors import SchemaErrors

        aside = set(absent)
        # Parsers may not see what they have changed: a second round would change it twice.
        inplace = self._engine.mutable and not has_parsers(self._schema)
        for _ in range(_ROUNDS):
            schema = bare(self._schema, aside)
            try:
                with full_depth():
                    return schema.validate(frame, lazy=True, inplace=inplace)
            except SchemaErrors as error:
                stuck = self._stuck(error, schema, frame)
                if not stuck:
                    frame = frame if error.data is None else error.data
                    for one in error.schema_errors:
                        self._translate(one, frame)
                    return frame
            for component, names in stuck:
                aside.add(component.name)
                for name in names:
                    self._say_type(Breach.COERCION, name, self._schema.dtype or component.dtype, frame)
        return frame

    def _stuck(self, error: Any, schema: Any, frame: Any) -> list[tuple[Any, list[str]]]:
        """Return the columns of the contract whose values cannot be coerced; on polars pandera does not name them."""
        from pandera.errors import SchemaErrorReason

        errors = [one for one in error.schema_errors if one.reason_code is SchemaErrorReason.DATATYPE_COERCION]
        if not errors:
            return []
        named = {_column(one) for one in errors} - {None}
        asked = members(schema, self._engine, frame)
        if named:
            found = [(component, [name for name in names if name in named]) for component, names in asked]
            return [(component, names) for component, names in found if names or component.name in named]
        coerced = [pair for pair in asked if pair[0].coerce or schema.coerce]
        return [(component, names) for component, names in coerced if self._stuck_alone(component, frame)]

    def _stuck_alone(self, component: Any, frame: Any) -> bool:
        from pandera.errors import SchemaErrors

        others = {name for name in self._schema.columns if name != component.name}
        try:
            with full_depth():
                bare(self._schema, others).validate(frame, lazy=True)
        except SchemaErrors:
            return True
        return False

    def _translate(self, error: Any, frame: Any) -> None:
        from pandera.errors import SchemaErrorReason as Reason

        column = _column(error)
        known = column is not None and column in frame.columns
        if error.reason_code is Reason.WRONG_DATATYPE and known:
            self._say_type(Breach.DTYPE, str(column), error.schema.dtype, frame)
        elif error.reason_code is not Reason.COLUMN_NOT_IN_DATAFRAME:
            lines = str(error).strip().splitlines()
            self._say(Breach.OTHER, str(column or ""), said=shorten(lines[0] if lines else "", 300))

    def _say_type(self, breach: Breach, column: str, dtype: Any, frame: Any) -> None:
        component = next((c for c, names in members(self._schema, self._engine, frame) if column in names), None)
        if component is None or column in self._spoiled:
            return
        wanted = shown_dtype(dtype)
        whole = wanted[:3] == "int" and breach is Breach.DTYPE and self._engine.null_integers(frame, column)
        if whole and not component.nullable:
            return
        self._spoiled[column] = len(component.checks)
        unfit = self._engine.unfit(frame, column, dtype)
        found = sample(self._engine, frame, unfit, [column], self._locate, self._most)
        self._say(
            breach,
            column,
            wanted=wanted,
            got=shorten(self._engine.dtype(frame, column)),
            check="nulls" if whole else "",
            count=found.rows or None,
            total=len(frame),
            examples=found.examples,
            places=found.places,
            common=found.common,
            skipped=len(component.checks),
        )

    def _ask_nulls(self, frame: Any) -> None:
        for component, names in members(self._schema, self._engine, frame):
            for name in names if not component.nullable else []:
                mask = self._engine.nulls(frame, name)
                if mask.any():
                    found = sample(self._engine, frame, mask, [name], self._locate, self._most, values=False)
                    self._say(Breach.NULLS, name, count=found.rows, total=len(frame), places=found.places)


def shown_dtype(dtype: Any) -> str:
    """Return a dtype of pandera as people write it."""
    text = str(dtype)
    return "str" if text.startswith("string[") else shorten(text)


def _column(error: Any) -> str | None:
    """Return the column that an error of pandera is about, or None where it is about the index or the whole."""
    if getattr(error, "column_name", None) is not None:
        return str(error.column_name)
    kind = type(error.schema).__name__
    return str(error.schema.name) if kind == "Column" and error.schema.name is not None else None
