"""The check run: its conclusion, its annotations in parts of fifty, and what happens where it cannot be made."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mlgate.publish.check_run import AT_ONCE, MOST, SUMMARY, Commit, check_run
from mlgate.publish.github_client import GitHub
from mlgate.publish.posting import Posted
from mlgate.publish.transport import Transport
from mlgate.report import Column, Finding, Location, Outcome, Report, Row, Severity, Status, Table
from publish.fake_github import FakeGitHub, Fault, Said
from render.sample import HEAD, empty_report, friendly_report, passing_report, report_of, sample_report

QUICK = Transport(socket_seconds=1.0, answer_seconds=1.5)


def run(forge: FakeGitHub, report: Report, *, waits: list[float] | None = None) -> Posted:
    sleep = (lambda _: None) if waits is None else waits.append
    github = GitHub("token", api=forge.url, transport=QUICK, sleep=sleep)
    return check_run(
        github, report, Commit(repository="o/r", commit=HEAD, page="https://github.com/o/r/actions/runs/1")
    )


def crowd(count: int) -> Report:
    """Return a report with so many findings, warnings and errors in turn, each on a line of its own."""
    findings = [
        Finding(
            rule="data/contract",
            severity=(Severity.WARNING, Severity.ERROR)[number % 2],
            message=f"row {number} is wrong",
            location=Location(path="data/train.csv", line=number + 1),
        )
        for number in range(count)
    ]
    entry = replace(friendly_report().entries[0], outcome=Outcome.of(findings, summary="many rows are wrong"))
    return replace(friendly_report(), entries=(entry,))


@pytest.mark.parametrize(
    ("report", "conclusion"),
    [
        pytest.param(passing_report(), "success", id="passed"),
        pytest.param(report_of(Status.WARNED), "success", id="passed with a warning"),
        pytest.param(friendly_report(), "failure", id="failed"),
        pytest.param(report_of(Status.ERROR), "failure", id="a check could not run"),
        pytest.param(report_of(Status.SKIPPED), "failure", id="nothing was checked"),
        pytest.param(empty_report(), "failure", id="no check at all"),
    ],
)
def test_check_run__the_conclusion_follows_the_verdict(forge: FakeGitHub, report: Report, conclusion: str) -> None:
    assert not run(forge, report).is_warning
    (made,) = forge.check_runs
    assert (made["status"], made["conclusion"], made["head_sha"]) == ("completed", conclusion, HEAD)
    assert made["details_url"] == "https://github.com/o/r/actions/runs/1"


def test_check_run__says_what_the_comment_says(forge: FakeGitHub) -> None:
    assert run(forge, friendly_report()).said == "the check run `mlgate` shows 4 annotations"
    (made,) = forge.check_runs
    assert made["output"]["title"] == "mlgate: blocked by metrics"
    assert "**recall fell by 4.0 points" in made["output"]["summary"]
    first, *_ = forge.annotations[made["id"]]
    assert (first["path"], first["start_line"], first["end_line"], first["annotation_level"], first["title"]) == (
        "out/metrics.json", 3, 3, "failure", "metrics/regression",
    )  # fmt: skip
    assert "What to do: look at the slice airport = SFO" in first["message"]


def test_check_run__another_key_has_a_name_of_its_own(forge: FakeGitHub) -> None:
    run(forge, replace(friendly_report(), key="ranker"))
    assert forge.check_runs[0]["name"] == "mlgate ranker"


def test_check_run__fifty_annotations_a_request_errors_first(forge: FakeGitHub) -> None:
    run(forge, crowd(130))
    sent = [len(asked.body["output"]["annotations"]) for asked in forge.asked]
    assert sent == [AT_ONCE, AT_ONCE, 30]
    levels = [note["annotation_level"] for note in forge.annotations[forge.check_runs[0]["id"]]]
    assert levels == ["failure"] * 65 + ["warning"] * 65


def test_check_run__no_more_than_two_hundred_and_it_says_so(forge: FakeGitHub) -> None:
    assert run(forge, crowd(1_000)).said.endswith("shows 200 annotations of 1,000")
    assert len(forge.annotations[forge.check_runs[0]["id"]]) == MOST
    assert len(forge.asked) == 4


def test_check_run__hostile_text_and_every_kind_of_place_is_taken(forge: FakeGitHub) -> None:
    assert not run(forge, sample_report()).is_warning
    (made,) = forge.check_runs
    for note in forge.annotations[made["id"]]:
        assert note["start_line"] >= 1
        assert "\n" not in note["message"] + note["path"] + note["title"]
        assert len(note["message"].encode()) < 64 * 1024
        assert "SECRET-CANARY" not in str(note)
    assert len(made["output"]["summary"].encode()) <= SUMMARY


def test_check_run__the_summary_fits_in_bytes_too(forge: FakeGitHub) -> None:
    report = crowd(3)
    finding = replace(report.findings[0], message="né🙂" * 1_000, detail="🙂" * 90_000)
    entry = replace(report.entries[0], outcome=replace(report.entries[0].outcome, findings=(finding,) * 60))
    assert not run(forge, replace(report, entries=(entry,))).is_warning
    assert len(forge.check_runs[0]["output"]["summary"].encode()) <= SUMMARY


def test_check_run__too_long_is_halved_once(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("POST", Said(422, {"message": "Validation Failed"})))
    cells = tuple(Row(cells=("word " * 40, "word " * 40)) for _ in range(200))
    table = Table(title="many words", columns=(Column("one"), Column("other")), rows=cells)
    entry = replace(friendly_report().entries[0], outcome=Outcome.of([], summary="many words", tables=[table]))
    assert not run(forge, replace(friendly_report(), entries=(entry,))).is_warning
    first, second, *_ = [len(asked.body["output"]["summary"]) for asked in forge.asked]
    assert second <= SUMMARY // 2 < first


def test_check_run__without_the_permission_shows_it(forge: FakeGitHub) -> None:
    forge.denied.add("check-runs")
    posted = run(forge, friendly_report())
    assert posted.is_warning
    assert not posted.is_done
    assert posted.sample == "permissions:\n  contents: read\n  checks: write\n"
    assert len(forge.asked) == 1


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("said", [Said(502, raw=b"<html>"), None, Said(201, raw=b"{")], ids=["502", "reset", "half"])
def test_check_run__an_answer_that_got_lost_makes_no_second_one(
    forge: FakeGitHub, said: Said | None, applied: bool
) -> None:
    forge.faults.append(Fault("POST", said, applied=applied))
    assert run(forge, friendly_report()).is_done
    assert len(forge.check_runs) == 1


def test_check_run__annotations_whose_answer_got_lost_are_not_sent_twice(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("PATCH", Said(502, {"message": "oops"}), applied=True))
    posted = run(forge, crowd(130))
    assert posted.is_done
    assert posted.said.endswith("shows 50 annotations of 130")
    assert len([asked for asked in forge.asked if asked.method == "PATCH"]) == 1


def test_check_run__a_limit_is_waited_out(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("POST", Said(429, {"message": "slow down"}, {"Retry-After": "3"})))
    waits: list[float] = []
    assert run(forge, friendly_report(), waits=waits).is_done
    assert waits == [3.0]
    assert [asked.method for asked in forge.asked] == ["POST", "POST"]


def test_check_run__a_server_that_stays_down(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("POST", Said(502, {"message": "down"}), times=99))
    posted = run(forge, friendly_report())
    assert posted.is_warning
    assert posted.said.startswith("no check run: GitHub answered 502")
    assert len(forge.asked) <= 12


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside.csv", "a/../../b", "\\\\host\\share", ""])
def test_check_run__no_line_outside_the_repository_is_marked(forge: FakeGitHub, path: str) -> None:
    report = crowd(2)
    (first, second), entry = report.findings, report.entries[0]
    assert first.location is not None
    astray = replace(first, location=replace(first.location, path=path))
    entry = replace(entry, outcome=replace(entry.outcome, findings=(astray, second)))
    assert not run(forge, replace(report, entries=(entry,))).is_warning
    (made,) = forge.check_runs
    assert [note["path"] for note in forge.annotations[made["id"]]] == ["data/train.csv"]
    assert "row 0 is wrong" in made["output"]["summary"]


@pytest.mark.parametrize("sign", ["\t", "\U000f0000", "\x1b", "🙂"])
def test_check_run__details_fit_whatever_they_are_of(forge: FakeGitHub, sign: str) -> None:
    report = crowd(1)
    finding = replace(report.findings[0], detail=sign * 90_000, message=sign * 9_000, rule=sign * 300)
    entry = replace(report.entries[0], outcome=replace(report.entries[0].outcome, findings=(finding,)))
    assert not run(forge, replace(report, entries=(entry,))).is_warning
    for note in forge.annotations[forge.check_runs[0]["id"]]:
        assert max(len(note[name].encode()) for name in ("message", "raw_details")) <= 64_000
        assert len(note["title"]) <= 255


def test_check_run__refused_for_its_annotations_is_made_without(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("POST", Said(422, {"message": "Invalid request: annotations"}), times=2))
    posted = run(forge, crowd(130))
    assert posted.is_done
    assert posted.said.endswith("shows 0 annotations of 130")
    assert [len(asked.body["output"]["annotations"]) for asked in forge.asked] == [AT_ONCE, AT_ONCE, 0]
