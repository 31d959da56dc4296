"""What the remote has, asked of real remotes: a folder, servers that refuse, and none."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from asking import ask, only, rules
from dvc_projects import DvcProject
from mlgate.checks.repro import CHECK
from mlgate.report import Outcome, Status

STAGES = "stages:\n  make:\n    cmd: echo 1 > made.txt\n    outs: [made.txt]\n"


class RemoteProject(DvcProject):
    """A DVC project with a remote, and the check asked about it."""

    def set_remote(self, url: str | Path) -> None:
        """Make this the default remote, and commit."""
        with self.dvc() as repo, repo.config.edit("repo") as config:
            config["remote"] = {"store": {"url": str(url)}}
            config["core"]["remote"] = "store"
        self.repo.commit()

    def push(self) -> None:
        """Push all data."""
        with self.dvc() as repo:
            repo.push()

    def ask(self, remote: str = "fail", base: str | None = None, python: Path | str = sys.executable) -> Outcome:
        """Return what the check says."""
        self.repo.commit({"mlgate.yaml": f"repro: {{remote: {remote}}}\n"})
        return ask(CHECK, self.repo, base=base, python=python)


@pytest.fixture
def project(repo, env, monkeypatch) -> RemoteProject:
    """A project with one stage and one `.dvc` file, without a remote."""
    made = RemoteProject(repo, env, monkeypatch)
    made.init({"dvc.yaml": STAGES, "raw.csv": "a\n1\n"})
    made.add("raw.csv")
    made.reproduce()
    return made


@pytest.fixture
def forbidding() -> Iterator[str]:
    """The address of a server that lets nobody in."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(403)
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/data"
    server.shutdown()
    server.server_close()


def test_remote__off_asks_nobody(project):
    outcome = project.ask("off")
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])


def test_remote__pushed_data_pass_without_a_cache(project, tmp_path):
    (tmp_path / "store").mkdir()
    project.set_remote(tmp_path / "store")
    project.push()
    project.drop_data()
    outcome = project.ask()
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])


@pytest.mark.parametrize(("remote", "status"), [("warn", Status.WARNED), ("fail", Status.FAILED)])
def test_remote__data_not_pushed(project, tmp_path, remote, status):
    (tmp_path / "store").mkdir()
    project.set_remote(tmp_path / "store")
    outcome = project.ask(remote)
    found = only(outcome, "repro/not-pushed")
    assert outcome.status is status
    assert found.message == "2 outputs are not in the remote `store`: `made.txt`, `raw.csv`"
    assert str(found.location) == "dvc.yaml:4"


def test_remote__none_is_configured(project):
    assert rules(project.ask()) == ["repro/no-remote"]


def test_remote__folder_that_is_not_there(project, tmp_path):
    project.set_remote(tmp_path / "not-mounted")
    found = only(project.ask(), "repro/remote-unreachable")
    assert found.message.endswith("`FileNotFoundError: the folder does not exist on this machine`")
    assert str(found.location) == ".dvc/config"


def test_remote__package_for_its_kind_is_not_installed(project):
    project.set_remote("oss://bucket/data")
    assert "dvc-oss" in only(project.ask(), "repro/remote-plugin").message


def test_remote__connection_is_refused(project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/data"
    project.set_remote(address)
    assert rules(project.ask()) == ["repro/remote-unreachable"]


def test_remote__credentials_are_refused(project, forbidding):
    project.set_remote(forbidding)
    assert rules(project.ask()) == ["repro/remote-credentials"]


@pytest.mark.parametrize(
    "path", [pytest.param("bin/dvc", id="program"), pytest.param("lib/evil.pth", id="file of its environment")]
)
def test_remote__dvc_of_the_repository_is_not_asked(project, tmp_path, path):
    """A pull request could bring its own, and have it started with the remote's credentials."""
    project.set_remote(tmp_path / "nowhere")
    mark = tmp_path / "mark"
    environment = project.path / "tools" / "env"
    project.repo.write({"tools/env/pyvenv.cfg": "home = /usr/bin\n", "tools/env/bin/dvc": "", f"tools/env/{path}": ""})
    python = environment / "bin" / "python"
    python.write_text(f"#!/bin/sh\ntouch {mark}\n")
    python.chmod(0o755)
    project.repo.git("add", "--force", f"tools/env/{path}")
    project.repo.git("commit", "--quiet", "--message", "An environment")
    (project.path / ".git" / "info" / "exclude").write_text("/tools/env\n")
    outcome = project.ask(python=python)
    found = only(outcome, "repro/remote-unknown")
    assert (outcome.status, mark.exists()) == (Status.FAILED, False)
    assert found.message == (
        f"whether the remote has the data is not known: DVC is not asked, because `tools/env/{path}` of its "
        "environment is in git"
    )


def test_remote__code_of_the_repository_on_the_path_is_not_run(project, tmp_path, env):
    mark = tmp_path / "mark"
    project.repo.commit({"src/dvc/__init__.py": f"open({str(mark)!r}, 'w')\n"})
    project.set_remote(tmp_path)
    env["PYTHONPATH"] = str(project.path / "src")
    project.push()
    assert (project.ask().status, mark.exists()) == (Status.PASSED, False)


def test_remote__changed_config_is_not_followed(project, tmp_path):
    base = project.repo.head
    project.set_remote(tmp_path / "elsewhere")
    outcome = project.ask(base=base)
    assert rules(outcome) == ["repro/config-changed"]
    assert only(outcome, "repro/config-changed").message.startswith("the remote was not asked, because `.dvc/config`")
