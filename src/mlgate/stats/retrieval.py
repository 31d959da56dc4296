"""Metrics of ranked answers to queries: NDCG@k and recall@k, one value a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]


def ndcg(queries: Ints, relevance: Floats, scores: Floats, k: int) -> Floats:
    """Return NDCG@k of each query, shape (queries,); queries without anything relevant are NaN.

    `queries` numbers each row's query from 0; gains are the relevance itself, discounts log2(rank + 1), ties keep the
    order of the rows (Järvelin and Kekäläinen 2002).
    """

    best = _discounted(queries, relevance, relevance, k)
    found = _discounted(queries, relevance, scores, k)
    return _quotient(found, best)


def recall(queries: Ints, relevance: Floats, scores: Floats, k: int) -> Floats:
    """Return of each query the share of its relevant rows among its k highest scores; NaN where it has none."""
    import numpy as np

    relevant = (relevance > 0).astype(np.float64)
    count = int(queries.max()) + 1
    total = np.bincount(queries, weights=relevant, minlength=count)
    order, rank = _ranks(queries, scores)
    top = rank < k
    found = np.bincount(queries[order][top], weights=relevant[order][top], minlength=count)
    return _quotient(found, total)


def _quotient(above: NDArray[Any], below: NDArray[Any]) -> Floats:
    import numpy as np

    found: Floats = np.full(below.shape[0], np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found


def _discounted(queries: Ints, relevance: Floats, scores: Floats, k: int) -> Floats:
    import numpy as np

    order, rank = _ranks(queries, scores)
    top = rank < k
    gains = relevance[order][top] / np.log2(rank[top] + 2.0)
    found: Floats = np.bincount(queries[order][top], weights=gains, minlength=int(queries.max()) + 1).astype(np.float64)
    return found


def _ranks(queries: Ints, scores: Floats) -> tuple[Ints, Ints]:
    """Return the rows sorted by query and falling score, and the rank from 0 of each within its query."""
    import numpy as np

    order = np.lexsort((-scores, queries))
    sorted_queries = queries[order]
    starts = np.flatnonzero(np.diff(sorted_queries, prepend=-1))
    sizes = np.diff(np.append(starts, sorted_queries.shape[0]))
    return order, np.arange(sorted_queries.shape[0]) - np.repeat(starts, sizes)
