"""Everything that data and contracts can have wrong, in one run of the command line: each is told, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gating import Gate
from mlgate.text import plain
from repositories import Repository

HEAD = "import pandera.pandas as pa\n"
ANY = "'a': pa.Column()"
INT = "'a': pa.Column(int, pa.Check.ge(0))"


def parquet(columns: dict[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


class Case(NamedTuple):
    """A file, the columns of its contract, and the finding that it makes: its rule, and words of its message."""

    name: str
    content: bytes
    columns: str
    rule: str = ""
    words: str = ""


ROWS = parquet({"a": list(range(999))})
CASES = {
    "mark": Case("mark.csv", b"\xef\xbb\xbfa,b\n1,2\n", INT),
    "windows": Case("windows.csv", b"a,b\r\n1,2\r\n3,4\r\n", INT),
    "ragged": Case("ragged.csv", b"a,b\n1,2\n3\n", INT, "unreadable", "csv:3 has 1 field where the header has 2"),
    "empty": Case("empty.csv", b"", INT, "empty", "empty.csv is empty"),
    "header": Case("header.csv", b"a,b\n", INT, "empty", "header.csv has a header but no rows"),
    "twice": Case("twice.csv", b"a,a\n1,2\n", INT, "unreadable", "twice.csv:1 has two columns called a"),
    "nameless": Case("nameless.csv", b"a,\n1,2\n", INT, "unreadable", "nameless.csv:1 has no name for column 2"),
    "latin": Case("latin.csv", b"a,b\n1,gr\xfcn\n", INT, "unreadable", "latin.csv:2 is not UTF-8: byte 0xfc"),
    "utf16": Case("utf16.csv", "a,b\n1,2\n".encode("utf-16"), INT, "unreadable", "utf16.csv:1 is UTF-16"),
    "quote": Case("quote.csv", b'a,b\n1,"2\n3,4\n', INT, "unreadable", "csv:2 opens a quote that is never closed"),
    "line": Case("line.csv", b"a,b\n1," + b"x" * (18 << 20), INT, "unreadable", "csv:2 has a line of more than 16 MB"),
    "mixed": Case("mixed.csv", b"a,b\n1,2\nx,3\n", INT, "contract", "a of mixed is str where the contract wants int64"),
    "cut": Case("cut.parquet", ROWS[:400], INT, "unreadable", "cut.parquet is cut off"),
    "footer": Case("footer.parquet", ROWS[:-8] + b"\xff\xff\xff\x7fPAR1", INT, "unreadable", "cannot be read"),
    "nulls": Case("nulls.csv", b"a,b\n,1\nNA,2\n", INT, "contract", "a of nulls: all 2 rows are null"),
    "infinite": Case(
        "infinite.csv", b"a,b\n1,1\ninf,2\n", "'a': pa.Column(float, pa.Check.lt(9))", "contract", "inf (line 3)"
    ),
    "large": Case("large.csv", b"a,b\n1,1\n9223372036854775808,2\n", INT, "contract", "9223372036854775808 (line 3)"),
    "dates": Case(
        "dates.csv", b"a,b\n2024-01-01,1\n9999-12-31,2\n", "'a': pa.Column('datetime64[ns]')",
        "contract", "9999-12-31 (line 3)",
    ),
    "nested": Case("nested.parquet", parquet({"a": [[1], [2, 3]]}), INT, "contract", "column a of nested is"),
    "wide": Case(
        "wide.parquet", parquet({f"c{n}": [n, -n] for n in range(10_000)}), "'c7': pa.Column(int, pa.Check.ge(0))",
        "contract", "column c7 of wide: 1 of 2 rows (50.0 %) is not",
    ),
    "changes": Case(
        "changes.csv", b"a,b\n1,2\n", "'a': pa.Column(int, pa.Check(lambda s: write()))",
        "unreadable", "changes.csv changed while",
    ),
}  # fmt: skip
CONTRACTS = {
    "unknown": ("columns:\n  a: {in_rnge: 5}\n", "yaml", "invalid-contract", "has the unknown key or check in_rnge"),
    "away": ("import not_installed_here\n", "py", "invalid-contract", "not_installed_here, which is not installed"),
    "slow": (
        f"{HEAD}S = pa.DataFrameSchema({{'a': pa.Column(object, pa.Check.str_matches('^(a+)+$'), coerce=True)}})\n",
        "py", "unfinished", "str_matches('^(a+)+$') did not end within 5s",
    ),
}  # fmt: skip
OFF = "constant_columns: off, mixed_types: off, dates: off, duplicate_rows: off"


@pytest.fixture
def told(repo: Repository, gate: Gate) -> dict[str, list[tuple[str, str, str]]]:
    """Writes all of it, runs the gate once, and returns rule, message and place of what is said of each dataset."""
    lines = [f"  {name}: {{path: data/{case.name}, contract: {name}.py}}\n" for name, case in CASES.items()]
    write = "def write():\n    open('data/changes.csv', 'a').write('3,4\\n')\n    return True\n"
    repo.write(
        {f"{name}.py": f"{HEAD}{write}S = pa.DataFrameSchema({{{case.columns}}})\n" for name, case in CASES.items()}
    )
    repo.write({f"data/{case.name}": case.content for case in CASES.values()})
    repo.write({f"{name}.{ending}": text for name, (text, ending, _, _) in CONTRACTS.items()})
    repo.write(
        {"data/fine.csv": "a\n" + "a" * 40 + "!\n", "parts/1.parquet": ROWS, "parts/2.parquet": parquet({"a": ["x"]})}
    )
    repo.write({"parts/3.parquet": parquet({"b": [1]}), "p.py": f"{HEAD}S = pa.DataFrameSchema({{{INT}}})\n"})
    (repo.path / "loop.csv").symlink_to("loop.csv")
    lines += [f"  {name}: {{path: data/fine.csv, contract: {name}.{held[1]}}}\n" for name, held in CONTRACTS.items()]
    lines += ['  parts: {path: "parts/*.parquet", contract: p.py}\n', "  loop: {path: loop.csv, contract: p.py}\n"]
    lines += ["  gone: {path: data/gone.csv, contract: p.py}\n"]
    repo.write({"mlgate.yaml": "datasets:\n" + "".join(lines) + f"data: {{timeout: 5s, integrity: {{{OFF}}}}}\n"})
    ran = gate("data")
    assert (ran.code, "Traceback" in ran.text, ran.status("data")) == (1, False, "failed")
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in ran.outcome("data")["findings"]:
        name = Path(str(one["subject"])).name.partition(".")[0]
        place = (one["location"] or {}).get("path", "")
        found.setdefault(name, []).append((one["rule"].removeprefix("data/"), plain(one["message"]), place))
    return found


def test_each__is_told_in_one_line_by_its_place(told: dict[str, list[tuple[str, str, str]]]) -> None:
    wanted = {name: (case.rule, case.words) for name, case in CASES.items() if case.rule}
    wanted |= {name: held[2:] for name, held in CONTRACTS.items()}
    wanted |= {"loop": ("missing", "loop.csv"), "gone": ("missing", "data/gone.csv does not exist")}
    parts = [message for _, message, _ in told.pop("parts")]
    assert [message.partition(".parquet")[0] for message in parts] == [
        "column a of parts is str where the contract wants int64 in 2",
        "column a of parts is missing in 3",
    ]
    assert set(told) == set(wanted)
    for name, (rule, words) in wanted.items():
        assert [one for one in told[name] if one[0] == rule and words in one[1]], (name, told[name])
        assert all("\n" not in message and place for _, message, place in told[name]), told[name]
