"""What did not change is not asked again, and what did is: data, contracts, and all that contracts read."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import ask, rules
from mlgate.checks.data import CHECK
from mlgate.report import Outcome, Status
from repositories import Repository

CONTRACT = """\
import json
from pathlib import Path
import pandera.pandas as pa
from limits import TOP

ALLOWED = json.loads((Path(__file__).parent / "allowed.json").read_text())
S = pa.DataFrameSchema({"id": pa.Column(int, [pa.Check.le(TOP), pa.Check.isin(ALLOWED)], unique=True)})
"""
FILES = {
    "contracts/c.py": CONTRACT,
    "contracts/allowed.json": "[1, 2, 3, 4]",
    "limits.py": "TOP = 9\n",
    "data/a.csv": "id\n1\n",
    "data/b.csv": "id\n2\n",
    "mlgate.yaml": 'datasets:\n  d: {path: "data/*.csv", contract: contracts/c.py}\n',
}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"MLGATE_CACHE_DIR": str(tmp_path / "cache"), "MLGATE_NO_CACHE": ""}


def check(repo: Repository, home: dict[str, str], **files: str) -> Outcome:
    repo.write(dict(files))
    return ask(CHECK, repo, env=home)


def remembered(outcome: Outcome) -> str | None:
    """Return what the report says of files that were not read again."""
    return next((table.note for table in outcome.tables if table.note and "read again" in table.note), None)


def test_nothing_changed__nothing_is_read(repo: Repository, home: dict[str, str]) -> None:
    first, second = check(repo, home, **FILES), check(repo, home)
    assert (remembered(first), remembered(second)) == (None, "2 files did not change and were not read again.")
    assert (second.status, second.summary, second.note) == (first.status, first.summary, first.note)
    assert first.tables[0] == second.tables[0]


def test_data_that_is_only_newer__is_not_read_again(repo: Repository, home: dict[str, str]) -> None:
    check(repo, home, **FILES)
    (repo.path / "data" / "a.csv").touch()
    outcome = check(repo, home)
    assert (outcome.status, remembered(outcome)) == (Status.PASSED, "2 files did not change and were not read again.")


def test_broken_rules__are_told_again(repo: Repository, home: dict[str, str]) -> None:
    bad = {**FILES, "data/b.csv": "id\n1\n12\n"}
    first, second = check(repo, home, **bad), check(repo, home)
    assert remembered(second) is not None
    assert [f.message for f in second.findings] == [f.message for f in first.findings]
    assert (second.status, len(second.findings)) == (Status.FAILED, 3)


@pytest.mark.parametrize(
    ("path", "content", "broken"),
    [
        pytest.param("contracts/c.py", CONTRACT.replace("le(TOP)", "le(1)"), 1, id="contract"),
        pytest.param("limits.py", "TOP = 1\n", 1, id="module that it imports"),
        pytest.param("contracts/allowed.json", "[1]", 1, id="file that it reads"),
        pytest.param("data/a.csv", "id\n7\n", 1, id="data"),
        pytest.param("limits/__init__.py", "TOP = 1\n", 1, id="package that comes before its module"),
    ],
)
def test_what_changed__is_asked_again(
    repo: Repository, home: dict[str, str], path: str, content: str, broken: int
) -> None:
    assert check(repo, home, **FILES).status is Status.PASSED
    assert len(check(repo, home, **{path: content}).findings) == broken


def test_new_partition__alone_is_read_with_what_is_asked_of_all(repo: Repository, home: dict[str, str]) -> None:
    check(repo, home, **FILES)
    outcome = check(repo, home, **{"data/c.csv": "id\n2\n3\n"})
    assert remembered(outcome) == "2 files did not change and were not read again."
    (finding,) = outcome.findings
    assert "2 of 4 rows (50.0 %) repeat a value, such as `2` (`b.csv` line 2, `c.csv` line 2)" in finding.message


def test_rule_that_raises__is_asked_again(repo: Repository, home: dict[str, str]) -> None:
    contract = "import pandera.pandas as pa\nS = pa.DataFrameSchema({'id': pa.Column(int, pa.Check(lambda s: s.no))})\n"
    check(repo, home, **{**FILES, "contracts/c.py": contract})
    second = check(repo, home)
    assert (remembered(second), rules(second)) == (None, ["data/unfinished"])


def test_entries_that_were_spoiled__are_as_good_as_none(repo: Repository, home: dict[str, str]) -> None:
    check(repo, home, **FILES)
    for place in Path(home["MLGATE_CACHE_DIR"]).iterdir():
        place.write_bytes(place.read_bytes()[:-3])
    outcome = check(repo, home)
    assert (outcome.status, remembered(outcome)) == (Status.PASSED, None)


def test_nothing_is_kept__where_it_is_not_wanted(repo: Repository, home: dict[str, str]) -> None:
    home["MLGATE_NO_CACHE"] = "1"
    check(repo, home, **FILES)
    assert remembered(check(repo, home)) is None
    assert not Path(home["MLGATE_CACHE_DIR"]).exists()


def test_contract__is_not_run_again_where_only_data_changed(
    repo: Repository, home: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "runs.txt"
    counting = f"{CONTRACT}\nwith open({str(log)!r}, 'a') as stream:\n    stream.write('x')\n"
    single = {
        **FILES,
        "contracts/c.py": counting,
        "mlgate.yaml": "datasets:\n  d: {path: data/a.csv, contract: contracts/c.py}\n",
    }

    def runs(**files: str) -> tuple[int, list[str]]:
        found = check(repo, home, **files)
        return len(log.read_text()), [finding.message for finding in found.findings]

    assert runs(**single) == (1, [])
    count, messages = runs(**{"data/a.csv": "id\n1\n12\n"})
    assert (count, len(messages), all("12" in message for message in messages)) == (1, 2, True)
    assert runs(**{"data/a.csv": "id\n2\n"}) == (1, [])
    assert runs(**{"limits.py": "TOP = 1\n"})[0] == 2
    count, (message,) = runs(**{"data/a.csv": "id\n3\n"})
    assert (count, "3" in message) == (2, True)
