"""Rows that Spark's workers cannot be handed: no room for them, or no disk that both sides see, in one clear line."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pyarrow.feather
import pytest

from contexts import opened_context
from mlgate.data.engines import with_spark
from mlgate.data.engines.asking import _server
from mlgate.data.engines.failures import HandingOverError
from mlgate.data.engines.handing_over import hand_over
from mlgate.data.engines.sql import FILE_BITS
from mlgate.data.engines.streams import Stream, TypedFiles
from mlgate.data.engines.with_spark import Spark
from mlgate.data.losses import engine_finding
from mlgate.data.messages import EngineName, Engines
from mlgate.data.pointing import Pointer
from mlgate.data.scanning import open_scan
from repositories import Repository


@pytest.fixture
def stream(tmp_path: Path) -> Stream:
    """A column of a hundred thousand whole numbers."""
    path = str(tmp_path / "d.arrow")
    pyarrow.feather.write_feather(pyarrow.table({"a": range(100_000)}), path)
    scan = open_scan([path], "pandas")
    return Stream(TypedFiles([path], scan), scan, FILE_BITS)


def test_no_room__is_said_with_the_folder_that_the_user_knows(tmp_path: Path, repo: Repository, stream: Stream) -> None:
    folder = tmp_path / "mlgate-engines-1" / "mlgate-spark-2" / "rows-3"
    folder.mkdir(parents=True)
    (folder / "rows.parquet").symlink_to("/dev/full")
    with pytest.raises(HandingOverError) as caught:
        hand_over(stream, f"SELECT {stream.names['a']}", folder)
    repo.write({"mlgate.yaml": "datasets:\n  d: {path: d.arrow, contract: c.py, engine: spark}\n"})
    with opened_context(repo.path, repo.env, None) as context:
        found = engine_finding("d", caught.value.event, Pointer(context, "d", "c.py", {}))
    said = f"its rows cannot be handed to Spark's workers in `{tmp_path}`: No space left on device"
    assert (found.message, found.hint, str(found.location)) == (
        f"`d` was not asked to the end: {said}",
        "let TMPDIR name a folder that has room, and that the workers can read by the same path",
        "mlgate.yaml:2",
    )


def test_workers_that_do_not_see_this_disk__are_not_handed_anything(
    tmp_path: Path, stream: Stream, cluster: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands for the disk of another machine is a path that is nowhere."""
    spark = _server(EngineName.SPARK, cluster)
    assert isinstance(spark, Spark)
    monkeypatch.setattr(spark, "_shares_disk", None)
    monkeypatch.setattr(with_spark, "hand_over_nothing", lambda _: tmp_path / "elsewhere.parquet")
    with pytest.raises(HandingOverError) as caught:
        spark.stream(stream)
    assert (caught.value.event.said, stream.sizes) == ("they cannot read what is written there", [])
