"""The predictions of both models on the same examples, as arrays that the estimators read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mlgate.text import code, nearest

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

_POSITIVE = ("1", "true", "yes", "positive", "pos")


class Side:
    """One model's predictions; a column that is not there raises `ValueError` in words when it is asked for."""

    def __init__(self, pairs: Pairs, prefix: str) -> None:
        """Read the columns `<prefix>_prediction` and `<prefix>_score` of the pairs' frame."""
        self._pairs = pairs
        self._prefix = prefix

    @cached_property
    def labels(self) -> Ints:
        """Return the predicted classes as numbers, shape (n,)."""
        return self._pairs.codes(f"{self._prefix}_prediction")

    @cached_property
    def values(self) -> Floats:
        """Return the predicted values, shape (n,)."""
        return self._pairs.floats(f"{self._prefix}_prediction")

    @cached_property
    def scores(self) -> Floats:
        """Return the scores of the positive class, shape (n,)."""
        return self._pairs.floats(f"{self._prefix}_score")

    @property
    def probabilities(self) -> Floats:
        """Return the scores where they are probabilities; raises `ValueError` where they are not."""
        scores = self.scores
        if scores.size and (float(scores.min()) < 0 or float(scores.max()) > 1):
            raise ValueError("the scores are no probabilities: some are below 0 or above 1")
        return scores


class Pairs:
    """Examples with both models' predictions.

    `frame` has the columns `truth`, `base_prediction`, `head_prediction`, `base_score`, `head_score`, `weight`, `group`
    and `query` as far as there are such, each of n rows; and the slice columns by their own names.
    """

    def __init__(
        self, frame: pl.DataFrame, *, positive: str | None = None, classes: tuple[str, ...] | None = None
    ) -> None:
        """Keep the frame; `positive` names the positive class where it is not plain."""
        self.frame = frame
        self.n = frame.height
        self._positive = positive
        self._classes = classes
        self.base = Side(self, "base")
        self.head = Side(self, "head")

    def where(self, rows: pl.Series) -> Pairs:
        """Return the examples that `rows` selects, with the same classes."""
        known = self.classes if self._has_labels else None
        return Pairs(self.frame.filter(rows), positive=self._positive, classes=known)

    @property
    def _has_labels(self) -> bool:
        return "base_prediction" in self.frame.columns and not self.frame["truth"].dtype.is_float()

    @property
    def method(self) -> str:
        """Return in words how the sides are compared."""
        return "paired" if self.clusters is None else "paired, clusters"

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Return the classes that occur, sorted, as text."""
        if self._classes is not None:
            return self._classes
        found: set[str] = set()
        for name in ("truth", "base_prediction", "head_prediction"):
            if name in self.frame.columns:
                found.update(_as_label(value) for value in self.frame[name].unique().to_list())
        return tuple(sorted(found, key=_label_order))

    def class_index(self, label: str | None = None) -> int:
        """Return the number of a class, by default the positive one; raises `ValueError` in words."""
        wanted = label if label is not None else self.positive
        if wanted not in self.classes:
            close = nearest(wanted, self.classes)
            raise ValueError(
                f"no example is of the class {code(wanted)}" + (f"; did you mean {code(close)}?" if close else "")
            )
        return self.classes.index(wanted)

    @cached_property
    def positive(self) -> str:
        """Return the positive class: the one that is named, else 1, true or yes of two classes."""
        if self._positive is not None:
            return self._positive
        plain = [name for name in self.classes if name.lower() in _POSITIVE]
        if len(plain) == 1 and len(self.classes) <= 2:
            return plain[0]
        if len(self.classes) > 2:
            raise ValueError(
                f"there are {len(self.classes)} classes: name one as in `recall[{self.classes[0]}]`, or average"
            )
        raise ValueError("which class is positive? Name it with `positive:`")

    @cached_property
    def truth_labels(self) -> Ints:
        """Return the true classes as numbers, shape (n,)."""
        return self.codes("truth")

    @cached_property
    def positive_rows(self) -> Bools:
        """Return which examples are of the positive class, shape (n,)."""
        rows: Bools = self.truth_labels == self.class_index()
        return rows

    @cached_property
    def truth(self) -> Floats:
        """Return the true values, shape (n,)."""
        return self.floats("truth")

    @cached_property
    def weights(self) -> Floats | None:
        """Return the weights, shape (n,), or None where there are none; negative ones or a sum of zero raise."""
        if "weight" not in self.frame.columns:
            return None
        weights = self.floats("weight")
        if weights.size and float(weights.min()) < 0:
            raise ValueError("a weight is negative")
        if float(weights.sum()) <= 0:
            raise ValueError("all weights are zero")
        return weights

    @cached_property
    def clusters(self) -> Ints | None:
        """Return each row's cluster as a number from 0, shape (n,), or None where rows stand alone."""
        return self._numbered("group") if "group" in self.frame.columns else None

    @cached_property
    def queries(self) -> Ints:
        """Return each row's query as a number from 0, shape (n,); raises `ValueError` without a query column."""
        if "query" not in self.frame.columns:
            raise ValueError("which rows answer one query? Name their column with `query:`")
        return self._numbered("query")

    def floats(self, name: str) -> Floats:
        """Return a column as numbers; raises `ValueError` in words for what is none, or not finite."""
        import numpy as np
        import polars as pl

        series = self._column(name)
        try:
            values = np.asarray(series.cast(pl.Float64).to_numpy(), dtype=np.float64)
        except pl.exceptions.PolarsError:
            raise ValueError(f"the {_spoken(name)} are text, not numbers") from None
        if not np.isfinite(values).all():
            count = int((~np.isfinite(values)).sum())
            raise ValueError(f"{count:,} of the {_spoken(name)} are missing or not finite")
        return values

    def codes(self, name: str) -> Ints:
        """Return a column's classes as numbers into `classes`; raises `ValueError` for missing ones."""
        import numpy as np
        import polars as pl

        series = self._column(name)
        if series.null_count():
            raise ValueError(f"{series.null_count():,} of the {_spoken(name)} are missing")
        values = series.unique()
        index = {label: number for number, label in enumerate(self.classes)}
        table = {value: index[_as_label(value)] for value in values.to_list()}
        if series.dtype.is_integer() and self._plain_range:
            return np.asarray(series.to_numpy(), dtype=np.intp)
        mapped = series.replace_strict(list(table), list(table.values()), return_dtype=pl.Int64)
        return np.asarray(mapped.to_numpy(), dtype=np.intp)

    @cached_property
    def _plain_range(self) -> bool:
        return self.classes == tuple(str(number) for number in range(len(self.classes)))

    def _column(self, name: str) -> pl.Series:
        if name not in self.frame.columns:
            raise ValueError(f"there are no {_spoken(name)}: name their column in `predictions:`")
        return self.frame[name]

    def _numbered(self, name: str) -> Ints:
        import numpy as np
        import polars as pl

        return np.asarray(self.frame[name].rank("dense").cast(pl.Int64).to_numpy() - 1, dtype=np.intp)


def _spoken(name: str) -> str:
    words = {"truth": "truths", "weight": "weights", "base": "the baseline", "head": "this side"}
    side, _, column = name.partition("_")
    return f"{column}s of {words[side]}" if column else words.get(name, name)


def _as_label(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _label_order(label: str) -> tuple[int, float, str]:
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)
