"""The rule `age`: only in scheduled runs, by the dates of commits, and never sure of what a clone does not hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mlgate.report import Outcome, Severity, Status
from mlgate.text import plain
from repositories import FIRST_COMMIT, Repository

Ask = Callable[..., Outcome]

DAY = 86400
README = """\
# Flights

## Features
<!-- mlgate:section features watch="src/*.py#names" review=30d owner=@ds -->

Two features are made of the schedule of every night.

## Use

Call it.
"""
FILES = {"README.md": README, "src/a.py": "def lag(): ...\n"}
CHANGED = {"src/a.py": "def shift(): ...\n"}


def day(number: int) -> int:
    return FIRST_COMMIT + number * DAY


def aged(outcome: Outcome) -> list[str]:
    return [plain(finding.message) for finding in outcome.findings if finding.rule == "readme/age"]


def test_age__too_old_and_what_it_watches_changed(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES, time=day(0))
    repo.commit(CHANGED, time=day(10))
    repo.commit({"README.md": README.replace("Call it.", "Call it twice.")}, time=day(45))
    outcome = ask(None, scheduled=True)
    (message,) = aged(outcome)
    about, changed = message.split(", and since then changed: ")
    assert about == "the section features was last reviewed 45 days ago, its review=30d"
    assert changed == "src/a.py: shift added, lag removed"
    (finding,) = outcome.findings
    assert (finding.severity, str(finding.location)) == (Severity.WARNING, "README.md:3")
    assert "@ds" in (finding.hint or "")
    assert (outcome.status, outcome.summary) == (Status.WARNED, "1 dated section to mend")


def test_age__never_in_a_pull_request(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES, time=day(0))
    repo.commit(CHANGED, time=day(10))
    repo.commit({"x.txt": ""}, time=day(45))
    assert (ask().status, ask(None).status) == (Status.PASSED, Status.PASSED)


@pytest.mark.parametrize(
    ("second", "last"),
    [
        pytest.param(({"x.txt": ""}, "Change"), 400, id="old, but nothing changed"),
        pytest.param((CHANGED, "Change"), 29, id="changed, but young"),
        pytest.param(({**CHANGED, "README.md": README.replace("Two", "Three")}, "Change"), 35, id="words changed then"),
        pytest.param((CHANGED, "Change\n\nDocs-Reviewed: README.md#features"), 35, id="reviewed then"),
    ],
)
def test_age__quiet(repo: Repository, ask: Ask, second: tuple[dict[str, str], str], last: int) -> None:
    repo.commit(FILES, time=day(0))
    repo.commit(second[0], message=second[1], time=day(10))
    repo.commit({"y.txt": ""}, time=day(last))
    outcome = ask(None, scheduled=True)
    assert (outcome.findings, outcome.summary) == ((), "1 section, 1 dated section current")


def test_age__a_review_ages_too(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES, time=day(0))
    repo.commit(message="Review\n\ndocs-reviewed: README.md#features", time=day(10))
    repo.commit(CHANGED, time=day(20))
    repo.commit({"y.txt": ""}, time=day(50))
    assert "last reviewed 40 days ago" in aged(ask(None, scheduled=True))[0]


def test_age__by_the_date_of_the_commit_and_not_by_the_clock(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES, time=1_000_000_000)
    repo.commit(CHANGED, time=1_000_000_000 + DAY)
    assert aged(ask(None, scheduled=True)) == []


@pytest.mark.parametrize("depth", [1, 2])
def test_age__a_shallow_clone_knows_no_age(repo: Repository, ask: Ask, tmp_path: Path, depth: int) -> None:
    repo.commit(FILES, time=day(0))
    repo.commit(CHANGED, time=day(10))
    repo.commit({"y.txt": ""}, time=day(45))
    outcome = ask(None, scheduled=True, of=repo.clone(tmp_path / "clone", depth=depth))
    assert aged(outcome) == ["the age of the section features is unknown: its last change is not in the history here"]
    assert outcome.status is Status.WARNED
    assert "git fetch --unshallow --filter=blob:none" in plain(outcome.findings[0].hint or "")


def test_age__a_shallow_clone_that_holds_the_change_knows_it(repo: Repository, ask: Ask, tmp_path: Path) -> None:
    repo.commit({**FILES, "README.md": README.replace("Two", "Three")}, time=day(0))
    repo.commit({"x.txt": ""}, time=day(1))
    repo.commit(FILES, time=day(2))
    repo.commit(CHANGED, time=day(45))
    clone = repo.clone(tmp_path / "clone", depth=3)
    assert "last reviewed 43 days ago" in aged(ask(None, scheduled=True, of=clone))[0]


def test_age__a_page_that_is_not_committed_has_none(repo: Repository, ask: Ask) -> None:
    repo.commit({"src/a.py": ""})
    repo.write({"README.md": README})
    assert aged(ask(None, scheduled=True)) == [
        "the age of the section features is unknown: its last change is not in the history here"
    ]


def test_age__from_a_project_in_a_folder(repo: Repository, ask: Ask) -> None:
    repo.commit({f"app/{name}": text for name, text in FILES.items()}, time=day(0))
    repo.commit({"app/src/a.py": "def shift(): ...\n", "b.py": ""}, time=day(45))
    assert len(aged(ask(None, scheduled=True, folder="app"))) == 1


def test_age__review_without_watch_is_a_mistake(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "# A\n<!-- mlgate:section a review=30d -->\nWords enough for a whole section.\n"})
    (finding,) = ask(None).findings
    assert plain(finding.message) == "the section a has review= and watches nothing"


def test_run__scheduled_is_an_option_of_the_command(repo: Repository, mlgate: Callable[..., object]) -> None:
    repo.commit(FILES, time=day(0))
    repo.commit(CHANGED, time=day(45))
    ran = mlgate("run", "readme", "--scheduled", "--base", "HEAD", cwd=repo.path)
    assert "last reviewed 45 days ago" in " ".join(ran.text.split())  # type: ignore[attr-defined]
