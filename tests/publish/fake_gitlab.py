"""A GitLab on this machine: it keeps the notes of merge request 7 of project 42, pages, and fails on order."""

from __future__ import annotations

import threading
from typing import Any

from publish.fake_github import Asked, Fault, Said, Server, handler

BOT = "project_42_bot"
MOST = 1_000_000


class FakeGitLab:
    """One server on the loopback, below `/api/v4`; use it as a context."""

    def __init__(self) -> None:
        """Begin with an empty conversation."""
        self.notes: list[dict[str, Any]] = []
        self.logins = {"token": BOT}
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.violations: list[str] = []
        self.allowed = True
        self.lock = threading.RLock()
        self.released = threading.Event()
        self._last = 100
        self._server = Server(("127.0.0.1", 0), handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/v4"

    def __enter__(self) -> FakeGitLab:
        """Start."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def say(self, body: str, author: str = BOT, *, system: bool = False) -> dict[str, Any]:
        """Add a note, whoever wrote it."""
        with self.lock:
            self._last += 1
            made = {"id": self._last, "body": body, "author": {"id": 1, "username": author}, "system": system}
            self.notes.append(made)
            return made

    def bodies(self, author: str = BOT) -> list[str]:
        """Return what an author has said."""
        return [note["body"] for note in self.notes if note["author"]["username"] == author]

    def answer(self, asked: Asked) -> Said | None:
        """Return the answer to one request, or None to break the connection."""
        with self.lock:
            self.asked.append(asked)
            place = next((at for at, one in enumerate(self.faults) if one.method == asked.method), None)
            fault = self.faults.pop(place) if place is not None else None
            said = self._acted(asked) if fault is None or fault.applied else None
        return fault.said if fault else said

    def _acted(self, asked: Asked) -> Said:
        login = self.logins.get(asked.headers.get("private-token", ""))
        if login is None:
            return Said(401, {"message": "401 Unauthorized"})
        path = asked.path.removeprefix("/api/v4")
        if path == "/user":
            return Said(200, {"id": 1, "username": login})
        notes = "/projects/42/merge_requests/7/notes"
        if not path.startswith(notes):
            return Said(404, {"message": "404 Project Not Found"})
        if asked.method != "GET" and not self.allowed:
            return Said(403, {"error": "insufficient_scope", "error_description": "higher privileges are needed"})
        if path == notes:
            return self._listed(asked) if asked.method == "GET" else self._made(asked, login)
        return self._one(asked, int(path.rpartition("/")[2]))

    def _listed(self, asked: Asked) -> Said:
        known = {"sort", "order_by", "per_page", "page", "activity_filter"}
        if not set(asked.query) <= known or asked.query.get("sort") != "asc":
            self.violations.append(f"asked for {asked.query}")
        size, page = int(asked.query.get("per_page", 20)), int(asked.query.get("page", 1))
        headers = {}
        if page * size < len(self.notes):
            query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": page + 1}.items())
            address = self.url.removesuffix("/api/v4") + asked.path
            headers = {"Link": f'<{address}?{query}>; rel="next"', "X-Next-Page": str(page + 1)}
        return Said(200, self.notes[(page - 1) * size : page * size], headers)

    def _made(self, asked: Asked, login: str) -> Said:
        if set(asked.body) != {"body"} or len(asked.body["body"]) > MOST:
            self.violations.append(f"a note with {sorted(asked.body)}")
        return Said(201, self.say(asked.body["body"], login))

    def _one(self, asked: Asked, number: int) -> Said:
        found = next((note for note in self.notes if note["id"] == number), None)
        if found is None:
            return Said(404, {"message": "404 Not found"})
        if asked.method == "DELETE":
            self.notes.remove(found)
            return Said(204)
        if asked.method == "PUT":
            found["body"] = asked.body["body"]
        return Said(200, found)
