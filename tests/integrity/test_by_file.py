"""A dataset of several files says what its rows in a single file would, and reads only the files that are new."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from asking import ask
from datasets import sales, warnings
from mlgate.cache import Cache
from mlgate.checks.data import CHECK
from mlgate.drift.sides import Piece, Side
from mlgate.integrity.facts import ColumnFacts, Dates, Overlap, Repeats, Survey
from mlgate.integrity.overlap import Pair
from mlgate.integrity.remembering import Memory
from mlgate.integrity.survey import Wanted
from mlgate.report import Status
from mlgate.text import plain
from repositories import Repository

LONG_AGO = 1_700_000_000


def odd_rows(rows: int = 600) -> pd.DataFrame:
    """Return rows with something to say about each column."""
    rng = np.random.default_rng(3)
    frame = sales(rows, 3)
    frame["price"] = frame["price"].astype(str)
    frame.loc[[5, 300, 301], "price"] = ["?", "12 EUR", "?"]
    frame.loc[[7, 590], "at"] = ["1899-12-30 00:00:00", "9999-12-31 00:00:00"]
    frame.loc[11, "color"] = None
    frame["land"] = "NL"
    frame["nothing"] = np.nan
    frame["large"] = rng.integers(0, 2**62, rows)
    frame["weight"] = np.where(rng.random(rows) < 0.05, np.inf, frame["weight"])
    frame["when"] = pd.date_range("2024-01-01", periods=rows, freq="D")
    frame.loc[[20, 400], "id"] = frame.loc[[19, 10], "id"].tolist()
    frame.loc[599] = frame.loc[3]
    frame.loc[598] = frame.loc[4]
    frame.loc[598, "bought"] = 1 - frame.loc[4, "bought"]
    return frame


def side(tmp_path: Path, frame: pd.DataFrame, ends: list[int], ending: str = "parquet") -> Side:
    """Write rows to as many files as there are ends."""
    tmp_path.mkdir(exist_ok=True)
    pieces = []
    for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False)):
        path = tmp_path / f"{number}.{ending}"
        part = frame.iloc[begin:end]
        if ending == "parquet":
            part.to_parquet(path, index=False)
        else:
            part.to_csv(path, index=False)
        pieces.append(Piece(f"data/{path.name}", path))
    return Side(names=tuple(piece.name for piece in pieces), pieces=tuple(pieces))


def without_places(found: Any) -> Any:
    """Return what was found without where it stands: in which of the files, that is."""
    if isinstance(found, Survey):
        columns = tuple(without_places(column) for column in found.columns)
        repeats = {what: without_places(getattr(found, what)) for what in ("repeats", "keys", "conflicts")}
        return replace(found, columns=columns, sampled=0, until=None, **repeats)
    if isinstance(found, Overlap):
        return replace(found, keys=without_places(found.keys), features=without_places(found.features))
    if isinstance(found, Repeats):
        return replace(found, examples=tuple(sorted(group.text for group in found.examples)))
    if isinstance(found, ColumnFacts):
        odd = replace(found.odd, examples=tuple(without_places(found.odd.examples))) if found.odd else None
        return replace(found, odd=odd, dates=without_places(found.dates))
    if isinstance(found, Dates):
        kinds = ("ancient", "epoch", "coming", "distant")
        return replace(
            found, **{kind: (getattr(found, kind)[0], without_places(getattr(found, kind)[1])) for kind in kinds}
        )
    return [value.text for value in found] if isinstance(found, tuple) else found


WANTED = Wanted(key=("id",), target="bought", time="at", examples=3)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize(
    "ends",
    [
        pytest.param([300, 600], id="two files"),
        pytest.param([1, 8, 8, 11, 12, 600], id="files of one row and of none, and one without a color"),
    ],
)
def test_survey__as_of_one_file(tmp_path: Path, ends: list[int], ending: str) -> None:
    memory = Memory(Cache(None))
    whole = memory.survey(side(tmp_path / "whole", odd_rows(), [600], ending), WANTED)
    parts = memory.survey(side(tmp_path / "parts", odd_rows(), ends, ending), WANTED)
    assert whole.repeats is not None and whole.keys is not None and whole.conflicts is not None
    assert (whole.repeats.rows, whole.keys.rows, whole.conflicts.rows) == (1, 4, 2)
    found = {column.name: column for column in whole.columns}
    assert found["price"].odd is not None and found["at"].dates is not None and found["land"].is_constant
    assert without_places(parts) == without_places(whole)


def test_survey__in_several_parts_of_the_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more rows than fit at once, the hashes are compared part by part."""
    for module in ("mlgate.integrity.repeats", "mlgate.integrity.row_parts"):
        monkeypatch.setattr(f"{module}.AT_ONCE", 100)
    whole = Memory(Cache(None)).survey(side(tmp_path / "whole", odd_rows(), [600]), WANTED)
    parts = Memory(Cache(tmp_path / "kept")).survey(side(tmp_path / "parts", odd_rows(), [50, 400, 600]), WANTED)
    assert without_places(parts) == without_places(whole)


def test_survey__of_more_rows_than_are_counted_one_by_one(tmp_path: Path) -> None:
    rows = 450_000
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": rng.permutation(rows),
            "user": rng.integers(0, 5_000, rows),
            "price": rng.normal(50, 10, rows),
            "color": rng.choice(["red", "green"], rows),
            "at": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 10**7, rows), unit="s"),
        }
    )
    parts = side(tmp_path, frame, [100_000, 150_000, 400_000, rows])
    found = Memory(Cache(None)).survey(parts, Wanted(key=("id",)))
    known = {column.name: column for column in found.columns}
    assert (found.rows, found.keys, found.repeats, known["id"].is_id) == (rows, Repeats(), Repeats(), True)
    for name, distinct in (("id", rows), ("user", 5_000), ("price", rows)):
        assert known[name].distinct == pytest.approx(distinct, rel=0.12)
    assert known["color"].distinct == 2 and sum(value.count for value in known["color"].top) == rows
    assert known["price"].quantiles[10] == pytest.approx(50, abs=0.2)
    dates = known["at"].dates
    assert dates is not None
    assert (dates.quantiles[0], dates.quantiles[-1]) == (frame["at"].min().value / 1e3, frame["at"].max().value / 1e3)
    assert dates.quantiles[10] == pytest.approx(frame["at"].median().value / 1e3, rel=1e-4)


def test_overlap__as_of_one_file(tmp_path: Path) -> None:
    train, test = sales(400, 1), sales(120, 2)
    test.loc[:9] = train.loc[20:29].to_numpy()
    train.loc[350:, "at"] = "2025-06-01 00:00:00"
    test["at"] = "2025-01-01 00:00:00"
    features = ("price", "weight", "color")
    pair = Pair(key=("id",), features=features, time="at", examples=3)
    memory = Memory(Cache(tmp_path / "kept"))
    whole = memory.overlap(side(tmp_path / "a", train, [400]), side(tmp_path / "b", test, [120]), pair)
    other = side(tmp_path / "d", test, [5, 120])
    parts = memory.overlap(side(tmp_path / "c", train, [100, 390, 400]), other, pair)
    mixed = memory.overlap(side(tmp_path / "e", train, [400]), other, pair)
    assert whole.keys is not None and whole.features is not None
    assert (whole.keys.rows, whole.features.rows, whole.late) == (10, 10, 50)
    assert without_places(parts) == without_places(mixed) == without_places(whole)
    assert parts.keys is not None
    for one in parts.keys.examples:
        there, here = one.spots
        assert there.number is not None and here.number is not None
        assert test.loc[there.number + 5 * there.file, "id"] == train.loc[here.number + 100 * here.file, "id"]


CONFIG = """\
datasets:
  train: {path: "data/*.parquet", key: id, target: bought, time: at}
  test: {path: test.csv, key: id, time: at}
data: {integrity: {duplicate_rows: off}}
"""


def spoil(path: Path) -> None:
    """Write nonsense in place of a file, so that nothing but reading it tells."""
    stat = path.stat()
    with path.open("r+b") as stream:
        stream.write(b"\0" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_added_file__is_the_only_one_that_is_read(repo: Repository, tmp_path: Path) -> None:
    env = {"MLGATE_CACHE_DIR": str(tmp_path / "cache"), "MLGATE_NO_CACHE": ""}
    frame = sales(400, 1)
    folder = repo.path / "data"
    folder.mkdir()
    repo.write({"mlgate.yaml": CONFIG, "test.csv": sales(60, 2).to_csv(index=False)})
    for number in range(4):
        path = folder / f"{number}.parquet"
        frame.iloc[number * 100 : number * 100 + 100].to_parquet(path, index=False)
        os.utime(path, (LONG_AGO, LONG_AGO))
    first = ask(CHECK, repo, env=env)
    assert (first.status, warnings(first)) == (Status.PASSED, [])
    # The first one is read for an example: its key repeats.
    for number in range(1, 4):
        spoil(folder / f"{number}.parquet")
    added = sales(50, 3)
    added.loc[7, "id"] = frame.loc[3, "id"]
    added.loc[8, "id"] = sales(60, 2).loc[5, "id"]
    added.to_parquet(folder / "4.parquet", index=False)
    outcome = ask(CHECK, repo, env=env)
    said = {finding.rule: plain(finding.message) for finding in outcome.findings}
    assert "key id of train: 1 of 450 rows (0.2 %) repeats an earlier one" in said["data/duplicate-keys"]
    assert "1 of 60 rows (1.7 %) of test stands in train too, by their id" in said["data/leakage"]
