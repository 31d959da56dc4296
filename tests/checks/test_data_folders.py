"""Datasets laid out by folders such as `day=2024-01-01`, as a user meets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import pytest

from asking import ask, only, rules
from conftest import Ran
from datasets import sales, warnings
from mlgate.checks.data import CHECK
from mlgate.checks.drift import CHECK as DRIFT
from mlgate.report import Outcome, Status
from mlgate.text import plain
from repositories import Repository

CONTRACT = """\
import pandera.pandas as pa

S = pa.DataFrameSchema(
    {
        "id": pa.Column(int, pa.Check.ge(0)),
        "day": pa.Column("datetime64[us]"),
        "shop": pa.Column(str, pa.Check.str_matches("^0[0-9]+$"), nullable=True),
    },
    unique=["day", "id"],
    strict=True,
)
"""
CONFIG = "datasets:\n  sales: {path: data, contract: c.py}\n"
GOOD = {"day=2024-01-01/shop=01": [1, 2], "day=2024-01-02/shop=02": [1, 2]}


def write(repo: Repository, folders: Mapping[str, list[int]], ending: str = "csv", **more: str) -> None:
    repo.write({"c.py": CONTRACT, "mlgate.yaml": CONFIG, **more})
    for folder, ids in folders.items():
        place = repo.path / "data" / folder / f"part-0.{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        frame = pd.DataFrame({"id": ids})
        frame.to_csv(place, index=False) if ending == "csv" else frame.to_parquet(place)


def remembered(outcome: Outcome) -> str | None:
    (table,) = [table for table in outcome.tables if table.title == "How the rules were asked"]
    return table.note


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("path", ["data", "data/*/*/*", "data/day=*/shop=*/part-0.*"])
def test_holds(repo: Repository, ending: str, path: str) -> None:
    config = CONFIG.replace("path: data", f'path: "{path}"')
    write(repo, GOOD | {"day=2024-01-03/shop=__HIVE_DEFAULT_PARTITION__": [7]}, ending, **{"mlgate.yaml": config})
    outcome = ask(CHECK, repo)
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])
    assert outcome.tables[0].rows[0].cells[1:3] == ("5 in 3 files", "3")


def test_named_from_below_the_folders__they_are_no_columns(repo: Repository) -> None:
    write(repo, {"day=2024-01-01/shop=01": [1]}, **{"mlgate.yaml": CONFIG.replace("data,", "data/day=2024-01-01/,")})
    assert plain(only(ask(CHECK, repo), "data/contract").message) == "column day of sales is missing"


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_broken__says_in_which_folder(repo: Repository, ending: str) -> None:
    write(repo, GOOD | {"day=2024-01-03/shop=x": [7, 8]}, ending)
    outcome = ask(CHECK, repo)
    noun = "lines 2 and 3" if ending == "csv" else "rows 0 and 1"
    assert plain(only(outcome, "data/contract").message) == (
        "column shop of sales: 2 of 6 rows (33.3 %) are not str_matches('^0[0-9]+$'), such as x "
        f"(day=2024-01-03/shop=x/part-0.{ending} {noun})"
    )


def test_no_day__is_told(repo: Repository) -> None:
    write(repo, GOOD | {"day=someday/shop=02": [7]})
    message = plain(only(ask(CHECK, repo), "data/contract").message)
    assert message.startswith("column day of sales is str where the contract wants datetime64")
    assert message.endswith("such as someday (day=someday/shop=02/part-0.csv line 2)")


def test_order_and_depth_that_differ(repo: Repository) -> None:
    write(repo, {"shop=01/day=2024-01-01": [1], "day=2024-01-02/shop=01": [2]})
    assert ask(CHECK, repo).status is Status.PASSED
    write(repo, {"day=2024-01-03": [3]})
    message = plain(only(ask(CHECK, repo), "data/contract").message)
    assert message == "column shop of sales is missing in day=2024-01-03/part-0.csv"


def test_file_that_says_otherwise_than_its_folder(repo: Repository) -> None:
    write(repo, GOOD)
    repo.write({"data/day=2024-01-01/shop=01/part-0.csv": "id,shop\n1,01\n2,07\n"})
    found = only(ask(CHECK, repo), "data/unreadable")
    assert plain(found.message) == (
        "data/day=2024-01-01/shop=01/part-0.csv says in 1 row otherwise than its folder, where shop is 01"
    )


def test_remembered_by_folder(repo: Repository) -> None:
    write(repo, GOOD, "parquet")
    ask(CHECK, repo)
    assert remembered(ask(CHECK, repo)) == "2 files did not change and were not read again."
    (repo.path / "data/day=2024-01-02").rename(repo.path / "data/day=2024-01-01x")
    assert rules(ask(CHECK, repo)) == ["data/contract"], "the same file in another folder"
    (repo.path / "data/day=2024-01-01x").rename(repo.path / "data/day=2024-01-05")
    write(repo, {"day=2024-01-03/shop=03": [5]}, "parquet")
    outcome = ask(CHECK, repo)
    assert (outcome.status, remembered(outcome)) == (Status.PASSED, "1 file did not change and was not read again.")


def test_unique_with_a_folder__over_all_files(repo: Repository) -> None:
    write(repo, {"day=2024-01-01/shop=01": [1, 2], "day=2024-01-01/shop=02": [2, 3]}, "parquet")
    message = plain(only(ask(CHECK, repo), "data/contract").message)
    assert "2 of 4 rows" in message
    assert "day" in message


# Beside the contract.


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_rows_of_other_days__do_not_repeat(repo: Repository, ending: str) -> None:
    def lay_out(day: int, frame: pd.DataFrame) -> None:
        place = repo.path / f"data/day=2024-01-0{day}/part-0.{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(place, index=False) if ending == "csv" else frame.to_parquet(place)

    repo.write({"mlgate.yaml": "datasets: {sales: {path: data}}\n"})
    rows = sales(100)[["price", "weight"]]
    lay_out(1, rows)
    lay_out(2, rows)
    assert warnings(ask(CHECK, repo)) == []
    lay_out(2, pd.concat([rows, rows]))
    found = ask(CHECK, repo)
    assert warnings(found) == ["duplicate-rows"]
    assert "day=2024-01-02" in plain(only(found, "data/duplicate-rows").message)


def test_another_day__is_no_new_category(repo: Repository) -> None:
    config = {"mlgate.yaml": "datasets: {sales: {path: data, time: day}}\n"}
    days = {f"day=2024-01-0{day}/shop=0{day % 2}": list(range(day * 50, day * 50 + 50)) for day in range(1, 5)}
    write(repo, days, **config)
    repo.commit()
    write(repo, {"day=2024-01-05/shop=00": list(range(900, 950))}, **config)
    assert warnings(ask(CHECK, repo, base="HEAD")) == []
    write(repo, {"day=2024-01-05/shop=07": list(range(950, 999))}, **config)
    found = only(ask(CHECK, repo, base="HEAD"), "data/new-categories")
    assert plain(found.message).startswith("column shop of sales has the new category 07")


def test_test_rows_of_a_csv_in_the_folders_of_the_training_data(repo: Repository) -> None:
    config = "datasets:\n  train: {path: data, key: [day, id]}\n  test: {path: test.csv, key: [day, id]}\n"
    days = {f"day=2024-01-0{day}": list(range(50)) for day in (1, 2)}
    rows = "".join(f"2024-01-02,{number}\n" for number in range(20, 60))
    write(repo, days, **{"mlgate.yaml": config, "test.csv": f"day,id\n{rows}"})
    assert "30 of 40 rows" in plain(only(ask(CHECK, repo), "data/leakage").message)


def test_one_folder__is_no_constant_column(repo: Repository) -> None:
    write(repo, {"day=2024-01-01/shop=01": list(range(50))}, **{"mlgate.yaml": "datasets: {sales: {path: data}}\n"})
    assert warnings(ask(CHECK, repo)) == []
    repo.write({"data/day=2024-01-01/shop=01/part-0.csv": "id,x\n" + "".join(f"{n},1\n" for n in range(50))})
    assert warnings(ask(CHECK, repo)) == ["constant-column"]


def test_looked_over_again__in_another_folder(repo: Repository) -> None:
    config = "datasets:\n  sales: {path: data, key: [day, id]}\n"
    days = {f"day=2024-01-0{day}/shop=01": list(range(30)) for day in (1, 2)}
    write(repo, days, **{"mlgate.yaml": config})
    assert warnings(ask(CHECK, repo)) == []
    (repo.path / "data/day=2024-01-02/shop=01").rename(repo.path / "data/day=2024-01-01/shop=02")
    assert warnings(ask(CHECK, repo)) == ["duplicate-keys"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_drift__of_what_folders_say(repo: Repository, ending: str) -> None:
    def lay_out(north: int, south: int) -> None:
        for name, rows in (("north", north), ("south", south)):
            place = repo.path / f"data/region={name}/part-0.{ending}"
            place.parent.mkdir(parents=True, exist_ok=True)
            frame = sales(rows)[["price"]]
            frame.to_csv(place, index=False) if ending == "csv" else frame.to_parquet(place)

    repo.write({"mlgate.yaml": "datasets: {sales: {path: data}}\ndrift: {}\n"})
    lay_out(500, 500)
    repo.commit()
    lay_out(100, 900)
    outcome = ask(DRIFT, repo, base="HEAD")
    assert outcome.status is Status.FAILED
    assert [finding.subject for finding in outcome.findings if finding.severity.value == "error"] == ["sales.region"]


def test_drafted_contract__has_them_and_lets_them_pass(repo: Repository, mlgate: Callable[..., Ran]) -> None:
    days = {f"day=2024-01-0{day}/shop=0{day}/hour={day}": list(range(30)) for day in (1, 2)}
    write(repo, days, "parquet", **{"mlgate.yaml": "datasets: {sales: {path: data}}\n"})
    assert mlgate("contract", "infer", "data", "--output", "contracts/sales.py", cwd=repo.path).code == 0
    text = (repo.path / "contracts/sales.py").read_text()
    assert '"shop": pa.Column(str, pa.Check.isin(["01", "02"]))' in text
    assert '"hour": pa.Column(int, pa.Check.isin([1, 2]))' in text
    assert ask(CHECK, repo).status is Status.PASSED
