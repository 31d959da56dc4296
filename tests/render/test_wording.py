from __future__ import annotations

import pytest
from msgspec.structs import replace

from mlgate.render.wording import age, headline, label, leads, ranked, sentence, tally, untold
from mlgate.report import Entry, Finding, Location, Outcome, Report, Severity, Status
from render.sample import empty_report, friendly_report, passing_report, report_of


def _report(**statuses: Status) -> Report:
    entries = [
        Entry(check=check, title=check, outcome=Outcome(status=status, summary="s"))
        for check, status in statuses.items()
    ]
    return replace(empty_report(), entries=tuple(entries))


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param(passing_report(), "passed", id="passed"),
        pytest.param(_report(a=Status.PASSED, b=Status.SKIPPED), "passed", id="one skipped"),
        pytest.param(_report(a=Status.PASSED, b=Status.WARNED), "passed, but look at b", id="a warning"),
        pytest.param(_report(a=Status.FAILED), "blocked by a", id="one fails"),
        pytest.param(_report(a=Status.FAILED, b=Status.FAILED), "blocked by a and b", id="two fail"),
        pytest.param(_report(**dict.fromkeys("abc", Status.FAILED)), "blocked by a, b and c", id="three fail"),
        pytest.param(_report(**dict.fromkeys("abcde", Status.FAILED)), "blocked by a, b, c and 2 more", id="five fail"),
        pytest.param(_report(a=Status.ERROR), "blocked, because a could not run", id="a crash"),
        pytest.param(_report(a=Status.ERROR, b=Status.FAILED), "blocked by b; a could not run", id="both"),
        pytest.param(_report(a=Status.SKIPPED), "nothing was checked", id="all skipped"),
        pytest.param(_report(**{"@team": Status.FAILED}), "blocked by `@team`", id="an id that is no word"),
    ],
)
def test_headline(report: Report, expected: str) -> None:
    assert headline(report) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "less than a minute old"),
        (60, "1 minute old"),
        (7_200, "2 hours old"),
        (86_400, "1 day old"),
        (180_000, "2 days old"),
        (90 * 86_400, "2 months old"),
        (800 * 86_400, "2 years old"),
    ],
)
def test_age(seconds: int, expected: str) -> None:
    assert age(seconds) == expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (passing_report(), "5 checks passed, 1 skipped"),
        (_report(a=Status.WAIVED, b=Status.PASSED), "1 check waived, 1 passed"),
        (empty_report(), "no check is configured"),
    ],
)
def test_tally(report: Report, expected: str) -> None:
    assert tally(report) == expected


def test_ranked__keeps_the_order_among_equals() -> None:
    report = _report(
        a=Status.SKIPPED, b=Status.PASSED, c=Status.ERROR, d=Status.WARNED, e=Status.PASSED, f=Status.WAIVED
    )
    assert [entry.check for entry in ranked(report.entries)] == ["c", "d", "f", "b", "e", "a"]


def test_leads__the_same_reason_is_told_once() -> None:
    finding = friendly_report().findings[-2]
    outcome = Outcome.of([finding] * 5, summary="s")
    found, more = leads(replace(empty_report(), entries=(Entry(check="a", title="a", outcome=outcome),)))
    assert (len(found), more) == (1, 0)


def test_leads__what_is_wrong_alike_is_told_together_once() -> None:
    place = Location(path="contract.py", line=3)
    found = [
        Finding(rule="data/contract", severity=Severity.ERROR, message=f"m{number}", location=place, hint="h")
        for number in range(6)
    ]
    other = replace(found[0], message="another", location=Location(path="contract.py", line=4))
    outcome = Outcome.of([found[0], other, *found[1:]], summary="s")
    entry = Entry(check="a", title="a", outcome=outcome)
    told, more = leads(replace(empty_report(), entries=(entry,)))
    assert [[lead.reason, *(one.message for one in lead.alike)] for lead in told] == [
        ["m0", "m1", "m2", "m3"],
        ["another"],
        ["m4", "m5"],
    ]
    assert (more, untold(entry, told)) == (0, [])
    entry = Entry(
        check="a", title="a", outcome=Outcome.of([replace(one, hint=h) for h in "ghij" for one in found], summary="s")
    )
    assert leads(replace(empty_report(), entries=(entry,)))[1] == 24 - 4 - 4 - 2


def test_leads__checks_that_begin_alike_do_not_hide_what_follows() -> None:
    place = Location(path="p", line=1)
    same, other = (
        Finding(rule="r/r", severity=Severity.ERROR, message=message, location=place, hint="h")
        for message in ("same", "other")
    )
    entries = [
        Entry(check=check, title=check, outcome=Outcome.of(found, summary="s"))
        for check, found in (("a", [same, other]), ("b", [same]))
    ]
    told, more = leads(replace(empty_report(), entries=tuple(entries)))
    assert [[lead.reason, *(one.message for one in lead.alike)] for lead in told] == [["same", "other"], ["same"]]
    assert more == 0


def test_leads__a_check_that_could_not_run_says_what_to_do() -> None:
    (lead,), _ = leads(report_of(Status.ERROR))
    assert lead.reason == "data could not run: said in few words"
    assert lead.advice == "run `mlgate run data` in your clone to see it again"


def test_label() -> None:
    assert label(empty_report()) == "mlgate"
    assert label(replace(empty_report(), key="a")) == "mlgate `a`"
    assert label(replace(empty_report(), project="b/c")) == "mlgate in `b/c`"


def test_sentence() -> None:
    assert [sentence(text) for text in ("a", "a.", "why?")] == ["a.", "a.", "why?"]
