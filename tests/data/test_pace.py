"""How fast data is read is told while it takes long, and gives a step no more time."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from mlgate.checks.data import CHECK
from mlgate.data import pace
from mlgate.data.messages import Event, Going
from mlgate.progress import PlainLines

Asked = Callable[..., list[Event]]

CONTRACT = "import pandera.pandas as pa\nS = pa.DataFrameSchema({'a': pa.Column(int), 'b': pa.Column(str)})\n"


def going(events: list[Event]) -> list[Going]:
    return [event for event in events if isinstance(event, Going)]


def write(tmp_path: Path, ending: str) -> str:
    frame = pl.DataFrame({"a": range(1_000), "b": ["x"] * 1_000})
    (frame.write_parquet if ending == "parquet" else frame.write_csv)(tmp_path / f"d.{ending}")
    return f"d.{ending}"


@pytest.mark.usefixtures("forget_modules")
def test_quick_file__nothing_is_told(tmp_path: Path, ask: Asked) -> None:
    assert going(ask(CONTRACT, write(tmp_path, "parquet"))) == []


@pytest.mark.usefixtures("forget_modules")
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_slow_file__rows_are_told(tmp_path: Path, ask: Asked, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.setattr(pace, "_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(pace, "_EVERY_SECONDS", 0.0)
    told = going(ask(CONTRACT, write(tmp_path, ending)))
    assert (told[-1].rows, told[-1].seconds > 0) == (1_000, True)


def test_plain_lines__now_and_then() -> None:
    stream = io.StringIO()
    lines = PlainLines(stream, silent_seconds=0.0)
    lines.started(CHECK)
    lines.progress(CHECK, "reading `d.parquet`: 4,000,000 rows, 2,000,000 a second")
    quiet = PlainLines(stream)
    quiet.started(CHECK)
    quiet.progress(CHECK, "soon over")
    assert stream.getvalue() == "mlgate: data: reading d.parquet: 4,000,000 rows, 2,000,000 a second\n"
