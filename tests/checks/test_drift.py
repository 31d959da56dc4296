"""The drift check as a user meets it: real repositories, real files, data that DVC keeps, and all that may be odd."""

from __future__ import annotations

import gzip
import io
import shutil
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest

from asking import ask, only, rules
from dvc_projects import DvcProject
from mlgate.checks.drift import CHECK
from mlgate.report import Outcome, Severity, Status
from mlgate.text import plain
from repositories import Repository

CONFIG = "datasets:\n  train: {path: data/train.parquet}\n"
ROWS = 2_000


def frame(seed: int = 0, rows: int = ROWS, **columns: Any) -> pl.DataFrame:
    """Return a few columns that are drawn anew for each seed, with some of them replaced or added."""
    rng = np.random.default_rng(seed)
    drawn = {
        "price": rng.lognormal(2, 1, rows),
        "seats": rng.poisson(5, rows),
        "carrier": rng.choice(["AA", "BB", "CC"], rows, p=[0.5, 0.3, 0.2]),
        "late": rng.random(rows) < 0.3,
    }
    return pl.DataFrame({**drawn, **columns})


def parquet(data: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    data.write_parquet(stream)
    return stream.getvalue()


def compare(repo: Repository, before: pl.DataFrame | bytes, now: pl.DataFrame | bytes, config: str = CONFIG) -> Outcome:
    """Return what the check says of `data/train.parquet` against the commit before."""
    first, second = (parquet(side) if isinstance(side, pl.DataFrame) else side for side in (before, now))
    repo.commit({"data/train.parquet": first, "mlgate.yaml": config})
    repo.write({"data/train.parquet": second})
    return ask(CHECK, repo, base="HEAD")


def moved(outcome: Outcome) -> list[str]:
    return [finding.subject or "" for finding in outcome.findings if finding.rule == "drift/moved"]


def cell(outcome: Outcome, column: str, title: str) -> str:
    """Return a cell of the tables, without its code spans."""
    for table in outcome.tables:
        heads = [head.title for head in table.columns]
        for row in table.rows:
            if plain(row.cells[0]) == column:
                return plain(row.cells[heads.index(title)])
    raise AssertionError(f"{column} is in no table")


# Quiet: what must not fail.


def test_quiet__other_rows_of_the_same_kind(repo: Repository) -> None:
    outcome = compare(repo, frame(1), frame(2, rows=3_000))
    assert (outcome.status, outcome.summary, outcome.findings) == (Status.PASSED, "4 columns, none moved", ())
    (table,) = outcome.tables
    assert table.folded
    assert [row.status for row in table.rows] == [Status.PASSED] * 4


def test_quiet__unchanged_files_are_not_read(repo: Repository) -> None:
    outcome = compare(repo, b"no parquet at all", b"no parquet at all")
    assert (outcome.status, outcome.summary, outcome.note) == (
        Status.PASSED,
        "1 dataset unchanged",
        "`train` unchanged",
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.reverse().select(sorted(data.columns)), id="other order of rows and columns"),
        pytest.param(lambda data: data.with_columns(pl.col("seats").cast(pl.Float64)), id="whole numbers as floats"),
        pytest.param(lambda data: data.with_columns(pl.col("price").cast(pl.Float32)), id="less precise"),
        pytest.param(lambda data: data.with_columns(pl.col("carrier").cast(pl.Categorical)), id="categorical type"),
        pytest.param(lambda data: data.with_columns(pl.col("seats").cast(pl.Decimal(10, 2))), id="decimal type"),
        pytest.param(lambda data: pl.concat([data, data]), id="every row twice"),
        pytest.param(lambda data: data.with_columns(pl.col("price") * 1.02), id="a trifle larger"),
    ],
)
def test_quiet__what_changes_no_distribution(repo: Repository, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    outcome = compare(repo, frame(), change(frame()))
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())


def test_quiet__fifty_equal_columns_at_a_hundred_rows(repo: Repository) -> None:
    rng = np.random.default_rng(4)
    sides = [pl.DataFrame({f"x{index}": rng.normal(size=100) for index in range(50)}) for _ in range(2)]
    assert compare(repo, *sides).status is Status.PASSED


def test_quiet__certain_but_too_small_to_matter(repo: Repository) -> None:
    rng = np.random.default_rng(5)
    before, now = (pl.DataFrame({"x": rng.normal(shift, 1, 100_000)}) for shift in (0, 0.05))
    outcome = compare(repo, before, now)
    assert (outcome.status, cell(outcome, "x", "adjusted p")) == (Status.PASSED, "< 1e-12")


def test_quiet__ids_dates_and_nested_columns_are_told_and_not_compared(repo: Repository) -> None:
    def side(first: int) -> pl.DataFrame:
        days = pl.Series([f"20{10 + first % 9}-01-{index % 28 + 1:02}" for index in range(ROWS)])
        return frame(
            first,
            flight_id=np.arange(first * 9_999, first * 9_999 + ROWS),
            code=[f"{first}-{index:08x}" for index in range(ROWS)],
            day=days,
            at=days.str.to_datetime("%Y-%m-%d"),
            both=[[1, first]] * ROWS,
            inner=[{"a": first}] * ROWS,
        )

    outcome = compare(repo, side(1), side(2))
    assert outcome.status is Status.PASSED
    words = {"flight_id": "id", "code": "id", "day": "date", "at": "date", "both": "nested", "inner": "nested"}
    assert {name: cell(outcome, name, "what") for name in words} == {
        name: f"not compared: {why}" for name, why in words.items()
    }


def test_quiet__constant_and_empty_columns(repo: Repository) -> None:
    odd = {"same": [7] * ROWS, "nothing": pl.Series([None] * ROWS, dtype=pl.Float64), "null": [None] * ROWS}
    outcome = compare(repo, frame(1, **odd), frame(2, **odd))
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert cell(outcome, "nothing", "what") == cell(outcome, "null", "what") == "not compared: no values"


def test_quiet__infinite_values_on_both_sides(repo: Repository) -> None:
    endless = np.where(np.arange(ROWS) % 50 == 0, np.inf, np.arange(ROWS) % 97)
    config = CONFIG + "drift: {columns: {x: {measure: wasserstein}}}\n"
    outcome = compare(repo, frame(1, x=endless), frame(2, x=endless), config)
    assert outcome.status is Status.PASSED
    assert "40 → 40 infinite" in cell(outcome, "x", "what")


def test_quiet__file_that_moved_to_another_format(repo: Repository) -> None:
    """The baseline's own config says which file the dataset was there."""
    repo.commit({"data/train.csv": frame().write_csv(), "mlgate.yaml": CONFIG.replace("parquet", "csv")})
    (repo.path / "data/train.csv").unlink()
    repo.write({"data/train.parquet": parquet(frame()), "mlgate.yaml": CONFIG})
    outcome = ask(CHECK, repo, base="HEAD")
    assert (outcome.status, outcome.summary) == (Status.PASSED, "4 columns, none moved")


# Loud: what must fail or warn.


def test_moved__number(repo: Repository) -> None:
    rng = np.random.default_rng(6)
    before, now = (frame(seed, price=rng.normal(shift, 5, ROWS)) for seed, shift in ((1, 50), (2, 54)))
    outcome = compare(repo, before, now)
    assert (outcome.status, outcome.summary, outcome.note) == (Status.FAILED, "1 of 4 columns moved", "`price`")
    (found,) = outcome.findings
    assert (found.rule, found.subject, str(found.location)) == ("drift/moved", "train.price", "mlgate.yaml:2")
    assert found.message.startswith("column `price` of `train` moved: D = 0.3")
    assert found.message.endswith("adjusted p < 1e-12")
    assert "the whole distribution shifted by +" in (found.hint or "")
    main, rest = outcome.tables
    assert (len(main.rows), main.folded, rest.folded) == (1, False, True)
    assert plain(main.title) == "Drift of train against HEAD: 1 of 4 columns"
    assert set(cell(outcome, "price", "now")) <= set("▁▂▃▄▅▆▇█")
    assert {measure.name: measure.current for measure in outcome.measures}["train.drift"] == 0.25


def test_moved__category(repo: Repository) -> None:
    rng = np.random.default_rng(7)
    later = rng.choice(["AA", "BB", "DD"], ROWS, p=[0.5, 0.1, 0.4])
    found = only(compare(repo, frame(1), frame(2, carrier=later)), "drift/moved")
    assert "`DD` 0.0 % → " in found.message
    assert (found.hint or "").startswith("`DD` is new")


def test_moved__flag_and_share_of_missing_values(repo: Repository) -> None:
    now = frame(2).with_columns(
        late=~pl.col("late"), price=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.col("price"))
    )
    outcome = compare(repo, frame(1), now)
    gaps, late = only(outcome, "drift/missing-values"), only(outcome, "drift/moved")
    assert "missing 0.0 % → 50.0 %" in gaps.message
    assert (gaps.subject, late.subject) == ("train.price", "train.late")


def test_moved__long_text_by_its_words(repo: Repository) -> None:
    def texts(words: str, seed: int) -> list[str]:
        rng = np.random.default_rng(seed)
        return [" ".join(rng.choice(words.split(), 8)) for _ in range(ROWS)]

    english, german = "the flight was late and crew not so kind", "der flug kam spät und war nicht so nett"
    assert compare(repo, frame(1, note=texts(english, 1)), frame(2, note=texts(english, 2))).status is Status.PASSED
    found = only(compare(repo, frame(1, note=texts(english, 1)), frame(2, note=texts(german, 2))), "drift/moved")
    assert (found.subject, "new words 0.0 % → " in found.message) == ("train.note", True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(pl.col("price") * 1000, "about 1,000 times what it was: a change of unit", id="unit"),
        pytest.param(pl.col("price") * 1.8, "about 1.8 times what it was: another currency", id="factor"),
        pytest.param(
            pl.when(pl.int_range(pl.len()) % 3 == 0).then(-1.0).otherwise(pl.col("price")),
            "`-1` went from 0.0 % to 33.4 % of the values: a mark for missing",
            id="mark for missing",
        ),
        pytest.param((pl.col("price") - 7) * 3 + 7, "the values scatter", id="wider"),
    ],
)
def test_moved__hint_of_a_number(repo: Repository, change: pl.Expr, words: str) -> None:
    now = frame(2).with_columns(price=change)
    assert words in (only(compare(repo, frame(1), now), "drift/moved").hint or "")


def test_moved__hint_of_a_spelling(repo: Repository) -> None:
    now = frame(2).with_columns(pl.col("carrier").replace("AA", "aa"))
    found = only(compare(repo, frame(1), now), "drift/moved")
    assert "`aa` differs from `AA` in case or spaces only" in (found.hint or "")


def test_moved__less_warns(repo: Repository) -> None:
    rng = np.random.default_rng(8)
    before, now = (frame(seed, price=rng.normal(shift, 1, ROWS)) for seed, shift in ((1, 0), (2, 0.35)))
    outcome = compare(repo, before, now)
    assert (outcome.status, only(outcome, "drift/moved").severity) == (Status.WARNED, Severity.WARNING)


def test_moved__index_of_stability_warns(repo: Repository) -> None:
    """Every other tenth of the values gives half of its rows to the next, so that no share up to a value moves far."""
    before = np.tile(np.arange(100.0), 20)
    now = np.repeat(np.arange(100.0), np.where(np.arange(100) // 10 % 2, 30, 10))
    outcome = compare(repo, pl.DataFrame({"x": before}), pl.DataFrame({"x": now}))
    assert (outcome.status, cell(outcome, "x", "D"), cell(outcome, "x", "PSI")) == (Status.WARNED, "0.050", "0.27")


# The knobs.


def shifted(by: float, **more: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return two sides with a normal column `x` that is `by` standard deviations away, and equal ones."""
    rng = np.random.default_rng(9)
    sides = [{"x": rng.normal(shift, 1, ROWS), "y": rng.normal(size=ROWS)} for shift in (0, by)]
    return pl.DataFrame({**sides[0], **more}), pl.DataFrame({**sides[1], **more})


@pytest.mark.parametrize(
    ("knobs", "status"),
    [
        pytest.param("{}", Status.FAILED, id="defaults"),
        pytest.param("{fail: {statistic: 0.5}}", Status.WARNED, id="higher bar"),
        pytest.param("{fail: {statistic: 0.5}, warn: {statistic: 0.4, psi: 2}}", Status.PASSED, id="both higher"),
        pytest.param("{columns: {x: {fail: 0.5, warn: 0.4}}}", Status.PASSED, id="of one column"),
        pytest.param('{columns: {"*": {fail: 0.01}, x: {fail: 0.5, warn: 0.4}}}', Status.PASSED, id="name before glob"),
        pytest.param('{columns: {"train.*": {ignore: true}}}', Status.INCONCLUSIVE, id="nothing left to compare"),
        pytest.param("{columns: {x: {ignore: true}}}", Status.PASSED, id="ignored"),
        pytest.param("{columns: {x: {gate: false}}}", Status.PASSED, id="only shown"),
        pytest.param("{columns: {x: {measure: wasserstein, fail: 0.9, warn: 0.8}}}", Status.PASSED, id="Wasserstein"),
        pytest.param("{columns: {x: {measure: wasserstein, fail: 0.6}}}", Status.FAILED, id="Wasserstein, exceeded"),
        pytest.param("{columns: {x: {measure: psi, fail: 0.3}}}", Status.FAILED, id="PSI"),
        pytest.param("{columns: {x: {measure: jensen_shannon, fail: 0.9}}}", Status.WARNED, id="Jensen-Shannon"),
        pytest.param("{share: 40%}", Status.FAILED, id="half of the columns are enough"),
        pytest.param("{share: 60%}", Status.WARNED, id="half of the columns are not enough"),
        pytest.param("{share: 60%, columns: {x: {weight: 3}}}", Status.FAILED, id="an important column"),
        pytest.param("{min_rows: 5000}", Status.INCONCLUSIVE, id="too few rows"),
        pytest.param('{fail: "D>0.2"}', Status.FAILED, id="the statistic alone"),
    ],
)
def test_knobs(repo: Repository, knobs: str, status: Status) -> None:
    outcome = compare(repo, *shifted(0.7), CONFIG + f"drift: {knobs}\n")
    assert outcome.status is status, outcome.findings


def test_knobs__p_alone_fails_on_a_trifle(repo: Repository) -> None:
    rng = np.random.default_rng(10)
    before, now = (pl.DataFrame({"x": rng.normal(shift, 1, 50_000)}) for shift in (0, 0.04))
    assert compare(repo, before, now).status is Status.PASSED
    assert compare(repo, before, now, CONFIG + 'drift: {fail: "p<0.05"}\n').status is Status.FAILED


def test_knobs__id_that_is_compared_all_the_same(repo: Repository) -> None:
    sides = [frame(seed, number=np.arange(ROWS) + 500 * seed) for seed in (0, 1)]
    assert compare(repo, *sides).status is Status.PASSED
    found = compare(repo, *sides, CONFIG + "drift: {columns: {number: {ignore: false}}}\n")
    assert moved(found) == ["train.number"]


def test_knobs__codes_that_are_categories(repo: Repository) -> None:
    sides = [frame(seed, zone=np.random.default_rng(seed).choice([1, 2, 9], ROWS, p=p)) for seed, p in (
        (1, [0.4, 0.2, 0.4]), (2, [0.2, 0.6, 0.2]),
    )]  # fmt: skip
    found = only(compare(repo, *sides, CONFIG + "drift: {columns: {zone: {kind: category}}}\n"), "drift/moved")
    assert "`2` " in found.message


def test_knobs__rule_that_selects_nothing(repo: Repository) -> None:
    outcome = compare(repo, frame(1), frame(2), CONFIG + "drift:\n  columns:\n    prise: {fail: 0.3}\n")
    found = only(outcome, "drift/unused-rule")
    assert (outcome.status, str(found.location)) == (Status.WARNED, "mlgate.yaml:5")


# What is compared with what.

PAIR = """\
datasets:
  train: {path: data/train.csv}
  test: {path: data/test.csv}
"""


def test_pairs__test_against_train(repo: Repository) -> None:
    before, now = shifted(1)
    files = {"data/train.csv": before.write_csv(), "data/test.csv": now.with_columns(z=1.0).write_csv()}
    repo.commit({**files, "mlgate.yaml": PAIR + "drift: {compare: [{current: test, against: train}]}\n"})
    outcome = ask(CHECK, repo, base=None)
    found = only(outcome, "drift/moved")
    assert found.message.startswith("column `x` of `test` differs from `train`: D = 0.")
    assert (found.subject, str(found.location)) == ("test/train.x", "mlgate.yaml:3")
    assert [(one.severity, one.message) for one in outcome.findings if one.rule == "drift/columns"] == [
        (Severity.INFO, "1 column of `test` is not in `train`: `z`")
    ]


def test_pairs__file_against_a_reference_that_no_dataset_names(repo: Repository) -> None:
    before, now = shifted(1)
    repo.commit({"mlgate.yaml": "drift:\n  compare:\n    - {current: prod.parquet, against: snapshots/ref.parquet}\n"})
    repo.write({"prod.parquet": parquet(now), "snapshots/ref.parquet": parquet(before)})
    found = only(ask(CHECK, repo, base=None), "drift/moved")
    assert (found.subject, str(found.location)) == ("prod.parquet/snapshots/ref.parquet.x", "mlgate.yaml:3")


def test_pairs__name_that_is_none(repo: Repository) -> None:
    repo.commit({"data/train.csv": "x\n1\n", "mlgate.yaml": PAIR + "drift: {compare: [{current: trian}]}\n"})
    outcome = ask(CHECK, repo, base="HEAD")
    found = only(outcome, "drift/unknown-data")
    assert (outcome.status, found.hint) == (Status.FAILED, "did you mean `train`?")


def test_pairs__nothing_to_compare(repo: Repository) -> None:
    repo.commit({"mlgate.yaml": "version: 1\n"})
    assert ask(CHECK, repo, base="HEAD").status is Status.SKIPPED
    repo.commit({"mlgate.yaml": CONFIG})
    repo.write({"data/train.parquet": parquet(frame())})
    assert ask(CHECK, repo, base=None).summary == "there is no baseline, so nothing is compared"
    new = ask(CHECK, repo, base="HEAD")
    assert new.status is Status.SKIPPED
    assert "there is nothing to compare it with" in new.summary


# Formats.


def zst(data: bytes) -> bytes:
    import pyarrow as pa

    return bytes(pa.compress(data, codec="zstd", asbytes=True))


def lines(data: pl.DataFrame) -> bytes:
    return data.write_ndjson().encode()


def arrow(data: pl.DataFrame, *, stream: bool = False) -> bytes:
    held = io.BytesIO()
    (data.write_ipc_stream if stream else data.write_ipc)(held)
    return held.getvalue()


FORMATS: dict[str, Callable[[pl.DataFrame], bytes]] = {
    "data.csv": lambda data: data.write_csv().encode(),
    "data.tsv": lambda data: data.write_csv(separator="\t").encode(),
    "data.jsonl": lines,
    "data.parquet": parquet,
    "data.arrow": arrow,
    "data.feather": lambda data: arrow(data, stream=True),
    "data.csv.gz": lambda data: gzip.compress(data.write_csv().encode()),
    "data.csv.zst": lambda data: zst(data.write_csv().encode()),
    "data.jsonl.gz": lambda data: gzip.compress(lines(data)),
    "data[1].csv": lambda data: data.write_csv(null_value="NA").encode(),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(repo: Repository, name: str) -> None:
    write = FORMATS[name]
    gaps = pl.when(pl.int_range(pl.len()) % 10 > 0).then(pl.col("x"))
    before, now = (side.with_columns(x=gaps) for side in shifted(1))
    path = name.replace("[", "[[]")
    repo.commit({name: write(before), "mlgate.yaml": f"datasets:\n  d: {{path: '{path}'}}\n"})
    repo.write({name: write(now)})
    outcome = ask(CHECK, repo, base="HEAD")
    assert moved(outcome) == ["d.x"], outcome
    assert "median" in outcome.findings[0].message


def test_formats__separator_of_the_dataset(repo: Repository) -> None:
    before, now = (side.write_csv(separator=";") for side in shifted(1))
    repo.commit({"d.csv": before, "mlgate.yaml": 'datasets:\n  d: {path: d.csv, separator: ";"}\n'})
    repo.write({"d.csv": now})
    assert moved(ask(CHECK, repo, base="HEAD")) == ["d.x"]


@pytest.mark.parametrize("path", ["parts/*.csv", "parts", "parts/**/*.csv"])
def test_formats__several_files(repo: Repository, path: str) -> None:
    """A part has whole numbers where another has fractions, and one column more; the others stay as they are."""
    before, now = shifted(1)
    whole = before.with_columns(pl.lit(0).alias("x"))
    parts = {"parts/a.csv": before.write_csv(), "parts/b.csv": whole.head(50).write_csv()}
    repo.commit({**parts, "mlgate.yaml": f'datasets:\n  d: {{path: "{path}"}}\n'})
    repo.write({"parts/c.csv": pl.concat([now, now]).with_columns(more=1).write_csv()})
    outcome = ask(CHECK, repo, base="HEAD")
    assert [finding.subject for finding in outcome.findings if finding.severity is not Severity.INFO] == ["d.x"]
    assert "1 column of `d` is not in" in only(outcome, "drift/columns").message


# Odd data.


def test_odd__no_rows_now(repo: Repository) -> None:
    outcome = compare(repo, frame(), frame().head(0))
    found = only(outcome, "drift/empty")
    assert (outcome.status, found.severity) == (Status.FAILED, Severity.ERROR)
    assert found.message.startswith("`train` has no rows, where ")


def test_odd__no_rows_before(repo: Repository) -> None:
    outcome = compare(repo, frame().head(0), frame())
    assert (outcome.status, rules(outcome)) == (Status.INCONCLUSIVE, ["drift/empty"])


def test_odd__column_that_lost_all_its_values(repo: Repository) -> None:
    outcome = compare(repo, frame(), frame().with_columns(price=pl.lit(None, pl.Float64), late=pl.lit(None)))
    assert outcome.status is Status.FAILED
    assert {(finding.rule, finding.subject) for finding in outcome.findings} == {
        ("drift/missing-values", "train.late"),
        ("drift/missing-values", "train.price"),
    }


def test_odd__column_that_became_constant(repo: Repository) -> None:
    assert moved(compare(repo, frame(1), frame(2, seats=[5] * ROWS))) == ["train.seats"]


def test_odd__nan_counts_as_missing(repo: Repository) -> None:
    now = frame().with_columns(price=pl.when(pl.int_range(pl.len()) % 2 == 0).then(float("nan")).otherwise("price"))
    assert rules(compare(repo, frame(), now)) == ["drift/missing-values"]


def test_odd__columns_that_came_and_went(repo: Repository) -> None:
    outcome = compare(repo, frame(1), frame(2).rename({"seats": "places"}))
    gone, new = (finding for finding in outcome.findings if finding.rule == "drift/columns")
    assert outcome.status is Status.WARNED
    assert gone.message == "1 column of `HEAD` is not in `train`: `seats`"
    assert (gone.hint or "").startswith("renamed to `places`?")
    assert (new.severity, "`places`" in new.message) == (Severity.INFO, True)


def test_odd__column_of_another_type(repo: Repository) -> None:
    outcome = compare(repo, frame(1), frame(2).with_columns(pl.col("seats").cast(pl.String)))
    found = only(outcome, "drift/type")
    assert (outcome.status, found.subject) == (Status.WARNED, "train.seats")
    assert "is text where" in found.message


def test_odd__few_values(repo: Repository) -> None:
    sparse = pl.when(pl.int_range(pl.len()) < 50).then(pl.col("price"))
    outcome = compare(repo, frame(1).with_columns(price=sparse), frame(2).with_columns(price=sparse * 9))
    assert outcome.status is Status.PASSED
    outcome = compare(repo, frame(1, rows=60), frame(2, rows=60))
    assert (outcome.status, rules(outcome)) == (Status.INCONCLUSIVE, ["drift/too-few"])


def test_odd__many_columns(repo: Repository) -> None:
    rng = np.random.default_rng(11)
    names = [f"c{index}" for index in range(3_000)]
    before, now = (pl.DataFrame(rng.normal(size=(120, len(names))), schema=names, orient="row") for _ in range(2))
    outcome = compare(repo, before, now.with_columns(pl.col(names[:60]) + 3))
    failing = [row for row in outcome.tables[0].rows if row.status is Status.FAILED]
    # Of what is flagged, a twentieth may be chance.
    assert 60 <= len(failing) <= 66
    assert outcome.summary.endswith(" of 3,000 columns moved")
    assert len(outcome.findings) == 51
    assert " more columns of `train` moved: " in outcome.findings[-1].message
    assert (len(outcome.tables[1].rows), outcome.tables[1].note) != (0, None)


def test_odd__names_stay_in_code_spans(repo: Repository) -> None:
    name = "a|b `c` <script> @team"
    before, now = (side.rename({"x": name}) for side in shifted(1))
    found = only(compare(repo, before, now), "drift/moved")
    assert found.message.startswith("column ``a|b `c` <script> @team`` of `train` moved")


BROKEN = {
    "ragged row": (b"x,y\n1,2\n1,2,3\n", "has 3 fields where the header has 2"),
    "not UTF-8": (b"x,y\n1,caf\xe9\n", "is not UTF-8"),
    "nothing": (b"", "is empty"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken__file_of_now_fails(repo: Repository, case: str) -> None:
    data, words = BROKEN[case]
    repo.commit({"data/train.csv": shifted(0)[0].write_csv(), "mlgate.yaml": PAIR.replace("  test", "  #")})
    repo.write({"data/train.csv": data})
    outcome = ask(CHECK, repo, base="HEAD")
    found = only(outcome, "drift/unreadable")
    assert (outcome.status, words in found.message) == (Status.FAILED, True), found.message
    assert found.location is not None
    assert found.location.path == "data/train.csv"


@pytest.mark.parametrize("data", [b"no parquet", parquet(frame())[:-20], b"PAR1PAR1PAR1"])
def test_broken__file_of_the_baseline_is_inconclusive(repo: Repository, data: bytes) -> None:
    outcome = compare(repo, data, frame())
    found = only(outcome, "drift/unreadable")
    assert (outcome.status, found.severity) == (Status.INCONCLUSIVE, Severity.WARNING)
    assert found.message.startswith("`train` was not compared with ")


# Data that DVC keeps.


class Kept(DvcProject):
    """A project whose data DVC keeps, and the check asked about it."""

    def ask(self) -> Outcome:
        return ask(CHECK, self.repo, base="HEAD~1")

    def forget(self, *, cache: bool = True) -> None:
        """Remove the data from the work tree, and from the cache."""
        shutil.rmtree(self.path / "data/parts", ignore_errors=True)
        (self.path / "data/train.parquet").unlink(missing_ok=True)
        if cache:
            shutil.rmtree(self.path / ".dvc" / "cache")


@pytest.fixture
def kept(repo: Repository, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Kept:
    """A project with `data/train.parquet` in DVC's cache, in two versions that differ."""
    project = Kept(repo, env, monkeypatch)
    before, now = shifted(1)
    project.init({"data/train.parquet": parquet(before), "mlgate.yaml": CONFIG})
    project.add("data/train.parquet")
    repo.commit()
    (project.path / "data/train.parquet").unlink()
    repo.write({"data/train.parquet": parquet(now)})
    project.add("data/train.parquet")
    repo.commit()
    return project


def test_dvc__version_of_the_baseline_comes_from_the_cache(kept: Kept) -> None:
    assert moved(kept.ask()) == ["train.x"]


def test_dvc__output_of_a_stage(repo: Repository, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    project = Kept(repo, env, monkeypatch)
    before, now = shifted(1)
    stage = "stages:\n  make:\n    cmd: cp raw.csv train.csv\n    deps: [raw.csv]\n    outs: [train.csv]\n"
    config = "datasets: {train: {path: train.csv}}\n"
    project.init({"raw.csv": before.write_csv(), "dvc.yaml": stage, "mlgate.yaml": config})
    project.reproduce()
    repo.write({"raw.csv": now.write_csv()})
    project.reproduce()
    assert moved(project.ask()) == ["train.x"]


def test_dvc__directory_by_its_listing(
    repo: Repository, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Kept(repo, env, monkeypatch)
    before, now = shifted(1)
    config = 'datasets: {d: {path: "data/parts/**/*.csv"}}\n'
    project.init({"data/parts/2024/a.csv": before.write_csv(), "mlgate.yaml": config})
    project.add("data/parts")
    repo.commit()
    repo.write({"data/parts/2025/b.csv": pl.concat([now, now]).write_csv()})
    project.add("data/parts")
    repo.commit()
    assert moved(project.ask()) == ["d.x"]
    project.forget(cache=False)
    assert moved(project.ask()) == ["d.x"], "both sides come from the cache where nothing is checked out"
    project.forget()
    outcome = project.ask()
    assert (outcome.status, set(rules(outcome))) == (Status.INCONCLUSIVE, {"drift/data-missing"})


def test_dvc__unchanged_data_need_not_be_here(kept: Kept) -> None:
    kept.repo.commit({"README.md": "changed\n"})
    kept.forget()
    outcome = kept.ask()
    assert (outcome.status, outcome.summary) == (Status.PASSED, "1 dataset unchanged")


def test_dvc__data_that_was_changed_and_not_added_is_read(kept: Kept) -> None:
    kept.repo.commit({"README.md": "changed\n"})
    (kept.path / "data/train.parquet").unlink()
    kept.repo.write({"data/train.parquet": parquet(shifted(3)[1])})
    assert moved(kept.ask()) == ["train.x"]


def test_dvc__baseline_that_is_not_in_the_cache(kept: Kept) -> None:
    shutil.rmtree(kept.path / ".dvc" / "cache")
    outcome = kept.ask()
    found = only(outcome, "drift/data-missing")
    assert (outcome.status, outcome.note) == (Status.INCONCLUSIVE, "`train` data missing")
    assert found.message.startswith("data missing: `train` was not compared with ")
    assert found.hint == "run `dvc fetch --all-commits data/train.parquet` before mlgate"


def test_dvc__data_of_now_that_was_not_pulled(kept: Kept) -> None:
    kept.forget()
    outcome = kept.ask()
    assert outcome.status is Status.INCONCLUSIVE
    assert "was not pulled" in outcome.findings[0].message


def test_lfs__pointer_at_the_baseline(repo: Repository) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 1234\n"
    outcome = compare(repo, pointer.encode(), frame())
    found = only(outcome, "drift/data-missing")
    assert outcome.status is Status.INCONCLUSIVE
    assert "git holds only the pointer of Git LFS" in found.message
    place = repo.path / ".git/lfs/objects/aa/aa" / ("a" * 64)
    place.parent.mkdir(parents=True)
    place.write_bytes(parquet(frame(1)))
    assert ask(CHECK, repo, base="HEAD").status is Status.PASSED


def test_path__leads_out_of_the_repository(repo: Repository) -> None:
    repo.commit({"mlgate.yaml": "datasets:\n  train: {path: ../elsewhere.csv}\n"})
    outcome = ask(CHECK, repo, base="HEAD")
    assert "leads out of the repository" in outcome.findings[0].message
    assert outcome.status is Status.FAILED


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"dvc.lock": "schema: '2.0'\nstages: [\n"}, id="lock"),
        pytest.param({"dvc.yaml": "stages: [\n"}, id="pipeline"),
    ],
)
@pytest.mark.parametrize("path", ["parts", "parts/*.csv"])
def test_dvc__files_of_the_baseline_that_cannot_be_read(repo: Repository, broken: dict[str, str], path: str) -> None:
    stage = "stages:\n  make:\n    cmd: x\n    outs: [parts]\n"
    repo.commit({"dvc.yaml": stage, "mlgate.yaml": f"datasets: {{d: {{path: '{path}'}}}}\n", **broken})
    repo.write({"dvc.yaml": stage, "parts/a.csv": shifted(0)[0].write_csv()})
    outcome = ask(CHECK, repo, base="HEAD")
    assert (outcome.status, rules(outcome)) == (Status.INCONCLUSIVE, ["drift/data-missing"])
    assert "cannot be read there" in outcome.findings[0].message


def test_broken__one_file_of_several_is_named(repo: Repository) -> None:
    good = shifted(0)[0].write_csv()
    repo.commit({"parts/a.csv": good, "parts/b.csv": good, "mlgate.yaml": "datasets: {d: {path: parts}}\n"})
    repo.write({"parts/b.csv": good + "1,2,3\n"})
    found = only(ask(CHECK, repo, base="HEAD"), "drift/unreadable")
    assert "`parts/b.csv:2002` has 3 fields where the header has 2" in found.message


def test_broken__files_whose_columns_cannot_be_one(repo: Repository) -> None:
    one, other = pl.DataFrame({"x": [1.0] * 200}), pl.DataFrame({"x": [[1.0]] * 200})
    repo.commit({"parts/a.parquet": parquet(one), "mlgate.yaml": "datasets: {d: {path: parts}}\n"})
    repo.write({"parts/b.parquet": parquet(other)})
    outcome = ask(CHECK, repo, base="HEAD")
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["drift/unreadable"])
