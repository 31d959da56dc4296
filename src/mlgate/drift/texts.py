"""Compares long texts: by their length, and by how many of their words are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mlgate.drift import numbers
from mlgate.drift.kinds import as_text, spread
from mlgate.drift.measured import Aspect, Difference, Measured
from mlgate.drift.rules import ColumnRule
from mlgate.stats import two_samples as two

if TYPE_CHECKING:
    import polars as pl

_TEXTS = 50_000
_WORD = r"[\p{L}\p{N}]+"


def measure(found: Measured, before: pl.Series, now: pl.Series, rule: ColumnRule) -> Measured:
    """Return a column with the comparison of its texts."""
    before, now = as_text(before), as_text(now)
    first, second = (values.str.len_chars().sort().to_numpy() for values in (before, now))
    length = numbers.compare(first, second, Aspect.LENGTH, rule)
    found = numbers.describe(found, first, second)
    words = _new_words(before, now)
    if words is None:
        return replace(found, differences=(length,))
    difference, shares = words
    return replace(found, differences=(length, difference), new_words=shares)


def _new_words(before: pl.Series, now: pl.Series) -> tuple[Difference, tuple[float, float]] | None:
    """Return how far new texts use other words, and the mean shares of new words in old and new texts.

    One half of the old texts makes the vocabulary. What share of a text's words it lacks is asked of the other half
    and of the new texts, so that both are strangers to it alike: where nothing has changed, they do not differ.
    """
    old, new = spread(before, 2 * _TEXTS), spread(now, _TEXTS)
    known = _words(old.gather_every(2))["word"].unique()
    first, second = (_strange(texts, known) for texts in (old.gather_every(2, offset=1), new))
    if not first.size or not second.size:
        return None
    statistic = two.ks_statistic(first, second)
    p_value = two.ks_p_value(statistic, first.size, second.size)
    difference = Difference(aspect=Aspect.WORDS, statistic=statistic, size=statistic, p_value=p_value)
    return difference, (float(first.mean()), float(second.mean()))


def _words(texts: pl.Series) -> pl.DataFrame:
    """Return every word of every text, in lower case, with the number of its text."""
    import polars as pl

    found = pl.DataFrame({"word": texts.str.to_lowercase().str.extract_all(_WORD)}).with_row_index("text")
    return found.explode("word").drop_nulls("word")


def _strange(texts: pl.Series, known: pl.Series) -> Any:
    """Return of each text with words the share of them that is not known, sorted."""
    import polars as pl

    words = _words(texts).with_columns(~pl.col("word").is_in(known.implode()))
    return words.group_by("text").agg(pl.col("word").mean())["word"].sort().to_numpy()
