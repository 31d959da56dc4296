"""The predictions of both models on the same examples, as arrays that the estimators read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mlgate.metrics.predictions.columns import Columns
from mlgate.text import code, nearest

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]
    Bytes = NDArray[np.uint8]
    Rows = Ints | slice

MOST_JOINT = 16
NO_PROBABILITIES = "probabilities for each class are not supported, so it cannot be compared with noise"
# The cube of six is the largest below 256.
_MOST_IN_BYTES = 6
_POSITIVE = ("1", "true", "yes", "positive", "pos")
_NEGATIVE = ("0", "false", "no", "negative", "neg")


class Side:
    """One model's predictions; a column that is not there raises `ValueError` in words when it is asked for."""

    def __init__(self, pairs: Pairs, prefix: str) -> None:
        """Read the columns `<prefix>_prediction` and `<prefix>_score` of the pairs' frame."""
        self._pairs = pairs
        self._prefix = prefix

    @property
    def labels(self) -> Ints:
        """Return the predicted classes as numbers, shape (n,)."""
        return self._pairs.codes(f"{self._prefix}_prediction")

    @property
    def values(self) -> Floats:
        """Return the predicted values, shape (n,)."""
        return self._pairs.floats(f"{self._prefix}_prediction")

    @property
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
    """Examples with both models' predictions; `part` gives some of them.

    `frame` has the columns `truth`, `base_prediction`, `head_prediction`, `base_score`, `head_score`, `weight`, `group`
    and `query` as far as there are such, each of n rows; and the slice columns as `slice:<name>`.
    """

    def __init__(self, frame: pl.DataFrame, *, positive: str | None = None) -> None:
        """Keep the frame; `positive` names the positive class where it is not plain."""
        self.frame = frame
        self.n = frame.height
        self._read = Columns(frame)
        self.base = Side(self, "base")
        self.head = Side(self, "head")
        self._positive = positive
        self._whole: Pairs | None = None
        self._rows: Rows = slice(None)
        self._floats: dict[str, Floats] = {}
        self._codes: dict[str, Ints] = {}
        self._bytes: dict[str, Bytes] = {}

    def unweighted(self) -> Pairs:
        """Return the same examples, all of the same weight."""
        return Pairs(self.frame.drop("weight", strict=False), positive=self._positive)

    def part(self, rows: Rows, n: int, joint: Ints | None = None) -> Pairs:
        """Return the `n` examples that `rows` selects: their numbers, or a range of them. The classes stay the same.

        `joint` is the table of these examples where it is known already.
        """
        found = Pairs(self.frame, positive=self._positive)
        found.n, found._whole, found._rows = n, self, rows
        if joint is not None:
            found.__dict__["joint"] = joint
        return found

    @cached_property
    def joint(self) -> Ints | None:
        """Return how often each true class met each of the baseline's and of the head's, shape (K, K, K).

        All that a metric of labels asks is in it, where examples count alike and stand alone; else it is None.
        """
        if self.weights is not None or "group" in self.columns or len(self.classes) > MOST_JOINT:
            return None
        import numpy as np

        count = len(self.classes)
        return np.bincount(self.cells, minlength=count**3).reshape(count, count, count)

    @property
    def cells(self) -> Ints | Bytes:
        """Return each example's place in `joint`, as one number, shape (n,); in a byte where that holds it."""
        count = len(self.classes)
        read = self.byte_codes if count <= _MOST_IN_BYTES else self.codes
        found: Ints | Bytes = read("truth") * count
        found += read("base_prediction")
        found *= count
        found += read("head_prediction")
        return found

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns."""
        return self.frame.columns

    @property
    def method(self) -> str:
        """Return in words how the sides are compared."""
        return "paired" if self.clusters is None else "paired, clusters"

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Return the classes that occur, sorted, as text; raises `ValueError` where they are too many to be classes."""
        if self._whole is not None:
            return self._whole.classes
        return self._read.classes

    def class_index(self, label: str | None = None) -> int:
        """Return the number of a class, by default the positive one; raises `ValueError` in words."""
        wanted = label if label is not None else self.positive
        if wanted not in self.classes:
            close = nearest(wanted, self.classes)
            hint = f"; did you mean {code(close)}?" if close else ""
            raise ValueError(f"no example is of the class {code(wanted)}{hint}")
        return self.classes.index(wanted)

    @cached_property
    def positive(self) -> str:
        """Return the positive class: the one that is named, else 1, true or yes of two classes."""
        if self._positive is not None:
            return self._positive
        if len(self.classes) > 2:
            example = code(f"recall[{self.classes[0]}]")
            raise ValueError(f"there are {len(self.classes)} classes: name one as in {example}, or average")
        plain = [name for name in self.classes if name.lower() in _POSITIVE]
        if len(plain) == 1:
            return plain[0]
        if len(self.classes) == 1 and self.classes[0].lower() in _NEGATIVE:
            return _POSITIVE[_NEGATIVE.index(self.classes[0].lower())]
        raise ValueError("which class is positive? Name it with `positive:`")

    @property
    def truth_labels(self) -> Ints:
        """Return the true classes as numbers, shape (n,)."""
        return self.codes("truth")

    @cached_property
    def positive_rows(self) -> Bools:
        """Return which examples are of the positive class, shape (n,)."""
        read = self.byte_codes if len(self.classes) <= _MOST_IN_BYTES else self.codes
        rows: Bools = read("truth") == self.class_index()
        return rows

    def require_two_classes(self) -> None:
        """Raise `ValueError` in words where one score a row cannot tell the classes apart."""
        if self._positive is None and len(self.classes) > 2:
            raise ValueError(f"there are {len(self.classes)} classes, and {NO_PROBABILITIES}")

    @property
    def truth(self) -> Floats:
        """Return the true values, shape (n,)."""
        return self.floats("truth")

    @cached_property
    def weights(self) -> Floats | None:
        """Return the weights, shape (n,), or None where there are none; negative ones or a sum of zero raise."""
        if "weight" not in self.columns:
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
        return self._renumbered("group") if "group" in self.columns else None

    @cached_property
    def queries(self) -> Ints:
        """Return each row's query as a number from 0, shape (n,); raises `ValueError` without a query column."""
        if "query" not in self.columns:
            raise ValueError("which rows answer one query? Name their column with `query:`")
        return self._renumbered("query")

    def floats(self, name: str) -> Floats:
        """Return a column as numbers; raises `ValueError` in words for what is none, or not finite."""
        if name not in self._floats:
            self._floats[name] = self._whole.floats(name)[self._rows] if self._whole else self._read.floats(name)
        return self._floats[name]

    def codes(self, name: str) -> Ints:
        """Return a column's classes as numbers into `classes`; raises `ValueError` for missing ones."""
        if name not in self._codes:
            self._codes[name] = self._whole.codes(name)[self._rows] if self._whole else self._read.codes(name)
        return self._codes[name]

    def byte_codes(self, name: str) -> Bytes:
        """Return the codes of at most six classes, a byte each: an eighth of the memory, which is what takes time."""
        if name not in self._bytes:
            self._bytes[name] = self._whole.byte_codes(name)[self._rows] if self._whole else self._read.byte_codes(name)
        return self._bytes[name]

    def numbers(self, name: str) -> Ints:
        """Return each row's value of a column as a number from 0 in the order of the values; missing ones raise."""
        if name not in self._codes:
            self._codes[name] = self._whole.numbers(name)[self._rows] if self._whole else self._read.numbers(name)
        return self._codes[name]

    def _renumbered(self, name: str) -> Ints:
        """Return the numbers of a column without gaps, which a part of the examples may leave."""
        import numpy as np

        found = self.numbers(name)
        return found if self._whole is None else np.unique(found, return_inverse=True)[1]
