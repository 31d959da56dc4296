"""The alert of a scheduled run, posted to a real server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from datasets import sales
from events import runner
from mlgate.errors import MlgateError
from mlgate.publish.transport import Transport
from mlgate.publish.webhook import message, send
from mlgate.report import Entry, Finding, Outcome, Report, Severity
from mlgate.text import code
from repositories import Repository


class Chat(ThreadingHTTPServer):
    """A webhook that keeps what it is told; `status` is what it answers, `hangs` that it never does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[tuple[str, Any]] = []
        self.status = 200
        self.hangs = threading.Event()
        self.asked = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/services/T0/B0/verysecretpath"


class _Handler(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.headers["Content-Type"], json.loads(body)))
        self.server.asked.set()
        if self.server.hangs.is_set():
            threading.Event().wait(5)
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", self.path + "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def chat() -> Iterator[Chat]:
    server = Chat()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


CONFIG = """\
datasets:
  sales: {path: sales.csv}
drift:
  alert: {webhook: DRIFT_WEBHOOK}
"""


def drifted(repo: Repository, shift: float = 30.0) -> Repository:
    """Make a repository whose data moved in the second of four commits."""
    now = sales(400).assign(price=lambda rows: rows["price"] + shift)
    repo.commit({"mlgate.yaml": CONFIG, "sales.csv": sales(400).to_csv(index=False)})
    repo.git("tag", "then")
    repo.commit({"sales.csv": now.to_csv(index=False)})
    repo.git("tag", "moved")
    repo.commit({"README.md": "a word"})
    repo.commit({"README.md": "another word"})
    return repo


def run(mlgate, repo: Repository, *words: str, **env: str):
    return mlgate("run", "drift", "--base", "then", *words, cwd=repo.path, **env)


def shown(told: dict[str, Any]) -> str:
    return "\n".join(block["text"]["text"] for block in told["blocks"] if "text" in block)


def test_quiet__nothing_drifted(repo: Repository, mlgate, chat: Chat) -> None:
    ran = run(mlgate, drifted(repo, 0.01), "--scheduled", DRIFT_WEBHOOK=chat.url)
    assert (ran.code, chat.told) == (0, [])


def test_quiet__not_scheduled(repo: Repository, mlgate, chat: Chat) -> None:
    assert run(mlgate, drifted(repo), DRIFT_WEBHOOK=chat.url).code == 1
    assert chat.told == []


def test_alert__says_what_by_how_much_and_since_when(repo: Repository, mlgate, chat: Chat) -> None:
    ran = run(mlgate, drifted(repo), "--scheduled", DRIFT_WEBHOOK=chat.url)
    ((kind, told),) = chat.told
    assert (ran.code, kind) == (1, "application/json")
    assert told["text"] == "Data drift in this repository: 1 of 4 columns moved"
    assert [block["type"] for block in told["blocks"]] == ["header", "section", "context"]
    assert ":x: column `price` of `sales` moved: D = " in shown(told)
    assert f"`sales` is as it is since `{repo.git('rev-parse', 'moved')[:7]}`" in shown(told)
    assert "told the webhook of DRIFT_WEBHOOK what drifted" in ran.text
    assert "verysecretpath" not in ran.text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param(302, "the webhook answered with a redirect (302), which is not followed", id="redirect"),
        pytest.param(404, "the webhook answered with status 404", id="refused"),
        pytest.param(500, "the webhook answered with status 500", id="broken"),
    ],
)
def test_alert__not_taken_is_a_warning(repo: Repository, mlgate, chat: Chat, status: int, said: str) -> None:
    chat.status = status
    ran = run(mlgate, drifted(repo), "--scheduled", DRIFT_WEBHOOK=chat.url)
    assert (ran.code, len(chat.told)) == (1, 1)
    assert f"the alert was not sent: {said}" in " ".join(ran.text.split())
    assert "mlgate.yaml:4  drift/alert" in ran.text
    assert "verysecretpath" not in ran.text


@pytest.mark.parametrize(
    ("held", "said"),
    [
        pytest.param({}, "the environment has no DRIFT_WEBHOOK", id="no address"),
        pytest.param({"DRIFT_WEBHOOK": "http://chat.example/secret"}, "does not begin with https://", id="plain http"),
        pytest.param({"DRIFT_WEBHOOK": "ghp_secretsecret"}, "does not begin with https://", id="another secret"),
        pytest.param({"DRIFT_WEBHOOK": "http://127.0.0.1:9/secret"}, "the alert was not sent", id="nobody there"),
        pytest.param({"DRIFT_WEBHOOK": "https://u:secret@127.0.0.1/x"}, "holds a name or password", id="a password"),
        pytest.param({"DRIFT_WEBHOOK": "https://127.0.0.1:secret/x"}, "not begin with https://", id="no port"),
        pytest.param({"DRIFT_WEBHOOK": "https://127.0.0.1/secret\x07x"}, "is no address", id="a control character"),
        pytest.param({"DRIFT_WEBHOOK": "https://127.0.0.1/secret\r\nX: y"}, "is no address", id="a header"),
        pytest.param({"DRIFT_WEBHOOK": "https://127.0.0.1/secrété"}, "is no address", id="a letter of no address"),
        pytest.param({"DRIFT_WEBHOOK": "file:///etc/secret"}, "not begin with https://", id="a file"),
    ],
)
def test_alert__cannot_be_sent(repo: Repository, mlgate, held: dict[str, str], said: str) -> None:
    ran = run(mlgate, drifted(repo), "--scheduled", **held)
    assert ran.code == 1
    assert said in " ".join(ran.text.split())
    assert "secret" not in ran.text.replace("as a secret of", "")


def test_alert__on_warning(repo: Repository, mlgate, chat: Chat) -> None:
    drifted(repo, 3.0)
    assert run(mlgate, repo, "--scheduled", DRIFT_WEBHOOK=chat.url).code == 0
    assert chat.told == []
    repo.commit({"mlgate.yaml": CONFIG.replace("DRIFT_WEBHOOK", "DRIFT_WEBHOOK, on: warn")})
    run(mlgate, repo, "--scheduled", "--rules", "head", DRIFT_WEBHOOK=chat.url)
    assert ":warning: column `price`" in shown(chat.told[0][1])


def test_send__gives_up_in_time(chat: Chat) -> None:
    chat.hangs.set()
    with pytest.raises(MlgateError, match="no answer in time"):
        send(chat.url, {"text": "x"}, Transport(socket_seconds=0.2, answer_seconds=0.2))


def test_message__foreign_words_mention_nobody() -> None:
    found = Finding(rule="drift/moved", severity=Severity.ERROR, message="column `<!channel> & <http://x|y>` moved")
    entry = Entry(check="drift", title="Data drift", outcome=Outcome.of([found] * 40, summary="1 of `<x>` moved"))
    told = message(Report(version="1", head=None, baseline=None, entries=(entry,)), entry, "a/b")
    assert "<!" not in json.dumps(told)
    assert "`&lt;!channel&gt; &amp; &lt;http://x|y&gt;`" in shown(told)
    assert "… and 28 more in the report" in shown(told)
    assert told["text"] == "Data drift in a/b: 1 of &lt;x&gt; moved"


def test_alert__leads_to_the_run(repo: Repository, mlgate, chat: Chat) -> None:
    env = {
        "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule", "GITHUB_RUN_ID": "5", "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SERVER_URL": "https://github.com",
    }  # fmt: skip
    run(mlgate, drifted(repo), "--scheduled", DRIFT_WEBHOOK=chat.url, **env)
    assert "<https://github.com/o/r/actions/runs/5|run>" in json.dumps(chat.told[0][1])


def told_of(found: Finding, where: str = "a/b") -> dict[str, Any]:
    entry = Entry(check="drift", title="Data drift", outcome=Outcome.of([found] * 3, summary="1 of `@here` moved"))
    return message(Report(version="1", head=None, baseline=None, entries=(entry,)), entry, where)


@pytest.mark.parametrize(
    "foreign", ["@here", "#general", "https://evil.example/x", "*bold*", "a\nb", "\u202e", "`<!here>`"]
)
def test_message__nothing_foreign_is_brought_to_life(foreign: str) -> None:
    told = told_of(
        Finding(rule="drift/moved", severity=Severity.ERROR, message=f"column {code(foreign)} moved"), "@here/b"
    )
    texts = [part for block in told["blocks"] for part in (block.get("text"), *block.get("elements", ())) if part]
    # By this sign Slack makes no links and no mentions of plain words.
    assert all(text["verbatim"] for text in texts if text["type"] == "mrkdwn")
    assert "<!" not in json.dumps(told)
    assert "\u202e" not in shown(told)
    assert "@here" not in told["text"]
    assert [line.count("`") for line in shown(told).splitlines() if "column" in line] == [2, 2, 2]


@pytest.mark.parametrize("sign", ["<", "&", "`", "🙂", "x"])
def test_message__what_is_cut_leaves_no_mark_open(sign: str) -> None:
    told = told_of(
        Finding(rule="drift/moved", severity=Severity.ERROR, message=f"column {code(sign * 5_000, 4_000)} moved")
    )
    for block in told["blocks"][1:-1]:
        assert len(block["text"]["text"]) <= 3_000
    for line in shown(told).splitlines()[1:]:
        assert line.count("`") % 2 == 0
        assert not line.rstrip("`…").endswith(("&l", "&lt", "&am", "&"))


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "PATH", "HOME"])
def test_alert__a_variable_that_is_none_of_a_webhook_is_not_told(
    repo: Repository, mlgate, chat: Chat, name: str
) -> None:
    drifted(repo)
    repo.commit({"mlgate.yaml": CONFIG.replace("DRIFT_WEBHOOK", name)})
    ran = run(
        mlgate, repo, "--scheduled", "--rules", "head", **({name: "ghs_secret"} if name == "GITHUB_TOKEN" else {})
    )
    assert "the webhook's address does not begin with https://" in " ".join(ran.text.split())
    assert "ghs_secret" not in ran.text


@pytest.mark.parametrize("event", ["pull_request", "merge_group"])
def test_alert__no_run_of_a_proposed_change_tells_anybody(
    repo: Repository, mlgate, chat: Chat, tmp_path, event: str
) -> None:
    drifted(repo)
    env = runner(tmp_path, event, {event: {"base": {"sha": repo.git("rev-parse", "then")}}})
    run(mlgate, repo, "--scheduled", DRIFT_WEBHOOK=chat.url, **env)
    assert chat.told == []
