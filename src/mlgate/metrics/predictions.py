"""Predictions for each example, read for both sides and matched by id."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from mlgate.config import Section
from mlgate.errors import MlgateError
from mlgate.metrics.pairs import Pairs
from mlgate.text import amount, code, codes, nearest

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

MATCHED_SHARE = 0.99
FORMATS = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson", ".json", ".arrow", ".feather")


class PredictionsConfig(Section, frozen=True):
    """Where the predictions for each example are, and which column is what."""

    path: Annotated[str, Meta(description="The file: CSV, TSV, Parquet, JSONL or Arrow, from the project folder.")]
    id: Annotated[str, Meta(description="The column that names each example, the same on both sides.")]
    truth: Annotated[str, Meta(description="The column of the true class or value.")]
    prediction: Annotated[str | None, Meta(description="The column of the predicted class or value.")] = None
    score: Annotated[str | None, Meta(description="The column of the positive class's score or probability.")] = None
    positive: Annotated[
        str | int | bool | None, Meta(description="The positive class, where it is not 1, true or yes.")
    ] = None
    weight: Annotated[str | None, Meta(description="The column of each example's weight.")] = None
    group: Annotated[
        str | None, Meta(description="The column of what rows belong to (a user, a patient): they are not independent.")
    ] = None
    query: Annotated[str | None, Meta(description="The column of the query that a row answers, for `ndcg@10`.")] = None
    slices: Annotated[tuple[str, ...], Meta(description="Columns by whose values the metrics are also compared.")] = ()
    metrics: Annotated[
        tuple[str, ...],
        Meta(
            description="The metrics to compute; default: those of the metric files, else the usual ones of the task."
        ),
    ] = ()

    def columns(self) -> dict[str, str]:
        """Return the columns that are compared, our name by theirs."""
        named = {"truth": self.truth, "prediction": self.prediction, "score": self.score}
        return {name: column for name, column in named.items() if column}


class Matched(Struct, frozen=True, kw_only=True):
    """Both sides' predictions, matched: the pairs, how many rows each side has, how many met, and what to say of it."""

    pairs: Pairs
    n_base: int
    n_head: int
    n_matched: int
    n_relabelled: int

    @property
    def is_paired(self) -> bool:
        """Return whether enough rows met for a paired comparison."""
        return self.n_matched >= MATCHED_SHARE * max(self.n_base, self.n_head)


def read_predictions(source: Path | bytes, name: str, config: PredictionsConfig, *, is_head: bool) -> pl.DataFrame:
    """Return the configured columns of a predictions file under our names, ids first.

    Raises `MlgateError` in a line for a file that cannot be read, a column that is missing, and ids that are missing
    or stand twice.
    """
    import polars as pl

    wanted = {"id": config.id, **config.columns()}
    if is_head:
        wanted |= {"weight": config.weight or "", "group": config.group or "", "query": config.query or ""}
        wanted |= {f"slice:{column}": column for column in config.slices}
    wanted = {ours: theirs for ours, theirs in wanted.items() if theirs}
    try:
        frame = _scan(source, name)
        present = frame.collect_schema().names()
        _require(present, wanted, name)
        frame = frame.select(pl.col(theirs).alias(ours) for ours, theirs in wanted.items())
        found = frame.collect()
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        said = str(error).strip().splitlines()
        raise MlgateError(
            f"the predictions cannot be read: {code(said[0] if said else type(error).__name__)}", where=name
        ) from None
    _check_ids(found, config.id, name)
    return found


def match(base: pl.DataFrame, head: pl.DataFrame, config: PredictionsConfig) -> Matched:
    """Return the examples that both sides have, in the head's order; the head's truth is the one that counts."""
    import polars as pl

    if base["id"].dtype != head["id"].dtype:
        base, head = (side.with_columns(pl.col("id").cast(pl.String)) for side in (base, head))
    n_base, n_head = base.height, head.height
    renamed = base.rename({name: f"base_{name}" for name in ("truth", "prediction", "score") if name in base.columns})
    head = head.rename({name: f"head_{name}" for name in ("prediction", "score") if name in head.columns})
    if n_base == n_head and bool((base["id"] == head["id"]).all()):
        frame = pl.concat([head, renamed.drop("id")], how="horizontal")
    else:
        frame = head.join(renamed, on="id", how="inner", maintain_order="left")
    same = _same_truth(frame)
    frame = frame.drop("base_truth")
    positive = None if config.positive is None else _label(config.positive)
    return Matched(
        pairs=Pairs(frame, positive=positive),
        n_base=n_base,
        n_head=n_head,
        n_matched=frame.height,
        n_relabelled=frame.height - same,
    )


def _scan(source: Path | bytes, name: str) -> pl.LazyFrame:
    import io

    import polars as pl

    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix in FORMATS), "")
    data = io.BytesIO(source) if isinstance(source, bytes) else source
    if kind == ".parquet":
        return pl.scan_parquet(data)
    if kind in (".jsonl", ".ndjson", ".json"):
        return pl.scan_ndjson(data, infer_schema_length=None)
    if kind in (".arrow", ".feather"):
        return pl.scan_ipc(data)
    if kind in (".csv", ".tsv"):
        return pl.scan_csv(data, separator="\t" if kind == ".tsv" else ",", infer_schema_length=None)
    raise ValueError(f"{name}: the format is none of {', '.join(FORMATS)}")


def _require(present: list[str], wanted: dict[str, str], name: str) -> None:
    missing = [column for column in wanted.values() if column not in present]
    if missing:
        close = nearest(missing[0], tuple(present))
        hint = f"did you mean {code(close)}?" if close else f"it has {codes(present)}"
        raise MlgateError(f"the predictions have no column {code(missing[0])}", where=name, hint=hint)


def _check_ids(frame: pl.DataFrame, column: str, name: str) -> None:
    ids = frame["id"]
    if frame.height == 0:
        raise MlgateError("the predictions hold no example", where=name)
    if ids.null_count():
        raise MlgateError(f"{amount(ids.null_count(), 'example')} without an id in {code(column)}", where=name)
    if _strictly_rising(ids):
        return
    twice = frame.height - ids.n_unique()
    if twice:
        first = ids.filter(ids.is_duplicated())[0]
        raise MlgateError(
            f"the column {code(column)} repeats {amount(twice, 'id')}, such as {code(first)}",
            where=name,
            hint="an id must name one example; if rows are several a user, name the user in `group`",
        )


def _strictly_rising(ids: pl.Series) -> bool:
    return bool(ids.dtype.is_integer() and (ids.len() < 2 or (ids.slice(1) > ids.slice(0, ids.len() - 1)).all()))


def _same_truth(frame: pl.DataFrame) -> int:
    import polars as pl

    one, other = frame["truth"], frame["base_truth"]
    if one.dtype != other.dtype:
        one, other = one.cast(pl.String), other.cast(pl.String)
    return int(one.eq_missing(other).sum())


def _label(value: str | int | bool) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
