"""A real MLflow server for tests, on this machine alone, and strangers that stand where one should."""

from __future__ import annotations

import os
import socket
import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from repositories import FIRST_COMMIT

COMMIT_TAG = "mlflow.source.git.commit"
_STARTS_WITHIN = 120.0


class TrackingServer:
    """One server; every run is a minute younger than the one before it."""

    def __init__(self, uri: str) -> None:
        """Keep its address."""
        from mlflow.tracking import MlflowClient

        self.uri = uri
        self.client = MlflowClient(tracking_uri=uri)
        self._runs = 0

    def run(
        self,
        commit: str | None,
        metrics: Mapping[str, float] | None = None,
        *,
        params: Mapping[str, object] | None = None,
        experiment: str = "flights",
        name: str | None = None,
        status: str | None = "FINISHED",
        parent: str | None = None,
        seconds: float | None = None,
    ) -> str:
        """Record a run and return its id; a `status` of None leaves it running, `seconds` is how long it took."""
        from mlflow.entities import Metric, Param

        found = self.client.get_experiment_by_name(experiment)
        home = found.experiment_id if found else self.client.create_experiment(experiment)
        tags: dict[str, Any] = {COMMIT_TAG: commit} if commit else {}
        if parent:
            tags["mlflow.parentRunId"] = parent
        self._runs += 1
        started = (FIRST_COMMIT + 60 * self._runs) * 1000
        run = self.client.create_run(home, start_time=started, tags=tags, run_name=name).info.run_id
        logged = [Metric(key, value, started, 0) for key, value in (metrics or {}).items()]
        if logged or params:
            named = [Param(key, str(value)) for key, value in (params or {}).items()]
            self.client.log_batch(run, metrics=logged, params=named)
        if status:
            ended = None if seconds is None else started + round(seconds * 1000)
            self.client.set_terminated(run, status, end_time=ended)
        return str(run)

    def model(self, name: str, run: str | None, alias: str | None = None) -> str:
        """Register a version of a model, made by a run, and return its number."""
        from mlflow.exceptions import MlflowException

        try:
            self.client.get_registered_model(name)
        except MlflowException:
            self.client.create_registered_model(name)
        version = self.client.create_model_version(
            name, source=f"runs:/{run}/model" if run else "s3://bucket/model", run_id=run
        ).version
        if alias:
            self.client.set_registered_model_alias(name, alias, version)
        return str(version)


@contextmanager
def tracking_server(folder: Path) -> Iterator[TrackingServer]:
    """Run a server with a database in `folder`."""
    port = _free_port()
    store = ("--backend-store-uri", f"sqlite:///{folder / 'runs.db'}", "--artifacts-destination", folder / "artifacts")
    command = (sys.executable, "-m", "mlflow", "server", *store, "--host", "127.0.0.1", "--port", str(port))
    quiet = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "HOME": str(folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--workers", "1"], env=quiet, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _await_health(f"http://127.0.0.1:{port}/health", process, folder / "server.log")
        yield TrackingServer(f"http://127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, 9)
        process.wait()


@contextmanager
def stranger(status: int, body: bytes = b"<html><title>Sign in</title></html>", slow: float = 0.0) -> Iterator[str]:
    """Run a web server that answers every request alike, and give its address; `slow` is seconds between bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/login")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for byte in body if slow else ():
                time.sleep(slow)
                self.wfile.write(bytes([byte]))
            if not slow:
                self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent_port() -> Iterator[str]:
    """Give the address of a port that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(5)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await_health(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the MLflow server did not start:\n{log.read_text(errors='replace')[-3000:]}")
