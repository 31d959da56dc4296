"""Inputs that are not as they should be: each is told in a finding of its own, and nothing passes in silence."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asking import ask, only, rules
from mlgate.checks.data import CHECK
from mlgate.report import Outcome, Status
from mlgate.text import plain
from repositories import Repository

HEAD = "import pandera.pandas as pa\n\n\n"
OFF = (
    "data: {integrity: {leakage: off, time_order: off, duplicate_keys: off, duplicate_rows: off,"
    " conflicting_labels: off, class_balance: off, constant_columns: off, mixed_types: off, category_variants: off,"
    " new_categories: off, vanished_categories: off, dates: off, row_count: off}}\n"
)


def check(repo: Repository, columns: str, path: str, files: dict[str, str | bytes], options: str = "") -> Outcome:
    contract = f"{HEAD}S = pa.DataFrameSchema({{{columns}}}, {options})\n"
    config = f'{OFF}datasets:\n  d: {{path: "{path}", contract: c.py}}\n'
    repo.write({**files, "c.py": contract, "mlgate.yaml": config})
    return ask(CHECK, repo)


def messages(outcome: Outcome) -> list[str]:
    return [plain(finding.message) for finding in outcome.findings]


def parquet(columns: dict[str, Any], **more: Any) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, **more)
    return bytes(sink.getvalue())


def test_line_of_a_gigabyte__fails_at_once_in_little_memory(repo: Repository) -> None:
    path = repo.path / "data" / "d.csv"
    path.parent.mkdir()
    with path.open("wb") as stream:
        stream.write(b"a,b\n1,")
        stream.seek(1 << 30)
        stream.write(b"\n")
    outcome = check(repo, "'a': pa.Column(int)", "data/d.csv", {})
    assert only(outcome, "data/unreadable").message == "`data/d.csv:2` holds a NUL byte: UTF-16 or binary, not text"
    with path.open("wb") as stream:
        stream.write(b"a,b\n1,2\n3,")
        for _ in range(20):
            stream.write(b"x" * (1 << 20))
    finding = only(check(repo, "'a': pa.Column(int)", "data/d.csv", {}), "data/unreadable")
    assert finding.message == "`data/d.csv:3` has a line of more than 16 MB"


def test_line_of_a_gigabyte__that_is_small_when_compressed(repo: Repository) -> None:
    content = gzip.compress(b'{"a": "' + b"x" * (20 << 20) + b'"}\n')
    outcome = check(repo, "'a': pa.Column(str)", "d.jsonl.gz", {"d.jsonl.gz": content})
    assert only(outcome, "data/unreadable").message == "`d.jsonl.gz:1` has a line of more than 16 MB"


def test_quote_that_stays_open_for_megabytes__is_told_by_the_line_that_opens_it(repo: Repository) -> None:
    content = b'a,b\n1,2\n3,"4\n' + b"5,6\n" * (9 << 20)
    outcome = check(repo, "'a': pa.Column(int)", "d.csv", {"d.csv": content})
    assert only(outcome, "data/unreadable").message == "`d.csv:3` opens a quote that is never closed"


TEXT: dict[str, tuple[str, str, str]] = {
    "2 to the power of 63": ("pa.Column(int)", f"1\n{2**63}\n", "such as `9223372036854775808` (line 3)"),
    "all null": ("pa.Column(int)", '""\nNA\n', "null"),
    "infinite": ("pa.Column(float, pa.Check.lt(9))", "1\ninf\n", "such as `inf` (line 3)"),
    "date out of range": ("pa.Column('datetime64[ns]')", "2024-01-01\n0001-01-01\n", "`0001-01-01` (line 3)"),
    "no date": ("pa.Column('datetime64[ns]')", "2024-01-01\n2024-02-30\n", "`2024-02-30` (line 3)"),
}


@pytest.mark.parametrize(("column", "values", "words"), [pytest.param(*held, id=name) for name, held in TEXT.items()])
def test_values_of_text(repo: Repository, column: str, values: str, words: str) -> None:
    rows = "".join(f"{value},1\n" for value in values.splitlines())
    outcome = check(repo, f"'a': {column}", "d.csv", {"d.csv": f"a,b\n{rows}"})
    assert outcome.status is Status.FAILED
    assert any(words in finding.message for finding in outcome.findings)
    assert all(finding.hint for finding in outcome.findings)


TYPED: dict[str, tuple[str, Any, str]] = {
    "infinite": ("pa.Column(float, pa.Check.lt(9))", [1.0, float("inf")], "such as `inf` (row 1)"),
    "all null": ("pa.Column(float)", pa.array([None, None], pa.float64()), "all 2 rows are null"),
    "null type": ("pa.Column(float)", pa.nulls(2), "`a`"),
    "beyond 64 bits with a sign": (
        "pa.Column(int)",
        pa.array([1, 2**63], pa.uint64()),
        "such as `9223372036854775808` (row 1)",
    ),
    "nested": ("pa.Column(str)", [[1], [2, 3]], "`a`"),
    "structs": ("pa.Column(int)", [{"x": 1}, {"x": 2}], "`a`"),
    "another type": ("pa.Column(int)", ["1", "2"], "`a`"),
}


@pytest.mark.parametrize(("column", "values", "words"), [pytest.param(*held, id=name) for name, held in TYPED.items()])
def test_values_of_parquet(repo: Repository, column: str, values: Any, words: str) -> None:
    outcome = check(repo, f"'a': {column}", "d.parquet", {"d.parquet": parquet({"a": values})})
    assert outcome.status is Status.FAILED
    assert any(words in finding.message for finding in outcome.findings)
    assert all(finding.rule == "data/contract" for finding in outcome.findings)


def test_nested_columns_beside__are_no_trouble(repo: Repository) -> None:
    content = parquet({"a": [1, 2], "b": [[1], []], "c": [{"x": 1}, None]})
    assert check(repo, "'a': pa.Column(int)", "d.parquet", {"d.parquet": content}).status is Status.PASSED


FOOTERS = {
    "of zeros": lambda held: held[:-200] + bytes(192) + held[-8:],
    "of another length": lambda held: held[:-8] + (1 << 30).to_bytes(4, "little") + held[-4:],
    "missing": lambda held: held[:-8],
    "of text": lambda held: b"a,b\n1,2\n",
}


@pytest.mark.parametrize("spoil", [pytest.param(spoil, id=name) for name, spoil in FOOTERS.items()])
def test_parquet_with_a_wrong_footer(repo: Repository, spoil: Any) -> None:
    outcome = check(repo, "'a': pa.Column(int)", "d.parquet", {"d.parquet": spoil(parquet({"a": list(range(99))}))})
    finding = only(outcome, "data/unreadable")
    assert (outcome.status, "`d.parquet`" in finding.message, bool(finding.hint)) == (Status.FAILED, True, True)


def test_parquet_with_a_broken_page(repo: Repository) -> None:
    held = bytearray(parquet({"a": list(range(9_999))}, use_dictionary=False, compression="zstd"))
    held[40:80] = bytes(40)
    outcome = check(repo, "'a': pa.Column(int)", "d.parquet", {"d.parquet": bytes(held)})
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["data/unreadable"])


def test_no_rows_of_parquet(repo: Repository) -> None:
    content = parquet({"a": pa.array([], pa.int64())})
    outcome = check(repo, "'a': pa.Column(int)", "d.parquet", {"d.parquet": content})
    assert only(outcome, "data/empty").message == "`d.parquet` has a header but no rows"


def test_partitions_with_other_columns_and_types(repo: Repository) -> None:
    files: dict[str, str | bytes] = {
        "p/1.parquet": parquet({"a": [1, 2], "b": ["x", "y"]}),
        "p/2.parquet": parquet({"a": ["3"], "b": ["x"]}),
        "p/3.parquet": parquet({"b": ["x"]}),
    }
    outcome = check(repo, "'a': pa.Column(int, unique=True), 'b': pa.Column(str)", "p/*.parquet", files)
    assert messages(outcome) == [
        "column a of d is str where the contract wants int64 in 2.parquet",
        "column a of d is missing in 3.parquet",
    ]
    assert [str(finding.location) for finding in outcome.findings] == ["p/2.parquet", "p/3.parquet"]


def test_loop_of_links(repo: Repository) -> None:
    (repo.path / "loop").symlink_to("loop")
    (repo.path / "data").mkdir()
    (repo.path / "data" / "again").symlink_to(Path("..") / "data")
    repo.write({"data/d.csv": "a,b\n1,2\n"})
    outcome = check(repo, "'a': pa.Column(int)", "loop", {})
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["data/missing"])
    outcome = check(repo, "'a': pa.Column(int, unique=True)", "data/**/*.csv", {})
    assert outcome.status is Status.PASSED


def test_10_000_columns(repo: Repository) -> None:
    names = [f"c{number}" for number in range(10_000)]
    held = parquet({name: [1, -1 if name == "c99" else 2] for name in names})
    columns = "f'c{n}': pa.Column(int, pa.Check.ge(0)) for n in range(10_000)"
    outcome = check(repo, columns, "d.parquet", {"d.parquet": held})
    assert only(outcome, "data/contract").subject == "d.c99"
