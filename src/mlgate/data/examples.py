"""Says which rows break a rule in a few of them: how many, the first ones, their values, and what they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mlgate.data.engine import Engine, Mask
from mlgate.data.messages import Example, Place
from mlgate.text import shorten

LOOKED_AT = 10_000
_PLACES = 3
FIRST = 5
_VALUE = 80


class Sample(NamedTuple):
    """How many rows a mask names, the places of the first, some values with their places, and a value most have."""

    rows: int
    places: tuple[Place, ...] = ()
    examples: tuple[Example, ...] = ()
    common: tuple[str, int] | None = None


Locate = Callable[[Sequence[int]], list[Place]]


def sample(
    engine: Engine, frame: Any, mask: Mask, columns: Sequence[str], locate: Locate, most: int, *, values: bool = True
) -> Sample:
    """Return a sample of the rows of `mask`, with at most `most` values; `locate` turns rows into places."""
    import numpy as np

    rows = [int(row) for row in np.flatnonzero(mask)[:LOOKED_AT]]
    texts = engine.values(frame, columns, rows) if values and most and rows else None
    return sample_rows(int(mask.sum()), rows, texts, locate, most)


def sample_rows(count: int, rows: Sequence[int], texts: Sequence[str] | None, locate: Locate, most: int) -> Sample:
    """Return a sample of `count` rows; the first are `rows` with the values `texts`, or None to show no values."""
    if not rows:
        return Sample(count)
    if texts is None or most == 0:
        return Sample(count, tuple(locate(rows[:FIRST])))
    texts = [shorten(text, _VALUE) for text in texts]
    standing: dict[str, list[int]] = {}
    for row, text in zip(rows, texts, strict=True):
        standing.setdefault(text, []).append(row)
    chosen = {text: held[:_PLACES] for text, held in list(standing.items())[:most]}
    wanted = [row for held in chosen.values() for row in held]
    places = dict(zip(wanted, locate(wanted), strict=True))
    examples = tuple(Example(text, tuple(places[row] for row in held)) for text, held in chosen.items())
    return Sample(count, (), examples, _common(texts) if count == len(texts) else None)


def _common(texts: Sequence[str]) -> tuple[str, int] | None:
    """Return the value of more than half of the rows, where there are enough of them to tell."""
    value, times = Counter(texts).most_common(1)[0]
    return (value, times) if len(texts) > FIRST and times * 2 > len(texts) else None


def similar(examples: Sequence[Example], allowed: Any) -> tuple[tuple[str, str], ...]:
    """Return the examples that differ from an allowed value in case or spaces only, each with that value."""
    if not isinstance(allowed, (list, tuple, set, frozenset)):
        return ()
    known = {_folded(value): value for value in allowed if isinstance(value, str)}
    pairs = [(example.value, known.get(_folded(example.value))) for example in examples]
    return tuple((value, shorten(near, _VALUE)) for value, near in pairs if near is not None)


def _folded(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").replace("-", " ").split())
