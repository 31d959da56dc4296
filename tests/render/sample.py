"""Reports that the tests of all renderers share: a nasty one with everything in it, and a friendly one to look at."""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mlgate.report import (
    Accepted,
    Bars,
    Baseline,
    Column,
    Enforcement,
    Entry,
    Excess,
    Finding,
    Interval,
    Location,
    Measure,
    Outcome,
    Report,
    Revision,
    Row,
    Severity,
    Status,
    Table,
)
from mlgate.text import code

HEAD = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"
MAIN = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
HOSTILE = (
    "<script>alert(1)</script>",
    "@team",
    "a|b\nc",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "`` ` ``` ` ",
    "</details><img src=x onerror=alert(1)>",
    "::error::hi\r\n##[error]hi",
    "https://evil.example www.evil.example me@evil.example #1 GH-2 :tada: $x$",
    "\x1b[31mred\x00\u202egnp.exe\u2028",
    "--> <!-- -- ",
    "]]> & &amp; \" '",
    "\udcff non-utf-8",
    "%0A::error::x,y:z",
    "",
    "   ",
    "| --- |",
    "# not a heading",
    "x" * 5_000,
)


_PICTURES = (
    None,
    Interval(low=-1e300, value=0.0, high=1e300),
    Bars(before=(1.0, 2.0), now=(3.0, 0.0, 5.0)),
    Bars(before=(), now=(0.0,)),
)


def friendly_report() -> Report:
    """Return the report of a pull request that makes the model worse, as a reviewer meets it."""
    return Report(
        version="0.1.0",
        head=Revision(commit=HEAD, time=1_790_000_000),
        baseline=Baseline(
            revision=Revision(commit=MAIN, name="main", time=1_789_820_000),
            reason="first parent of the merge commit",
            age_seconds=180_000,
            behind=3,
        ),
        entries=(_lint(), _data(), _drift(), _repro(), _tests(), _metrics(), _readme(), _notebooks()),
        notices=("paired on 10,000 examples, 1 seed a side",),
        run="123.1",
    )


def passing_report() -> Report:
    """Return the report of a pull request that nothing stands against."""
    metrics = Entry(
        check="metrics",
        title="Metrics",
        outcome=Outcome.of((), summary="3 of 3 pass", note="auc +0.20 pp", tables=[_metrics_table(Status.PASSED)]),
    )
    shown = friendly_report()
    entries = (_lint(), _data(), _repro(), _tests(), metrics, _notebooks())
    return Report(version=shown.version, head=shown.head, baseline=shown.baseline, entries=entries, run=shown.run)


def _metrics() -> Entry:
    recall = Finding(
        rule="metrics/regression",
        severity=Severity.ERROR,
        message="recall fell by 4.0 points (0.810 → 0.770), more than the 1 point tolerated and more than noise "
        "(p = 0.0004)",
        location=Location(path="out/metrics.json", line=3),
        hint="look at the slice `airport = SFO` below, where most of the loss is; or waive it in `mlgate.yaml` with a "
        "reason",
        subject="recall",
    )
    accuracy = Finding(
        rule="metrics/within-noise",
        severity=Severity.WARNING,
        message="accuracy fell by 1.5 points (0.899 → 0.884), which is within noise",
        location=Location(path="out/metrics.json", line=2),
        hint="evaluate on 2,400 examples to settle it",
        subject="accuracy",
    )
    outcome = Outcome.of(
        [recall, accuracy],
        summary="1 of 5 fails",
        note="recall −4.0 pp",
        tables=[_metrics_table(Status.FAILED), _changes(), _slices()],
        measures=[Measure(name="recall", baseline=0.81, current=0.77, unit=None, status=Status.FAILED)],
    )
    return Entry(check="metrics", title="Metrics", outcome=outcome, seconds=0.4)


def _metrics_table(recall: Status) -> Table:
    columns = (
        Column("metric"),
        Column("main", "right"),
        Column("this PR", "right"),
        Column("change", "right"),
        Column("90 % interval", "center"),
        Column("tolerance", "right"),
        Column(""),
    )
    worse = Row(
        cells=("recall", "0.8100", "0.7700", "−4.00 pp", "−5.80 … −2.20", "1 pp", "real"),
        status=recall,
        decided=3,
        picture=Interval(low=-5.8, value=-4.0, high=-2.2),
    )
    noise = Row(
        cells=("accuracy", "0.8990", "0.8840", "−1.50 pp", "−3.13 … +0.13", "1 pp", "within noise"),
        status=Status.WARNED,
        picture=Interval(low=-3.13, value=-1.5, high=0.13),
    )
    fine = Row(
        cells=("auc", "0.9120", "0.9140", "+0.20 pp", "−0.12 … +0.52", "1 pp", "certified"),
        status=Status.PASSED,
        picture=Interval(low=-0.12, value=0.2, high=0.52),
    )
    rows = (worse, noise, fine) if recall is Status.FAILED else (fine,)
    return Table(title=f"Metrics against {code('main')} at {code(MAIN[:7])}", columns=columns, rows=rows)


def _changes() -> Table:
    return Table(
        title="Why: 2 parameters changed",
        columns=(Column("parameter"), Column("main", "right"), Column("this PR", "right")),
        rows=(
            Row(cells=(code("train.max_depth"), "8", "12")),
            Row(cells=(code("prepare.drop_cancelled"), "true", "false")),
        ),
        folded=True,
    )


def _slices() -> Table:
    return Table(
        title="Slices (2), 1 worse than noise",
        columns=(Column("slice"), Column("examples", "right"), Column("change", "right"), Column("")),
        rows=(
            Row(cells=(code("airport = SFO"), "1,204", "−9.10 pp", "real"), status=Status.WARNED, decided=2),
            Row(cells=(code("airport = JFK"), "2,310", "−0.30 pp", "within noise"), status=Status.PASSED),
        ),
        folded=True,
        note="slices of fewer than 100 examples have no verdict",
    )


def _drift() -> Entry:
    moved = [
        Finding(
            rule="drift/shifted",
            severity=Severity.WARNING,
            message=f"{code(column)} moved by {statistic} (Kolmogorov-Smirnov), more than the 0.1 tolerated",
            location=Location(path="data/train.parquet"),
            hint="look whether the source changed; if it is meant, raise `drift.warn`",
            subject=column,
        )
        for column, statistic in (("price", "0.18"), ("carrier", "0.12"))
    ]
    return Entry(
        check="drift",
        title="Data drift",
        outcome=Outcome.of(
            moved, summary="2 of 24 columns moved", note=f"{code('price')}, {code('carrier')}", tables=[_drift_table()]
        ),
    )


def _drift_table() -> Table:
    before, now = (2.0, 11.0, 31.0, 56.0, 70.0, 60.0, 33.0, 12.0, 3.0, 1.0), (1.0, 4, 12, 25, 41, 60, 66, 52, 30, 14)
    row = Row(
        cells=(code("price"), "0.18", "median 41 → 47"),
        status=Status.WARNED,
        picture=Bars(before=before, now=tuple(map(float, now))),
    )
    other = Row(
        cells=(code("carrier"), "0.12", "`AA` 12 % → 19 %"),
        status=Status.WARNED,
        picture=Bars(before=(50, 30, 20), now=(38, 30, 32)),
    )
    return Table(
        title=f"Drift of {code('train')}: 2 of 24 columns",
        columns=(Column("column"), Column("D", "right"), Column("what")),
        rows=(row, other),
        folded=True,
    )


def _passed(check: str, title: str, summary: str, note: str = "") -> Entry:
    return Entry(check=check, title=title, outcome=Outcome.of((), summary=summary, note=note))


def _data() -> Entry:
    return _passed("data", "Data contracts", "3 datasets, 41 rules", "1,204,551 rows")


def _repro() -> Entry:
    return _passed("repro", "Reproducibility", "lock is true, 3 stages", "data in the remote")


def _tests() -> Entry:
    return _passed("tests", "Tests", "128 passed", "coverage 91.2 % (+0.3)")


def _lint() -> Entry:
    return _passed("lint", "Lint", "clean", "42 files")


def _readme() -> Entry:
    return _passed("readme", "README", "6 sections current")


def _notebooks() -> Entry:
    return Entry(
        check="notebooks", title="Notebooks", outcome=Outcome.skipped("there are no notebooks in this repository")
    )


def sample_report() -> Report:
    """Return the nasty report: every status, hostile text wherever text may stand, and 200 findings in one check."""
    entries = [_nasty_entry(status, index) for index, status in enumerate(Status)]
    crowd = Outcome.of([_nasty_finding(index) for index in range(200)], summary=HOSTILE[0], note=HOSTILE[2])
    return Report(
        version="0.1.0",
        head=Revision(commit=HEAD, name=HOSTILE[0], time=1_790_000_000, dirty=True),
        baseline=Baseline(
            revision=Revision(commit=MAIN, name="feature/`@team`|<b>", time=1),
            reason=" ".join(HOSTILE[:5]),
            age_seconds=90_000,
            behind=2,
            notes=HOSTILE[5:7],
            is_head=True,
        ),
        entries=(*entries, Entry(check="crowd", title=HOSTILE[0], outcome=crowd)),
        notices=HOSTILE,
        key="nasty",
        project="services/<ranker>|@team",
        run="123.1",
    )


def _nasty_finding(index: int) -> Finding:
    text = HOSTILE[index % len(HOSTILE)]
    return Finding(
        rule=("crowd/shape", "crowd/<b>", "@team", "crowd/shape/x")[index % 4],
        severity=tuple(Severity)[index % 3],
        message=f"{text} in {code(text)} of {code(f'file {index}|.csv')}",
        location=None if index % 5 == 0 else Location(path=f"data/{text}-{index}|\n.csv", line=index, column=2),
        hint=None if index % 2 else f"mend {text} with {code(text)}",
        subject=text if index % 3 else None,
        detail=f"```\n{text}\n~~~~\n</details>\n@team" if index % 7 == 0 else None,
        excess=Excess(0.1 * index, float(index)) if index % 13 == 0 else None,
        waiver=Accepted(owner=text, reason=text, until=text, ceiling=text, severity=Severity.ERROR)
        if tuple(Severity)[index % 3] is Severity.INFO
        else None,
    )


def _nasty_entry(status: Status, index: int) -> Entry:
    text = HOSTILE[index % len(HOSTILE)]
    table = Table(
        title=text,
        columns=(Column(text, "center"), Column("b|c", "right"), Column(text if index % 2 else "")),
        rows=tuple(
            Row(
                cells=(hostile, code(hostile), hostile)[: 1 + place % 3],
                status=status if place % 2 else None,
                decided=place % 4,
                picture=_PICTURES[place % 4],
            )
            for place, hostile in enumerate(HOSTILE)
        ),
        folded=bool(index % 2),
        note=text,
    )
    outcome = Outcome(
        status=status,
        summary=f"{text} {code(text)}",
        note=code(text),
        hint=text,
        findings=tuple(_nasty_finding(number) for number in range(index)),
        tables=(table,),
        measures=(Measure(name=text, baseline=0.1, current=None, unit=text, status=status),),
        log="SECRET-CANARY",
    )
    enforcement = Enforcement.WARN if status is Status.ERROR else Enforcement.BLOCK
    return Entry(check=f"{status.value}-check", title=text, outcome=outcome, enforcement=enforcement, seconds=0.25)


def empty_report() -> Report:
    """Return the report of a run without any check."""
    return Report(version="0.1.0", head=None, baseline=None, entries=())


def report_of(status: Status, *, enforcement: Enforcement = Enforcement.BLOCK) -> Report:
    """Return a report of one check that ended so, with no more than its summary."""
    entry = Entry(
        check="data",
        title="Data contracts",
        outcome=Outcome(status=status, summary="said in few words"),
        enforcement=enforcement,
    )
    return Report(version="0.1.0", head=None, baseline=None, entries=(entry,))


def small_report() -> Report:
    """Return a report with a value in every field, small enough to be rendered very often."""
    report = friendly_report()
    metrics, readme, skipped = report.entries[-3:]
    detailed = replace(metrics.outcome.findings[0], detail="one\ntwo")
    outcome = replace(metrics.outcome, findings=(detailed,), hint="look", log="SECRET-CANARY")
    drift = report.entries[2]
    entries = (replace(metrics, outcome=outcome), readme, skipped, drift, *report_of(Status.ERROR).entries)
    return replace(report, entries=entries, project="services", key="ranker")


def poisoned(value: Any, text: str) -> Any:
    """Return a value of the model in which every string is `text`, but for words of the model's own."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(poisoned(inner, text) for inner in value)
    if isinstance(value, Column):
        return replace(value, title=text)
    if isinstance(value, Struct):
        return replace(value, **{name: poisoned(getattr(value, name), text) for name in value.__struct_fields__})
    return value
