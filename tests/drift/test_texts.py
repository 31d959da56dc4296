"""Texts are compared by words that both sides know alike, so that no two halves of one text seem to differ."""

from __future__ import annotations

import numpy as np
import polars as pl

from mlgate.drift.kinds import Family
from mlgate.drift.measure import Pair, measure
from mlgate.drift.measured import Aspect
from mlgate.drift.rules import ColumnRule


def test_new_words__of_the_same_source_are_not_significant() -> None:
    """A long tail of rare words is new in every text; that alone must say nothing."""
    low = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        sides = []
        for rows in (400, 900):
            words = rng.zipf(1.4, size=(rows, 12))
            sides.append(pl.Series("note", [" ".join(f"w{word}" for word in row) for row in words]))
        found = measure(Pair(sides[0], sides[1], Family.TEXT, ColumnRule()), 100)
        (words_test,) = [test for test in found.differences if test.aspect is Aspect.WORDS]
        assert found.new_words is not None
        assert found.new_words[1] > 0.05
        low.append(words_test.p_value <= 0.05)
    assert sum(low) <= 5
