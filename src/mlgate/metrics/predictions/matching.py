"""Both sides' predictions, matched by id: paired where the examples are the same, else side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from mlgate.metrics.predictions.pairs import Pairs

if TYPE_CHECKING:
    import polars as pl

MATCHED_SHARE = 0.99
_SIDED = ("prediction", "score")


class Matched(Struct, frozen=True, kw_only=True):
    """The predictions of both sides.

    `baseline` and `head` hold all examples of a side with its own truth; `pairs` those that both have, in the head's
    order, with the head's truth. `n_relabelled` counts the pairs whose truth was another at the baseline.
    """

    pairs: Pairs
    baseline: Pairs
    head: Pairs
    n_relabelled: int

    @property
    def is_paired(self) -> bool:
        """Return whether enough examples are the same for a paired comparison."""
        return self.pairs.n >= MATCHED_SHARE * max(self.baseline.n, self.head.n)

    @property
    def is_whole(self) -> bool:
        """Return whether both sides have the same examples with the same truths."""
        return self.pairs.n == self.baseline.n == self.head.n and not self.n_relabelled


def match(baseline: pl.DataFrame, head: pl.DataFrame, positive: str | None = None) -> Matched:
    """Return both sides' predictions matched by their `id`; weights, groups and slices of a pair are the head's."""
    import polars as pl

    if baseline["id"].dtype != head["id"].dtype:
        baseline, head = (side.with_columns(pl.col("id").cast(pl.String)) for side in (baseline, head))
    before, after = _prefixed(baseline, "base"), _prefixed(head, "head")
    theirs = before.select("id", pl.col("truth").alias("base_truth"), pl.col("^base_.*$"))
    if baseline.height == head.height and bool((baseline["id"] == head["id"]).all()):
        frame = pl.concat([after, theirs.drop("id")], how="horizontal")
    else:
        frame = after.join(theirs, on="id", how="inner", maintain_order="left")
    relabelled = frame.height - _same(frame["truth"], frame["base_truth"])
    return Matched(
        pairs=Pairs(frame.drop("base_truth"), positive=positive),
        baseline=Pairs(before, positive=positive),
        head=Pairs(after, positive=positive),
        n_relabelled=relabelled,
    )


def alone(head: pl.DataFrame, positive: str | None = None) -> Pairs:
    """Return the head's predictions where there are none to compare them with."""
    return Pairs(_prefixed(head, "head"), positive=positive)


def _prefixed(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    return frame.rename({name: f"{side}_{name}" for name in _SIDED if name in frame.columns})


def _same(one: pl.Series, other: pl.Series) -> int:
    import polars as pl

    if one.dtype != other.dtype:
        if one.dtype.is_numeric() and other.dtype.is_numeric():
            one, other = one.cast(pl.Float64), other.cast(pl.Float64)
        else:
            one, other = one.cast(pl.String), other.cast(pl.String)
    return int(one.eq_missing(other).sum())
