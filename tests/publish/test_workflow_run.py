"""The trusted half for forks: what it believes of an artifact, and which pull request it tells."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from msgspec.structs import replace

from conftest import Ran
from events import runner
from mlgate.render import json_document
from mlgate.report import Report, Status
from publish.fake_github import FakeGitHub, Fault, Said
from render.sample import friendly_report, report_of, sample_report

COMMIT = "c" * 40
REPORT = json_document.render(replace(friendly_report(), run="999999.9")).encode()
Publish = Callable[..., Ran]


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", method) as made:
        warnings.simplefilter("ignore")
        for name, content in members:
            made.writestr(name, content)
    return file.getvalue()


def event(**run: Any) -> dict[str, Any]:
    facts = {
        "id": 123,
        "run_attempt": 2,
        "event": "pull_request",
        "head_sha": COMMIT,
        "head_branch": "better",
        "head_repository": {"id": 2, "owner": {"login": "ana"}},
        "conclusion": "failure",
        "pull_requests": [],
    }
    return {"workflow_run": {**facts, **run}, "repository": {"id": 1, "owner": {"login": "o"}}}


@pytest.fixture
def publish(mlgate: Publish, tmp_path: Path, forge: FakeGitHub, elsewhere: FakeGitHub) -> Publish:
    """Runs the trusted half: `publish(event(conclusion="success"))`, with the artifact's bytes on another host."""
    forge.blobs = elsewhere
    forge.open_pull(7, "ana:better", COMMIT, 2)

    def run(payload: dict[str, Any] | None = None, *more: str, **env: str) -> Ran:
        variables = {
            **runner(tmp_path, "workflow_run", payload or event()),
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_API_URL": forge.url,
            "GITHUB_TOKEN": "token",
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            **env,
        }
        return mlgate("publish", "--workflow-run", "--comment", "always", *more, cwd=tmp_path, **variables)

    return run


def test_publish__comments_on_the_pull_request_of_the_run(publish: Publish, forge: FakeGitHub, tmp_path: Path) -> None:
    forge.upload(123, archive(("report.json", REPORT)))
    done = publish()
    assert done.code == 0, done.text
    (body,) = forge.bodies()
    assert "blocked by metrics" in body
    assert "run=123.2 head=ccccccc" in body
    assert "https://github.com/o/r/actions/runs/123" in body
    assert (tmp_path / "summary").read_text(encoding="utf-8").startswith("## ")


def test_publish__hands_nothing_to_later_steps(publish: Publish, forge: FakeGitHub, tmp_path: Path) -> None:
    forge.upload(123, archive(("report.json", json_document.render(sample_report()).encode())))
    done = publish()
    assert done.code == 0
    assert not (tmp_path / "output").exists()
    assert not [line for line in done.out.splitlines() if line.startswith("::")]


def test_publish__says_when_the_report_and_the_run_differ(publish: Publish, forge: FakeGitHub) -> None:
    forge.upload(123, archive(("report.json", json_document.render(report_of(Status.PASSED)).encode())))
    publish(event(conclusion="failure"))
    assert "this report says `passed`, but the run ended with `failure`" in forge.bodies()[0]


def test_publish__of_several_attempts_the_last(publish: Publish, forge: FakeGitHub) -> None:
    forge.upload(123, archive(("report.json", json_document.render(report_of(Status.PASSED)).encode())))
    forge.upload(123, archive(("report.json", REPORT)))
    publish()
    assert "blocked by metrics" in forge.bodies()[0]


def test_publish__a_run_of_a_push_is_none_of_its_business(publish: Publish, forge: FakeGitHub) -> None:
    done = publish(event(event="push"))
    assert done.code == 0
    assert "started by push" in done.out
    assert forge.asked == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"head_sha": "d" * 40}, "has this head any more", id="pushed again"),
        pytest.param({"head_branch": "other"}, "comes from this branch", id="closed"),
        pytest.param({"head_repository": {"id": 3, "owner": {"login": "ana"}}}, "any more", id="another repository"),
        pytest.param({"head_repository": None}, "is gone", id="the fork was deleted"),
    ],
)
def test_publish__no_pull_request_to_tell(
    publish: Publish, forge: FakeGitHub, changed: dict[str, Any], said: str
) -> None:
    forge.upload(123, archive(("report.json", REPORT)))
    done = publish(event(**changed))
    assert done.code == 0
    assert said in done.out
    assert forge.bodies() == []


def test_publish__two_pull_requests_with_one_head_are_not_guessed_between(publish: Publish, forge: FakeGitHub) -> None:
    forge.upload(123, archive(("report.json", REPORT)))
    forge.open_pull(8, "ana:better", COMMIT, 2)
    assert "cannot be told" in publish().out
    assert forge.bodies() == []


def with_number(number: int) -> bytes:
    return json.dumps({**json.loads(REPORT), "number": number}).encode()


@pytest.mark.parametrize(
    ("artifact", "said"),
    [
        pytest.param(b"", "no readable archive", id="empty"),
        pytest.param(b"PK\x03\x04" + b"\0" * 100, "no readable archive", id="broken"),
        pytest.param(archive(), "not nothing", id="without members"),
        pytest.param(archive(("../report.json", REPORT)), "nothing else, not", id="slip"),
        pytest.param(archive(("/report.json", REPORT)), "nothing else, not", id="absolute"),
        pytest.param(
            archive(("report.json?.md", REPORT)).replace(b"?.md", b"\0.md"), "nothing else, not", id="name with a zero"
        ),
        pytest.param(archive(("report.json", REPORT), ("report.json", REPORT)), "nothing else", id="twice"),
        pytest.param(archive(("report.json", REPORT), ("comment.md", b"# Hi")), "comment.md", id="ready-made Markdown"),
        pytest.param(archive(("report.json", b" " * 19_000_000)), "unpacks to more than", id="bomb"),
        pytest.param(archive(("report.json", REPORT), method=zipfile.ZIP_BZIP2), "unknown way", id="bzip2"),
        pytest.param(b"x" * 10_000_001, "more than the 10,000,000 bytes", id="too large"),
        pytest.param(archive(("report.json", b"# Markdown")), "not a report", id="Markdown as report"),
        pytest.param(archive(("report.json", with_number(1))), "not a report", id="another number"),
        pytest.param(
            archive(("report.json", REPORT.replace(b'"seconds": ', b'"seconds": NaN, "x": ', 1))),
            "not a report",
            id="NaN",
        ),
        pytest.param(archive(("report.json", b"[" * 100_000), method=zipfile.ZIP_STORED), "not a report", id="deep"),
        pytest.param(
            archive(("report.json", REPORT.replace(b'"failed"', b'"passed"', 1))),
            "follows from",
            id="a verdict by hand",
        ),
    ],
)
def test_publish__a_hostile_artifact(publish: Publish, forge: FakeGitHub, artifact: bytes, said: str) -> None:
    forge.upload(123, artifact)
    done = publish()
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.text
    assert forge.bodies() == []


def test_publish__hostile_text_is_shown_literally(publish: Publish, forge: FakeGitHub) -> None:
    report: Report = replace(sample_report(), run="1.1")
    forge.upload(123, archive(("report.json", json_document.render(report).encode())))
    publish()
    html = github_flavored_markdown_to_html(forge.bodies()[0], Options.CMARK_OPT_UNSAFE)
    assert "&lt;script&gt;" in html
    assert not re.search(r"<(script|img|iframe)|href=\"(?!https://github.com/)", html)


@pytest.mark.parametrize(
    "more", [pytest.param({"expired": True}, id="expired"), pytest.param({"workflow_run": {"id": 5}}, id="other run")]
)
def test_publish__no_artifact_of_this_run(publish: Publish, forge: FakeGitHub, more: dict[str, Any]) -> None:
    forge.upload(123, archive(("report.json", REPORT)), **more)
    done = publish()
    assert done.code == 2
    assert "has no artifact" in done.err


def test_publish__the_download_goes_nowhere_odd(publish: Publish, forge: FakeGitHub) -> None:
    forge.upload(123, archive(("report.json", REPORT)))
    forge.faults.append(Fault("GET", Said(302, None, {"Location": "file:///etc/passwd"}), end="/zip"))
    done = publish()
    assert done.code == 2
    assert "refused" in done.err


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"id": "123/../.."}, id="a path for a number"),
        pytest.param({"head_sha": "main"}, id="a branch for a commit"),
        pytest.param({"head_repository": {"id": 2, "owner": {"login": "a&state=closed"}}}, id="a query for a name"),
    ],
)
def test_publish__an_event_of_another_shape(publish: Publish, forge: FakeGitHub, changed: dict[str, Any]) -> None:
    done = publish(event(**changed))
    assert done.code == 2
    assert "no workflow_run event" in done.err
    assert forge.asked == []


def test_publish__outside_a_workflow_run(mlgate: Publish, tmp_path: Path) -> None:
    done = mlgate("publish", "--workflow-run", cwd=tmp_path)
    assert done.code == 2
    assert "on: workflow_run" in done.err
