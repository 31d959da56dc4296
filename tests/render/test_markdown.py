from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from mlgate.render.markdown import LIMIT, render
from mlgate.report import Column, Enforcement, Entry, Finding, Outcome, Report, Row, Severity, Status, Table
from render.nasty import COUNT, DOCS, Page, page, strings
from render.sample import (
    empty_report,
    friendly_report,
    passing_report,
    poisoned,
    report_of,
    sample_report,
    small_report,
)

TAGS = {
    *("h2", "h3", "p", "strong", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "br", "sub"),
    *("details", "summary", "a"),
}
LIVE = re.compile(r"@|://|www\.|#\d|:[a-z]+:|\$|GH-\d", re.IGNORECASE)


def _assert_safe(text: str) -> Page:
    found = page(text)
    assert set(found.tags) <= TAGS, set(found.tags) - TAGS
    assert all(link.startswith(DOCS) for link in found.links), found.links
    assert not LIVE.search("".join(found.outside)), LIVE.search("".join(found.outside))
    assert all(len(set(widths)) == 1 for widths in found.tables), found.tables
    assert len(found.comments) == 1
    assert text.rstrip("\n").rpartition("\n")[2].startswith("<!-- mlgate:")
    for tag in ("details", "summary", "table", "sub", "strong", "pre"):
        assert found.tags.count(tag) == found.closed.count(tag), tag
    return found


def test_render__passing_is_one_line_and_the_metrics() -> None:
    text = render(passing_report())
    above = text.partition("<details>")[0]
    assert above.startswith("## ✅ mlgate: passed\n\n### Metrics against `main` at `1a2b3c4`\n")
    assert "What to do" not in text
    assert "<summary>5 checks passed, 1 skipped</summary>" in text


def test_render__blocked_says_why_and_what_to_do_first() -> None:
    lines = render(friendly_report()).split("\n")
    assert lines[0] == "## ❌ mlgate: blocked by metrics"
    assert lines[2].startswith("**recall fell by 4.0 points (0.810 → 0.770), more than the 1 point tolerated")
    assert lines[3].startswith("What to do: look at the slice `airport = SFO` below")
    assert lines[4].startswith("<sub>`out/metrics.json:3`, [metrics/regression](")


def test_render__ledger_goes_from_what_blocks_to_what_was_skipped() -> None:
    rows = page(render(friendly_report())).rows
    ledger = [row[:2] for row in rows if row[0].partition("\xa0")[2] in ("failed", "warning", "passed", "skipped")]
    assert ledger == [
        ["❌\xa0failed", "metrics"],
        ["⚠️\xa0warning", "drift"],
        *[["✅\xa0passed", check] for check in ("lint", "data", "repro", "tests", "readme")],
        ["⏭️\xa0skipped", "notebooks"],
    ]


def test_render__a_status_word_stands_beside_every_sign() -> None:
    for text in (render(friendly_report()), render(sample_report())):
        signs = re.findall(r"(?:❌|⚠️|✅|💥|🟡|❔|⏭️)(.{0,2})", text)
        assert signs
        assert all(re.match(r"[ \xa0]\S", after) for after in signs), signs


def test_render__every_error_and_warning_says_what_to_do() -> None:
    text = render(replace(sample_report(), entries=sample_report().entries[-1:]))
    kinds = len(re.findall(r"^- (❌ error|⚠️ warning):", text, re.MULTILINE))
    assert kinds > 20
    assert len(re.findall(r"^  What to do: \S", text, re.MULTILINE)) == kinds


def test_render__decided_cell_is_bold() -> None:
    assert "| **−4.00 pp** |" in render(friendly_report())


def test_render__foot_names_the_baseline_and_how_old_it_is() -> None:
    foot = render(friendly_report()).rpartition("<sub>")[2]
    assert "baseline: `main` at `1a2b3c4`, first parent of the merge commit, 2 days old, 3 commits behind" in foot
    assert "mlgate 0.1.0 · run 123.1</sub>" in foot
    assert foot.endswith("<!-- mlgate:default run=123.1 head=9f8e7d6 -->\n")


def test_render__project_and_key_tell_reports_apart() -> None:
    text = render(replace(friendly_report(), project="services/ranker", key="ranker"))
    assert text.startswith("## ❌ mlgate in `services/ranker`: blocked by metrics\n")
    assert "<!-- mlgate:ranker run=123.1 head=9f8e7d6 -->" in text


@pytest.mark.parametrize("status", list(Status))
def test_render__no_status_but_passed_looks_fine(status: Status) -> None:
    title = render(report_of(status)).split("\n")[0]
    assert (title == "## ✅ mlgate: passed") is (status is Status.PASSED)
    assert (title == "## 🟡 mlgate: passed, with data waived") is (status is Status.WAIVED)


def test_render__a_crash_that_only_warns_is_seen() -> None:
    lines = render(
        Report(
            version="1",
            head=None,
            baseline=None,
            entries=(*report_of(Status.PASSED).entries, *report_of(Status.ERROR, enforcement=Enforcement.WARN).entries),
        )
    ).split("\n")
    assert lines[0] == "## ⚠️ mlgate: passed, but look at data"
    assert lines[2] == "**data could not run: said in few words.**\\"


def test_render__empty_report_is_not_fine() -> None:
    text = render(empty_report())
    assert text.startswith("## ⚪ mlgate: nothing was checked\n")
    assert "no baseline, so nothing was compared" in text
    assert text.endswith("<!-- mlgate:default run=local head=none -->\n")


def test_render__several_checks_block_and_each_speaks_once_first() -> None:
    findings = [
        Finding(rule="a/b", severity=Severity.ERROR, message=f"reason {number}", hint="mend it") for number in range(3)
    ]
    entries = tuple(
        Entry(check=check, title=check, outcome=Outcome.of(found, summary="bad"))
        for check, found in (("lint", findings[:2]), ("data", findings[2:]))
    )
    text = render(replace(empty_report(), entries=entries))
    assert text.startswith("## ❌ mlgate: blocked by lint and data\n")
    assert re.findall(r"\*\*(reason \d)\.\*\*", text) == ["reason 0", "reason 2", "reason 1"]


def test_render__rules_link_to_our_pages_alone() -> None:
    found = page(render(friendly_report()))
    assert f"{DOCS}checks/metrics.md#regression" in found.links
    hostile = Finding(rule="x/y](https://evil.example)", severity=Severity.ERROR, message="m")
    entry = Entry(check="x", title="x", outcome=Outcome.of([hostile, hostile], summary="s"))
    assert page(render(replace(empty_report(), entries=(entry,)))).links == []


def test_render__full_report_is_linked_where_the_caller_vouches_for_it() -> None:
    text = render(friendly_report(), full_report="https://github.com/o/r/actions/runs/1")
    assert "[full report](https://github.com/o/r/actions/runs/1)" in text
    assert "full report](" not in render(friendly_report(), full_report="https://x.example/) <b>")


def test_render__logs_stay_out() -> None:
    assert "SECRET-CANARY" not in render(sample_report())


def test_render__nasty_report_is_safe() -> None:
    _assert_safe(render(sample_report()))


@pytest.mark.parametrize("limit", [1_000, 1_500, 2_000, 3_777, 5_000, 10_000, 20_000, 30_000, LIMIT])
def test_render__any_limit_is_kept_with_whole_rows_and_the_marker(limit: int) -> None:
    big = sample_report()
    crowd = big.entries[-1]
    rows = tuple(Row(cells=(f"row {number}", "x" * 100)) for number in range(3_000))
    table = Table(title="many", columns=(Column("a"), Column("b")), rows=rows)
    crowd = replace(crowd, outcome=replace(crowd.outcome, tables=(table,) * 5))
    for report in (big, replace(big, entries=(*big.entries, crowd)), friendly_report()):
        text = render(report, limit=limit)
        assert len(text) <= limit
        _assert_safe(text)


def test_render__what_is_left_out_is_counted() -> None:
    rows = tuple(Row(cells=(f"row {number}",)) for number in range(3_000))
    table = Table(title="many", columns=(Column("a"),), rows=rows)
    outcome = Outcome.of((), summary="s", tables=[table])
    report = replace(empty_report(), entries=(Entry(check="x", title="x", outcome=outcome),))
    text = render(report)
    shown = len(re.findall(r"^\| row \d+ \|$", text, re.MULTILINE))
    assert f"… and {3_000 - shown:,} more rows in the full report" in text


def test_render__of_too_many_rows_the_failing_ones_stay() -> None:
    rows = [Row(cells=(f"row {number}",)) for number in range(1_000)]
    rows[999] = Row(cells=("the culprit",), status=Status.FAILED)
    table = Table(title="many", columns=(Column("a"),), rows=tuple(rows))
    outcome = Outcome.of((), summary="s", tables=[table])
    report = replace(empty_report(), entries=(Entry(check="x", title="x", outcome=outcome),))
    assert "| the culprit | ❌\xa0failed |" in render(report)


def test_render__any_string_anywhere_is_safe() -> None:
    report = small_report()
    for text in strings(seed=11, count=COUNT // 10):
        _assert_safe(render(poisoned(report, text)))
