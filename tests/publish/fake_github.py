"""A GitHub on this machine: it keeps comments, pull requests and artifacts, holds both sides to the description, fails.

Every request is judged by GitHub's own OpenAPI description, and so is every answer that is not a fault on order; what
does not fit is kept in `violations`, which the fixture wants empty.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit

from publish.github_description import check_answer, check_request, find, sample

BOT = "github-actions[bot]"
MOST = 65_536


class Asked(NamedTuple):
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Said(NamedTuple):
    """One answer: `raw` bytes instead of JSON where it is given."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = {}
    raw: bytes | None = None


class Fault(NamedTuple):
    """Something that goes wrong for the next `times` requests of a method whose path ends so.

    `applied` does what was asked before it fails; `said` None breaks the connection, and `hangs` keeps it silent.
    """

    method: str
    said: Said | None = None
    end: str = ""
    times: int = 1
    applied: bool = False
    hangs: bool = False


class Server(ThreadingHTTPServer):
    """A server that many may ask at once."""

    request_queue_size = 64
    daemon_threads = True


class FakeGitHub:
    """One server on the loopback; use it as a context."""

    def __init__(self, certificate: Path | None = None) -> None:
        """Begin with an empty conversation; with a certificate (and its key in one file) speak TLS."""
        self.comments: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.check_runs: list[dict[str, Any]] = []
        self.annotations: dict[int, list[dict[str, Any]]] = {}
        self.artifacts: list[dict[str, Any]] = []
        self.blobs = self
        self.files: dict[str, bytes] = {}
        self.logins = {"token": BOT}
        self.read_only: set[str] = set()
        self.denied: set[str] = set()
        self.locked = False
        self.asked: list[Asked] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.before: Callable[[Asked], None] = lambda _: None
        self.lock = threading.RLock()
        self.released = threading.Event()
        self._last = 100
        self._server = Server(("127.0.0.1", 0), handler(self))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> FakeGitHub:
        """Start."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def say(self, body: str, author: str = BOT) -> dict[str, Any]:
        """Add a comment, whoever wrote it."""
        with self.lock:
            self._last += 1
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            made = sample("issue-comment", id=self._last, body=body, created_at=now, updated_at=now)
            made["user"] = sample("simple-user", login=author)
            self.comments.append(made)
            return made

    def open_issue(self, title: str, body: str, author: str = BOT) -> dict[str, Any]:
        """Open an issue, whoever does."""
        with self.lock:
            self._last += 1
            made = sample("issue", number=self._last, title=title, body=body, state="open")
            made["user"] = sample("simple-user", login=author)
            self.issues.append(made)
            return made

    def open_pull(self, number: int, head: str, commit: str, head_repository: int) -> None:
        """Open a pull request; `head` is `owner:branch`."""
        owner, _, branch = head.partition(":")
        ends = {
            "head": (head, branch, commit, head_repository, owner),
            "base": ("o:main", "main", "0" * 40, 1, "o"),
        }
        made = sample("pull-request-simple", number=number, state="open")
        for end, (label, ref, sha, repo, login) in ends.items():
            user = sample("simple-user", login=login)
            made[end] = {"label": label, "ref": ref, "sha": sha, "user": user, "repo": sample("repository", id=repo)}
        self.pulls.append(made)

    def upload(self, run: int, content: bytes, name: str = "mlgate-report", **more: Any) -> None:
        """Keep an artifact of a run; its bytes are on the host `blobs`."""
        self._last += 1
        made = sample("artifact", id=self._last, name=name, workflow_run={"id": run}, size_in_bytes=len(content))
        self.artifacts.append({**made, **more})
        self.blobs.files[f"/blob/{self._last}"] = content

    def bodies(self, author: str = BOT) -> list[str]:
        """Return what an author has said."""
        return [one["body"] for one in self.comments if one["user"]["login"] == author]

    def answer(self, asked: Asked) -> Said | None:
        """Return the answer to one request, or None to break the connection."""
        asked = asked._replace(path=asked.path.removeprefix("/api/v3"))
        self.before(asked)
        with self.lock:
            self.asked.append(asked)
            fault = self._fault(asked)
            if fault is None or fault.applied:
                said = self._judged(asked)
        if fault is None:
            return said
        if fault.hangs:
            self.released.wait(20)
            return None
        return fault.said

    def _fault(self, asked: Asked) -> Fault | None:
        for place, fault in enumerate(self.faults):
            if fault.method == asked.method and asked.path.endswith(fault.end):
                left = fault._replace(times=fault.times - 1)
                self.faults[place : place + 1] = [left] if left.times else []
                return fault
        return None

    def _judged(self, asked: Asked) -> Said:
        if asked.path in self.files:
            return Said(200, raw=self.files[asked.path], headers={"Content-Type": "application/zip"})
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.logins:
            return Said(401, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"})
        if asked.path in ("/graphql", "/api/graphql"):
            return Said(200, {"data": {"viewer": {"login": self._login(asked)}}})
        try:
            template, operation, values = find(asked.method, asked.path)
            check_request(operation, values, asked.query, asked.body, asked.headers.get("content-type"))
            if asked.headers.get("x-github-api-version") != "2022-11-28" or not asked.headers.get("user-agent"):
                raise LookupError("GitHub wants a version and a user agent")
            said = self._acted(template, asked, values)
            check_answer(operation, said.status, said.body)
        except Exception as error:  # noqa: BLE001 - told to the test, which fails by it
            self.violations.append(f"{asked.method} {asked.path} {asked.query}: {type(error).__name__}: {error}"[:1000])
            return Said(418, {"message": "this is no request to GitHub"})
        return said

    def _login(self, asked: Asked) -> str:
        return self.logins[asked.headers["authorization"].removeprefix("Bearer ")]

    def _acted(self, template: str, asked: Asked, values: dict[str, str]) -> Said:
        if asked.method != "GET" and (refused := self._refused(asked)):
            return refused
        if template.endswith("/issues/{issue_number}/comments"):
            return (
                self._listed(asked)
                if asked.method == "GET"
                else Said(201, self.say(asked.body["body"], self._login(asked)))
            )
        if "check-runs" in template:
            return self._checks(asked, values)
        if template.endswith(("/issues", "/issues/{issue_number}")):
            return self._issue(asked, values)
        if template.endswith("/{comment_id}"):
            return self._one(asked, int(values["comment_id"]))
        if template.endswith("/pulls"):
            return self._pulls(asked)
        if template.endswith("/artifacts"):
            found = [one for one in self.artifacts if one["name"] == asked.query.get("name", one["name"])]
            return Said(200, {"total_count": len(found), "artifacts": found})
        return Said(302, None, {"Location": f"{self.blobs.url}/blob/{values['artifact_id']}?sig=secret"})

    def _refused(self, asked: Asked) -> Said | None:
        about = {"documentation_url": "https://docs.github.com/rest"}
        kind = asked.path.split("/")[4]
        if kind in self.denied or asked.headers["authorization"].removeprefix("Bearer ") in self.read_only:
            return Said(403, {"message": "Resource not accessible by integration", "status": "403", **about})
        if self.locked and asked.method == "POST":
            return Said(403, {"message": "Unable to create comment because issue is locked.", **about})
        if asked.body and len(asked.body.get("body", "")) > MOST:
            error = {
                "resource": "IssueComment",
                "code": "unprocessable",
                "field": "data",
                "message": "Body is too long (maximum is 65536 characters)",
            }
            return Said(422, {"message": "Validation Failed", "errors": [error], **about})
        return None

    def _listed(self, asked: Asked) -> Said:
        since = asked.query.get("since", "")
        return self._page(asked, [one for one in self.comments if one["updated_at"] >= since])

    def _page(self, asked: Asked, found: list[Any]) -> Said:
        size, page = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
        headers = {}
        if page * size < len(found):
            query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": page + 1}.items())
            headers["Link"] = f'<{self.url}{asked.path}?{query}>; rel="next", <{self.url}{asked.path}>; rel="first"'
        return Said(200, found[(page - 1) * size : page * size], headers)

    def _one(self, asked: Asked, number: int) -> Said:
        found = next((one for one in self.comments if one["id"] == number), None)
        if found is None:
            return Said(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"})
        if asked.method == "DELETE":
            self.comments.remove(found)
            return Said(204)
        if asked.method == "PATCH":
            found["body"] = asked.body["body"]
            found["updated_at"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Said(200, found)

    def _issue(self, asked: Asked, values: dict[str, str]) -> Said:
        if "issue_number" not in values:
            if asked.method == "POST":
                return Said(201, self.open_issue(asked.body["title"], asked.body["body"], self._login(asked)))
            state, creator = asked.query.get("state", "open"), asked.query.get("creator")
            found = [one for one in self.issues if one["state"] == state]
            return self._page(asked, [one for one in found if creator in (None, one["user"]["login"])])
        found = [one for one in self.issues if one["number"] == int(values["issue_number"])]
        if not found:
            return Said(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"})
        if asked.method == "PATCH":
            found[0].update(asked.body)
        return Said(200, found[0])

    def _checks(self, asked: Asked, values: dict[str, str]) -> Said:
        if asked.method == "GET":
            found = [one for one in self.check_runs if one["head_sha"] == values["ref"]]
            found = [one for one in found if one["name"] == asked.query.get("check_name", one["name"])]
            return Said(200, {"total_count": len(found), "check_runs": found})
        notes = asked.body.get("output", {}).get("annotations", [])
        if asked.method == "POST":
            self._last += 1
            known = {key: asked.body[key] for key in ("name", "head_sha", "external_id", "status", "conclusion")}
            made = sample("check-run", id=self._last, details_url=asked.body.get("details_url"), **known)
            self.check_runs.append(made)
            self.annotations[self._last] = list(notes)
        else:
            (made,) = [one for one in self.check_runs if one["id"] == int(values["check_run_id"])]
            self.annotations[made["id"]] += notes
        made["output"] = {
            "title": asked.body["output"]["title"],
            "summary": asked.body["output"]["summary"],
            "text": None,
            "annotations_count": len(self.annotations[made["id"]]),
            "annotations_url": "https://api.github.com/x",
        }
        return Said(201 if asked.method == "POST" else 200, made)

    def _pulls(self, asked: Asked) -> Said:
        wanted = asked.query.get("head")
        found = [one for one in self.pulls if one["state"] == asked.query.get("state", "open")]
        return self._page(asked, [one for one in found if wanted in (None, one["head"]["label"])])


class Answering(Protocol):
    """What a server hands each request to."""

    released: threading.Event

    def answer(self, asked: Asked) -> Said | None:
        """Return the answer, or None to break the connection."""


def handler(github: Answering) -> type[BaseHTTPRequestHandler]:
    """Return what reads the requests for a played forge, and writes its answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length", 0))
            raw = self.rfile.read(length)
            body = json.loads(raw) if raw else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = github.answer(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
            self.close_connection = True
            if said is not None:
                with suppress(OSError):
                    self._write(said)

        def _write(self, said: Said) -> None:
            raw = said.raw if said.raw is not None else b"" if said.body is None else json.dumps(said.body).encode()
            self.send_response(said.status)
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "Content-Length": str(len(raw)),
                **said.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            size = 10 if "X-Trickle" in said.headers else len(raw) or 1
            for start in range(0, len(raw), size):
                self.wfile.write(raw[start : start + size])
                if size < len(raw) and github.released.wait(0.05):
                    return

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler
