"""The data check as a user meets it: real files, real contracts, and a worker that may crash, hang or lie."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
from pathlib import Path

import msgspec
import pandas as pd
import pandera
import pytest
import yaml

import mlgate
from asking import ask, only, places, rules
from dvc_projects import DvcProject
from mlgate.checks.data import CHECK
from mlgate.report import Outcome, Row, Severity, Status
from mlgate.text import plain
from repositories import Repository

HEAD = "import pandera.pandas as pa\n\n\n"
SALES = f"""\
{HEAD}class Sales(pa.DataFrameModel):
    id: int = pa.Field(unique=True)
    price: float = pa.Field(in_range={{"min_value": 0, "max_value": 100}})
    color: str = pa.Field(isin=["red", "green"])
"""
GOOD = "id,price,color\n1,5,red\n2,7.5,green\n"
BAD = "id,price,color\n1,5,red\n2,-1,green\n2,7,blue\n"
CONFIG = "datasets:\n  sales: {path: data/sales.csv, contract: contracts/sales.py}\n"


def check(repo: Repository, files: dict[str, str | bytes], config: str = CONFIG, **more) -> Outcome:
    repo.write({**files, "mlgate.yaml": config})
    return ask(CHECK, repo, **more)


def sales(data: str | bytes, contract: str = SALES) -> dict[str, str | bytes]:
    return {"data/sales.csv": data, "contracts/sales.py": contract}


def table(outcome: Outcome) -> dict[str, Row]:
    return {plain(row.cells[0]): row for row in outcome.tables[0].rows}


def test_holds(repo: Repository) -> None:
    outcome = check(repo, sales(GOOD))
    assert (outcome.status, outcome.summary, outcome.note) == (Status.PASSED, "1 dataset, 9 rules", "2 rows")
    assert table(outcome)["sales"].cells == ("`sales`", "2", "3", "9", "holds")
    assert [(measure.name, measure.current) for measure in outcome.measures] == [("sales.rows", 2)]


def test_holds__with_byte_order_mark_and_windows_lines(repo: Repository) -> None:
    outcome = check(repo, sales(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()))
    assert outcome.status is Status.PASSED


def test_holds__several_datasets_engines_and_formats(repo: Repository, tmp_path: Path) -> None:
    pd.DataFrame({"id": [1, 2], "price": [1.0, 2.0], "color": ["red", "red"]}).to_parquet(tmp_path / "d.parquet")
    config = """\
datasets:
  csv: {path: data/sales.csv, contract: "contracts/sales.py:Sales"}
  parquet: {path: data/sales.parquet, contract: contracts/polars.py}
  lines: {path: data/sales.jsonl, contract: contracts/sales.yaml}
  semicolon: {path: data/semicolon.csv, contract: contracts/sales.yaml, separator: ";"}
  parts: {path: "data/parts/*.csv", contract: contracts/sales.py}
  loose: {path: data/loose.csv}
"""
    files = {
        **sales(GOOD),
        "data/sales.parquet": (tmp_path / "d.parquet").read_bytes(),
        "data/sales.jsonl": '{"id": 1, "price": 5}\n{"id": 2, "price": 6}\n',
        "data/semicolon.csv": "id;price\n1;5\n",
        "data/parts/a.csv": GOOD,
        "data/parts/b.csv": GOOD.replace("1,5", "3,5").replace("2,7", "4,7"),
        "data/loose.csv": "anything\n",
        "contracts/polars.py": SALES.replace("pandera.pandas", "pandera.polars"),
        "contracts/sales.yaml": "columns:\n  id: {dtype: int64, unique: true}\n  price: {dtype: float64, ge: 0}\n",
    }
    outcome = check(repo, files, config)
    assert outcome.findings == ()
    assert (outcome.status, outcome.summary) == (Status.PASSED, "5 datasets, 39 rules")
    assert outcome.note == "11 rows, 1 dataset without a contract"
    assert table(outcome)["parts"].cells[1] == "4 in 2 files"
    assert (table(outcome)["loose"].status, table(outcome)["loose"].cells[4]) == (Status.SKIPPED, "no contract")


def test_json_lines_without_any_type_in_the_contract(repo: Repository) -> None:
    files = {"data/sales.jsonl": '{"id": 1}\n{"id": -2}\n', "contracts/sales.yaml": "columns:\n  id: {ge: 0}\n"}
    config = "datasets:\n  sales: {path: data/sales.jsonl, contract: contracts/sales.yaml}\n"
    outcome = check(repo, files, config)
    assert (rules(outcome), table(outcome)["sales"].cells[1]) == (["data/contract"], "2")
    for_polars = "schema_type: polars_dataframe\ncolumns:\n  id: {le: 1}\n"
    assert check(repo, {**files, "contracts/sales.yaml": for_polars}, config).status is Status.PASSED


def test_contract_that_prints__cannot_stand_in_the_way_nor_end_the_answers(repo: Repository) -> None:
    noise = """\
import os, sys
print("x" * 10_000_000)
print('{"event": "finished"}', flush=True)
os.write(1, b'{"event": "finished"}\\n')
sys.stdout.close()
"""
    outcome = check(repo, sales(BAD, noise + SALES))
    assert rules(outcome) == ["data/contract"] * 3


def test_contract_with_helpers_of_the_project(repo: Repository) -> None:
    files = {
        **sales(GOOD, "from contracts.limits import TOP\nfrom package.colors import COLORS\n" + SALES),
        "contracts/limits.py": "from .more import TOP\n",
        "contracts/more.py": "TOP = 5\n",
        "src/package/__init__.py": "",
        "src/package/colors.py": "COLORS = ['red']\n",
    }
    assert check(repo, files).status is Status.PASSED
    assert not list(repo.path.rglob("__pycache__"))


def test_project_with_modules_named_like_those_of_python(repo: Repository) -> None:
    trap = "raise RuntimeError('not the one of Python')\n"
    files = dict.fromkeys(("json.py", "types.py", "csv.py", "decimal.py", "gzip.py"), trap)
    assert check(repo, {**sales(GOOD), **files}).status is Status.PASSED


def test_environment_that_turns_pandera_off__is_not_obeyed(repo: Repository) -> None:
    outcome = check(repo, sales(BAD), env={"PANDERA_VALIDATION_ENABLED": "False"})
    assert outcome.status is Status.FAILED


def test_skipped__no_datasets(repo: Repository) -> None:
    outcome = check(repo, sales(GOOD), "version: 1\n")
    assert (outcome.status, outcome.summary) == (Status.SKIPPED, "no datasets are configured")
    assert outcome.hint == "add `datasets:` to mlgate.yaml"


def test_no_contract__is_looked_over_all_the_same(repo: Repository) -> None:
    outcome = check(repo, sales(GOOD), "datasets:\n  sales: {path: data/sales.csv, contract: none}\n")
    assert (outcome.status, outcome.summary) == (Status.PASSED, "1 dataset without a contract")
    assert table(outcome)["sales"].cells == ("`sales`", "2", "3", "", "no contract")


def test_no_contract__unreadable(repo: Repository) -> None:
    outcome = check(repo, sales("id,price\n1\n"), "datasets:\n  sales: {path: data/sales.csv}\n")
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["data/unreadable"])


def test_broken_rules(repo: Repository) -> None:
    outcome = check(repo, sales(BAD))
    assert outcome.status is Status.FAILED
    assert (outcome.summary, outcome.note) == ("1 of 1 dataset fails", "`id`, `price`, `color`")
    assert [finding.message for finding in outcome.findings] == [
        "column `id` of `sales` must be unique: 2 of 3 rows (66.7 %) repeat a value, such as `2` (lines 3 and 4)",
        "column `price` of `sales`: 1 of 3 rows (33.3 %) is not `in_range(0, 100)`, such as `-1.0` (line 3)",
        "column `color` of `sales`: 1 of 3 rows (33.3 %) is not `isin(['red', 'green'])`, such as `blue` (line 4)",
    ]
    assert places(outcome.findings) == ["data/sales.csv:3", "data/sales.csv:3", "data/sales.csv:4"]
    assert [finding.key for finding in outcome.findings] == [
        "data/contract:sales.id",
        "data/contract:sales.price",
        "data/contract:sales.color",
    ]
    assert all(finding.severity is Severity.ERROR and finding.hint for finding in outcome.findings)
    assert table(outcome)["sales"].cells[4] == "3 rules broken"


def test_broken_rules__of_data_that_git_does_not_keep_point_into_the_contract(repo: Repository) -> None:
    outcome = check(repo, {**sales(BAD), ".gitignore": "/data\n"})
    assert places(outcome.findings) == ["contracts/sales.py:5", "contracts/sales.py:6", "contracts/sales.py:7"]


def test_broken_rules__of_neither_point_into_the_config(repo: Repository) -> None:
    outcome = check(repo, {**sales(BAD), ".gitignore": "/data\n/contracts\n"})
    assert set(places(outcome.findings)) == {"mlgate.yaml:2"}


def test_broken_rules__in_a_folder_of_the_repository(repo: Repository) -> None:
    repo.write({f"team/{name}": content for name, content in {**sales(BAD), "mlgate.yaml": CONFIG}.items()})
    outcome = ask(CHECK, repo, folder="team")
    assert places(outcome.findings)[0] == "team/data/sales.csv:3"


def test_broken_rules__over_the_files_of_a_glob(repo: Repository) -> None:
    files = {"contracts/sales.py": SALES, "data/a.csv": GOOD, "data/b.csv": "id,price,color\n2,-1,red\n"}
    outcome = check(repo, files, 'datasets:\n  sales: {path: "data/*.csv", contract: contracts/sales.py}\n')
    assert [finding.message for finding in outcome.findings] == [
        "column `price` of `sales`: 1 of 3 rows (33.3 %) is not `in_range(0, 100)`, such as `-1.0` (`b.csv` line 2)",
        (
            "column `id` of `sales` must be unique: 2 of 3 rows (66.7 %) repeat a value, "
            "such as `2` (`a.csv` line 3, `b.csv` line 2)"
        ),
    ]
    assert places(outcome.findings) == ["data/b.csv:2", "data/a.csv:3"]


def test_broken_rules__that_only_warn(repo: Repository) -> None:
    contract = HEAD + "S = pa.DataFrameSchema({'price': pa.Column(checks=pa.Check.ge(0, raise_warning=True))})\n"
    outcome = check(repo, sales(BAD, contract))
    assert (outcome.status, outcome.findings[0].severity) == (Status.WARNED, Severity.WARNING)


def test_broken_rules__300_000_rows_are_summed_up(repo: Repository, tmp_path: Path) -> None:
    pd.DataFrame({"price": [-1] * 299_999 + [-2]}).to_parquet(tmp_path / "d.parquet")
    contract = HEAD + "S = pa.DataFrameSchema({'price': pa.Column(int, pa.Check.ge(0))})\n"
    files = {"contracts/sales.py": contract, "data/sales.parquet": (tmp_path / "d.parquet").read_bytes()}
    finding = only(check(repo, files, CONFIG.replace(".csv", ".parquet")), "data/contract")
    assert finding.message == (
        "column `price` of `sales`: all 300,000 rows are not `greater_than_or_equal_to(0)`, "
        "such as `-1` (rows 0, 1 and 2)"
    )
    assert "mark for missing" in (finding.hint or "")


def test_no_values_are_shown_where_none_are_wanted(repo: Repository) -> None:
    outcome = check(repo, sales(BAD), "data: {examples: 0}\n" + CONFIG)
    assert [finding.message for finding in outcome.findings] == [
        "column `id` of `sales` must be unique: 2 of 3 rows (66.7 %) repeat a value (lines 3 and 4)",
        "column `price` of `sales`: 1 of 3 rows (33.3 %) is not `in_range(0, 100)` (line 3)",
        "column `color` of `sales`: 1 of 3 rows (33.3 %) is not `isin(['red', 'green'])` (line 4)",
    ]


def test_many_missing_columns__are_told_at_once(repo: Repository) -> None:
    contract = HEAD + "S = pa.DataFrameSchema({f'c{n}': pa.Column(int) for n in range(31)})\n"
    finding = only(check(repo, sales(GOOD, contract)), "data/contract")
    assert finding.message == "31 columns of `sales` are missing: `c0`, `c1`, `c2`, `c3`, `c4` and 26 more"


BAD_FILES: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "data/empty", "`data/d.csv` is empty"),
    "header only": (b"id,price,color\n", "data/empty", "`data/d.csv` has a header but no rows"),
    "ragged": (
        b"id,price,color\n1,5\n2,6,red\n3,7\n",
        "data/unreadable",
        "`data/d.csv:2` has 2 fields where the header has 3; line 4 is uneven too",
    ),
    "Latin-1": (
        "id,price,color\n1,5,grün\n".encode("latin-1"),
        "data/unreadable",
        "`data/d.csv:2` is not UTF-8: byte `0xfc`",
    ),
    "UTF-16": (GOOD.encode("utf-16"), "data/unreadable", "`data/d.csv:1` is UTF-16"),
    "column twice": (b"id,id\n1,2\n", "data/unreadable", "`data/d.csv:1` has two columns called `id`"),
    "column without a name": (b",id\n0,1\n", "data/unreadable", "`data/d.csv:1` has no name for column 1"),
    "open quote": (b'id,price\n1,"2\n', "data/unreadable", "`data/d.csv:2` opens a quote that is never closed"),
}


def test_files_that_are_no_tables__each_fails_at_its_line(repo: Repository) -> None:
    names = {case: f"d{number}" for number, case in enumerate(BAD_FILES)}
    files = {f"data/{names[case]}.csv": content for case, (content, _, _) in BAD_FILES.items()}
    lines = [f"  {name}: {{path: data/{name}.csv, contract: contracts/sales.py}}\n" for name in names.values()]
    outcome = check(repo, {**files, "contracts/sales.py": SALES}, "datasets:\n" + "".join(lines))
    found = {f.subject: (f.rule, f.message.replace(f"{f.subject}.csv", "d.csv")) for f in outcome.findings}
    assert found == {names[case]: (rule, message) for case, (_, rule, message) in BAD_FILES.items()}
    assert all(
        finding.location and finding.location.path == f"data/{finding.subject}.csv" for finding in outcome.findings
    )
    assert all(row.status is Status.FAILED for row in table(outcome).values())


def test_parquet_that_is_cut_off(repo: Repository, tmp_path: Path) -> None:
    pd.DataFrame({"id": range(1000)}).to_parquet(tmp_path / "d.parquet")
    files = {"contracts/sales.py": SALES, "data/sales.parquet": (tmp_path / "d.parquet").read_bytes()[:500]}
    finding = only(check(repo, files, CONFIG.replace(".csv", ".parquet")), "data/unreadable")
    assert finding.message == "`data/sales.parquet` is cut off: the end that a `Parquet` file has is missing"


def test_file_that_nobody_knows_of__fails(repo: Repository) -> None:
    outcome = check(repo, {"contracts/sales.py": SALES})
    finding = only(outcome, "data/missing")
    assert finding.message == "`data/sales.csv` does not exist, and DVC does not know it, for the dataset `sales`"
    assert (outcome.status, str(finding.location)) == (Status.FAILED, "mlgate.yaml:2")


def test_data_not_pulled__is_neither_green_nor_red(
    repo: Repository, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = DvcProject(repo, env, monkeypatch)
    project.init({**sales(GOOD), "data/other.csv": GOOD})
    project.add("data/sales.csv")
    (repo.path / "data" / "sales.csv").unlink()
    config = CONFIG + "  other: {path: data/other.csv, contract: contracts/sales.py}\n"
    outcome = check(repo, {}, config)
    assert (outcome.status, outcome.summary) == (Status.INCONCLUSIVE, "1 of 2 datasets has no data here")
    finding = only(outcome, "data/missing")
    assert (finding.severity, "`dvc pull data/sales.csv`" in (finding.hint or "")) == (Severity.WARNING, True)
    assert {name: row.status for name, row in table(outcome).items()} == {
        "sales": Status.INCONCLUSIVE,
        "other": Status.PASSED,
    }


def kept(path: str, md5: str) -> dict[str, str]:
    """Return the `.dvc` file of data that is not here."""
    name = path.rpartition("/")[2]
    return {f"{path}.dvc": f"outs:\n- md5: {md5}\n  hash: md5\n  path: {name}\n"}


def away(repo: Repository, before: dict[str, str], now: dict[str, str], config: str = CONFIG) -> Outcome:
    """Return what is said of data that is not here, after a commit that changed only what is recorded of it."""
    repo.commit({"contracts/sales.py": SALES, "mlgate.yaml": config, **before})
    repo.commit({"README.md": "", **now})
    return ask(CHECK, repo, base="HEAD~1")


OLD, NEW = "a" * 32, "b" * 32
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n"
FOLDER = CONFIG.replace("data/sales.csv", "data/days/*.csv")


@pytest.mark.parametrize(
    ("before", "now", "config"),
    [
        pytest.param(kept("data/sales.csv", OLD), {}, CONFIG, id="unchanged"),
        pytest.param(kept("data/days", f"{OLD}.dir"), {}, FOLDER, id="a folder unchanged"),
        pytest.param({"data/sales.csv": POINTER.format("a" * 64)}, {}, CONFIG, id="a pointer unchanged"),
        pytest.param(
            kept("data/old.csv", OLD),
            {**kept("data/sales.csv", OLD), "mlgate.yaml": CONFIG},
            CONFIG.replace("sales.csv", "old.csv"),
            id="moved",
        ),
        pytest.param(
            kept("data/sales.csv", OLD),
            kept("data/sales.csv", NEW),
            CONFIG + "data: {missing_data: warn}\n",
            id="changed, and only a warning asked for",
        ),
    ],
)
def test_missing_data__neither_green_nor_red(
    repo: Repository, before: dict[str, str], now: dict[str, str], config: str
) -> None:
    outcome = away(repo, before, now, config)
    assert (outcome.status, only(outcome, "data/missing").severity) == (Status.INCONCLUSIVE, Severity.WARNING)


@pytest.mark.parametrize(
    ("before", "now", "config", "hint"),
    [
        pytest.param(
            kept("data/sales.csv", OLD), kept("data/sales.csv", NEW), CONFIG, "`dvc pull data/sales.csv`", id="changed"
        ),
        pytest.param({}, kept("data/sales.csv", NEW), CONFIG, "`dvc pull data/sales.csv`", id="new"),
        pytest.param(
            kept("data/days", f"{OLD}.dir"),
            kept("data/days", f"{NEW}.dir"),
            FOLDER,
            "`dvc pull data/days`",
            id="folder",
        ),
        pytest.param(
            {"data/sales.csv": POINTER.format("a" * 64)},
            {"data/sales.csv": POINTER.format("b" * 64)},
            CONFIG,
            "`git lfs pull`",
            id="pointer",
        ),
        pytest.param(
            {**kept("data/sales.csv", OLD), **kept("data/old.csv", NEW)},
            {"mlgate.yaml": CONFIG},
            CONFIG.replace("sales.csv", "old.csv"),
            "`dvc pull data/sales.csv`",
            id="another file of the baseline",
        ),
    ],
)
def test_missing_data__fails_where_nobody_has_checked_it(
    repo: Repository, before: dict[str, str], now: dict[str, str], config: str, hint: str
) -> None:
    outcome = away(repo, before, now, config)
    found = only(outcome, "data/missing")
    assert (outcome.status, outcome.summary) == (Status.FAILED, "1 of 1 dataset fails")
    assert "new or changed since the baseline" in found.message
    assert (found.hint or "").startswith(f"run {hint} before mlgate")


def test_missing_data__may_fail_even_where_it_is_unchanged(repo: Repository) -> None:
    outcome = away(repo, kept("data/sales.csv", OLD), {}, CONFIG + "data: {missing_data: fail}\n")
    assert (outcome.status, only(outcome, "data/missing").severity) == (Status.FAILED, Severity.ERROR)
    assert "changed" not in only(outcome, "data/missing").message


def test_git_lfs_pointer__is_neither_green_nor_red(repo: Repository) -> None:
    outcome = check(repo, sales("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"))
    assert outcome.status is Status.INCONCLUSIVE
    assert "is a Git LFS pointer" in only(outcome, "data/missing").message


CONTRACTS: dict[str, tuple[str, str, int | None]] = {
    "syntax.py": (HEAD + "class S(\n", "is not valid Python at `contracts/syntax.py:4`: `'(' was never closed`", 4),
    "raises.py": (HEAD + "1 / 0\n", "raised `ZeroDivisionError: division by zero` at `contracts/raises.py:4`", 4),
    "imports.py": (
        "import not_installed_here\n",
        "imports `not_installed_here`, which is not installed, at `contracts/imports.py:1`",
        1,
    ),
    "exits.py": (
        "import sys\nsys.exit('bye')\n",
        "ends the process while it is imported, at `contracts/exits.py:2`: `SystemExit: bye`",
        2,
    ),
    "quits.py": ("import os\nos._exit(0)\n", "while it was imported, ended the process with exit code 0", None),
    "crashes.py": (
        "import ctypes\nctypes.string_at(0)\n",
        "while it was imported, crashed the process (`SIGSEGV`)",
        None,
    ),
    "nothing.py": (
        HEAD + "class S(pa.DataFrameModel):\n    pass\n",
        "names no columns and no checks: it checks nothing",
        None,
    ),
    "empty.yaml": ("", "names no columns and no checks: it checks nothing", None),
    "dtype.yaml": ("columns:\n  a:\n    dtype: flaot\n", "has the unknown dtype `flaot`", 3),
    "check.yaml": ("columns:\n  a: {in_rnge: 5}\n", "has the unknown key or check `in_rnge`", 2),
    "two.py": (SALES + "\n\nclass Other(Sales):\n    extra: int\n", "holds 2 schemas: `Sales`, `Other`", None),
}


def test_contracts_that_cannot_be_used__each_is_told_and_the_others_are_asked(repo: Repository) -> None:
    names = [f"d{number}" for number in range(len(CONTRACTS))]
    lines = [
        f"  {name}: {{path: data/sales.csv, contract: contracts/{file}}}\n"
        for name, file in zip(names, CONTRACTS, strict=True)
    ]
    files = {f"contracts/{file}": text for file, (text, _, _) in CONTRACTS.items()}
    outcome = check(repo, {**files, **sales(BAD)}, CONFIG + "".join(lines))
    found = {f.subject: f for f in outcome.findings if f.rule == "data/invalid-contract"}
    assert set(found) == {f"contracts/{file}" for file in CONTRACTS}
    for file, (_, words, line) in CONTRACTS.items():
        finding = found[f"contracts/{file}"]
        assert words in finding.message
        assert finding.location is not None
        assert (finding.location.path, finding.location.line) == (f"contracts/{file}", line)
    assert len([rule for rule in rules(outcome) if rule == "data/contract"]) == 3
    assert {table(outcome)[name].cells[4] for name in names} == {"invalid contract"}


@pytest.mark.parametrize(
    ("contract", "words", "hint"),
    [
        pytest.param("contracts/sale.py", "does not exist", "did you mean `contracts/sales.py`?", id="file missing"),
        pytest.param("../sales.py", "leads out of the repository", "keep contracts", id="out of the repository"),
        pytest.param("/etc/sales.py", "leads out of the repository", "keep contracts", id="from the root"),
        pytest.param("contracts/link.py", "leads out of the repository", "keep contracts", id="by a link"),
        pytest.param("data/sales.csv", "is neither Python nor YAML", "write `file.py`", id="other file"),
        pytest.param("contracts/sales.py:Sale", "has no `Sale`", "did you mean `Sales`?", id="name missing"),
    ],
)
def test_contract_that_is_not_there(repo: Repository, tmp_path: Path, contract: str, words: str, hint: str) -> None:
    (tmp_path / "outside.py").write_text(SALES)
    (repo.path / "contracts").mkdir()
    (repo.path / "contracts" / "link.py").symlink_to(tmp_path / "outside.py")
    outcome = check(repo, sales(GOOD), f'datasets:\n  sales: {{path: data/sales.csv, contract: "{contract}"}}\n')
    finding = only(outcome, "data/invalid-contract")
    assert (words in finding.message, hint in (finding.hint or "")) == (True, True)


def test_contract_told_once__for_all_datasets_that_share_it(repo: Repository) -> None:
    config = CONFIG + "  more: {path: data/sales.csv, contract: contracts/sales.py}\n"
    outcome = check(repo, sales(GOOD, "1 / 0\n"), config)
    assert rules(outcome) == ["data/invalid-contract"]
    assert {row.status for row in table(outcome).values()} == {Status.FAILED}


HOSTILE = f"""\
{HEAD.strip()}
import ctypes, os, re


class S(pa.DataFrameModel):
    id: int
    color: str

    @pa.check("id")
    def crash(cls, series):
        ctypes.string_at(0)

    @pa.check("id")
    def quits(cls, series):
        os._exit(0)

    @pa.check("color")
    def slow(cls, series):
        return series.map(lambda value: bool(re.match(r"^(a+)+$", value)))

    @pa.check("color")
    def red(cls, series):
        return series == "red"
"""


def test_checks_that_crash_or_hang__are_told_and_the_others_are_asked(repo: Repository) -> None:
    data = f"id,color\n1,red\n2,{'a' * 40}!\n"
    config = "data: {timeout: 3s}\n" + CONFIG + "  more: {path: data/sales.csv, contract: contracts/sales.py}\n"
    outcome = check(repo, sales(data, HOSTILE), config)
    told = {f.subject: [g.message for g in outcome.findings if g.subject == f.subject] for f in outcome.findings}
    assert told["sales.id"] == [
        "column `id` of `sales`: `crash` crashed the process (`SIGSEGV`); the other rules were asked without it",
        "column `id` of `sales`: `quits` ended the process with exit code 0; the other rules were asked without it",
    ]
    assert told["sales.color"] == [
        (
            "column `color` of `sales`: `slow` did not end within 3s and was stopped; "
            "the other rules were asked without it"
        ),
        f"column `color` of `sales`: 1 of 2 rows (50.0 %) breaks `red`, such as `{'a' * 40}!` (line 3)",
    ]
    assert told["more.color"][0] == (
        "column `color` of `more`: `slow` was not asked, for it did not end within 3s and was stopped before"
    )
    assert places(outcome.findings)[:3] == ["contracts/sales.py:10", "contracts/sales.py:14", "contracts/sales.py:18"]
    assert table(outcome)["sales"].cells[4] == "not answered in full, 1 rule broken"
    assert "Fatal Python error" not in (outcome.summary + outcome.note)


def test_pattern_that_backtracks__says_how_to_rewrite_it(repo: Repository) -> None:
    contract = (
        HEAD + "S = pa.DataFrameSchema({'color': pa.Column(object, pa.Check.str_matches('^(a+)+$'), coerce=True)})\n"
    )
    outcome = check(repo, sales(f"color\n{'a' * 40}!\n", contract), "data: {timeout: 3s}\n" + CONFIG)
    finding = only(outcome, "data/unfinished")
    assert "`str_matches('^(a+)+$')` did not end within 3s" in finding.message
    assert "repeats inside repeats" in (finding.hint or "")


def test_contract_that_hangs_while_it_is_imported(repo: Repository) -> None:
    outcome = check(repo, sales(GOOD, "import time\ntime.sleep(60)\n"), "data: {timeout: 2s}\n" + CONFIG)
    assert only(outcome, "data/unfinished").message == (
        "the contract `contracts/sales.py`, while it was imported, did not end within 2s and was stopped"
    )


def test_time_limit_of_the_check__what_was_answered_is_told(repo: Repository) -> None:
    data = f"id,color\n1,red\n2,{'a' * 40}!\n"
    contract = HOSTILE.replace("ctypes.string_at(0)", "return series < 2").replace("os._exit(0)", "return series > 0")
    outcome = check(repo, sales(data, contract), "limits: {data: 8s}\n" + CONFIG)
    assert rules(outcome) == ["data/unfinished", "data/contract"]
    assert outcome.findings[0].message == "`sales` was not asked to the end: the check's own time limit was reached"
    assert "`crash`" in outcome.findings[1].message


def test_killed_for_want_of_memory(repo: Repository) -> None:
    contract = (
        HEAD
        + "import os\n\nDIES = pa.Check(lambda s: os.kill(os.getpid(), 9))\n"
        + "S = pa.DataFrameSchema({'id': pa.Column(int, DIES)})\n"
    )
    finding = only(check(repo, sales(GOOD, contract)), "data/unfinished")
    assert "crashed the process (`SIGKILL`)" in finding.message
    assert "memory ran out" in (finding.hint or "")


def test_killed_before_any_contract__is_not_told_of_pandera(repo: Repository, tmp_path: Path) -> None:
    dies = "import os, sys\nif 'mlgate.data.worker' in sys.orig_argv:\n    os.kill(os.getpid(), 9)\n"
    (tmp_path / "sitecustomize.py").write_text(dies)
    outcome = check(repo, sales(GOOD), env={"PYTHONPATH": str(tmp_path)})
    assert (outcome.status, outcome.summary) == (
        Status.ERROR,
        "the process that asks the contracts was ended by `SIGKILL` before it came to any",
    )
    assert "memory ran out" in (outcome.hint or "")


def test_pattern_of_columns_that_is_no_pattern(repo: Repository) -> None:
    contract = HEAD + "S = pa.DataFrameSchema({'f_(': pa.Column(int, regex=True)})\n"
    finding = only(check(repo, sales(GOOD, contract)), "data/unfinished")
    assert "`sales`: the contract raised `" in finding.message
    assert str(finding.location) == "contracts/sales.py"


def test_values_that_are_no_text__are_shown_as_escapes(repo: Repository) -> None:
    parser = "parsers=pa.Parser(lambda s: s.astype(object) + chr(0xD800))"
    contract = HEAD + f"S = pa.DataFrameSchema({{'a': pa.Column(object, pa.Check.isin(['x']), {parser})}})\n"
    finding = only(check(repo, sales("a\nred\n", contract)), "data/contract")
    assert "such as `red\\ud800` (line 2)" in finding.message


def test_file_names_that_cannot_be_shown(repo: Repository) -> None:
    name = b"data/\xff.csv"
    repo.write(sales(GOOD))
    (repo.path / os.fsdecode(name)).write_text(GOOD)
    outcome = check(repo, {}, CONFIG.replace("data/sales.csv", '"data/*.csv"'))
    assert only(outcome, "data/unreadable").message.startswith("the name `data/\\udcff.csv` has characters")


def test_worker_that_lies__is_not_believed(repo: Repository) -> None:
    lie = """\
import os
for number in range(3, 20):
    try:
        os.write(number, b'{"event": "broken", "task": 99, "breach": "nonsense", "rule": ""}\\n')
    except OSError:
        pass
"""
    outcome = check(repo, sales(GOOD, lie + SALES))
    assert outcome.status is Status.FAILED


def test_packages_missing(repo: Repository, tmp_path: Path) -> None:
    """An interpreter that sees mlgate, msgspec and PyYAML, and nothing else."""
    seen = tmp_path / "seen"
    seen.mkdir()
    for module in (mlgate, msgspec, yaml):
        folder = Path(module.__file__).parent
        (seen / folder.name).symlink_to(folder)
    (seen / "_yaml").symlink_to(Path(yaml.__file__).parent.parent / "_yaml")
    repo.write({**sales(GOOD), "mlgate.yaml": CONFIG})
    code = f"""\
import sys
sys.path[:0] = [{str(seen)!r}, {str(Path(__file__).parent.parent)!r}]
from pathlib import Path
from asking import ask
from mlgate.checks.data import CHECK
from repositories import Repository
outcome = ask(CHECK, Repository(Path({str(repo.path)!r}), {dict(repo.env)!r}))
print(outcome.status, outcome.summary, outcome.hint, sep="|")
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "error|needs the package `pandas`|install it with `pip install 'mlgate[data]'`\n"
    assert pandera.__version__


def test_import__is_light() -> None:
    code = (
        "import sys, mlgate.checks.data; print({'pandas', 'pandera', 'polars', 'numpy', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
