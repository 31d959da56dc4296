"""Prediction churn: for how many examples the prediction changed, and whether for the better or the worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgate.metrics.predictions.pairs import Pairs
from mlgate.report import Column, Row, Table
from mlgate.text import code

if TYPE_CHECKING:
    from mlgate.metrics.predictions.pairs import Floats, Ints

_MOST_MOVES = 10


def churn_table(pairs: Pairs) -> Table | None:
    """Return the folded table of what changed for the same examples; None where predictions cannot be compared."""
    try:
        if "head_prediction" not in pairs.columns:
            return _values(pairs, pairs.base.scores, pairs.head.scores, pairs.positive_rows.astype("float64"), "score")
        if pairs.frame["head_prediction"].dtype.is_float() and pairs.frame["truth"].dtype.is_numeric():
            return _values(pairs, pairs.base.values, pairs.head.values, pairs.truth, "prediction")
        return _labels(pairs)
    except ValueError:
        return None


def _labels(pairs: Pairs) -> Table:
    import numpy as np

    moves, broken, fixed = _moves(pairs)
    np.fill_diagonal(moves, 0)
    changed = int(moves.sum())
    rows = [
        _row("broken: right at the baseline, wrong now", broken, pairs.n),
        _row("fixed: wrong at the baseline, right now", fixed, pairs.n),
        _row("changed, and wrong both times", changed - broken - fixed, pairs.n),
        _row("the same prediction", pairs.n - changed, pairs.n),
    ]
    names = pairs.classes
    for move in np.argsort(-moves, axis=None, kind="stable")[:_MOST_MOVES]:
        before, after = divmod(int(move), len(names))
        if moves[before, after]:
            rows.append(_row(f"{code(names[before])} became {code(names[after])}", int(moves[before, after]), pairs.n))
    return _table(f"Predictions: {_percent(changed, pairs.n)} changed, {broken:,} broken, {fixed:,} fixed", rows)


def _moves(pairs: Pairs) -> tuple[Ints, int, int]:
    """Return how often each class of the baseline became each of the head's, (K, K); how many broke, and were fixed."""
    import numpy as np

    joint = pairs.joint
    if joint is not None:
        right = joint.diagonal(axis1=0, axis2=1).T, joint.diagonal(axis1=0, axis2=2).T
        both = int(joint[(np.arange(joint.shape[0]),) * 3].sum())
        return joint.sum(axis=0), int(right[0].sum()) - both, int(right[1].sum()) - both
    truth, before, after = pairs.truth_labels, pairs.base.labels, pairs.head.labels
    is_changed = before != after
    count = len(pairs.classes)
    moves = np.bincount(before * count + after, minlength=count * count).reshape(count, count)
    return (
        moves,
        int(np.count_nonzero((before == truth) & is_changed)),
        int(np.count_nonzero((after == truth) & is_changed)),
    )


def _values(pairs: Pairs, before: Floats, after: Floats, truth: Floats, noun: str) -> Table:
    import numpy as np

    from mlgate.metrics.wording import number

    changed = int(np.count_nonzero(before != after))
    error_before, error_after = np.abs(before - truth), np.abs(after - truth)
    further = int(np.count_nonzero(error_after > error_before))
    closer = int(np.count_nonzero(error_after < error_before))
    rows = [
        _row("further from the truth", further, pairs.n),
        _row("closer to the truth", closer, pairs.n),
        _row("as far from it as before", pairs.n - further - closer, pairs.n),
        Row(cells=(f"mean size of a {noun}'s change", number(float(np.abs(after - before).mean())), "")),
    ]
    share = _percent(changed, pairs.n)
    return _table(f"{noun.capitalize()}s: {share} changed, {further:,} further from the truth, {closer:,} closer", rows)


def _row(words: str, count: int, n: int) -> Row:
    return Row(cells=(words, f"{count:,}", _percent(count, n)))


def _percent(count: int, n: int) -> str:
    """Return a share in percent; one that is not zero never reads as zero, nor one that is not all as all."""
    share = 100 * count / n if n else 0.0
    shown = f"{share:.1f}"
    if count and shown == "0.0":
        shown = "< 0.1"
    if count < n and shown == "100.0":
        shown = "> 99.9"
    return f"{shown} %"


def _table(title: str, rows: list[Row]) -> Table:
    columns = (Column(""), Column("examples", "right"), Column("share", "right"))
    return Table(title=title, columns=columns, rows=tuple(rows), folded=True)
