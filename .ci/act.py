"""Runs workflows by act, in host mode, on a sample repository, against a GitHub that is played on this machine.

The action is taken from a clone of this checkout's HEAD. What needs GitHub's own services is stood in for: the upload
of an artifact puts the file aside, and the cache keeps the packages in one folder for all runs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "ghs_canary"
GATE = """\
name: mlgate
on: [pull_request]
permissions:
  contents: read
  pull-requests: write
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {{fetch-depth: 0, persist-credentials: false}}
      - id: gate
        uses: mlgate/mlgate@v0
        with: {{checks: {checks}, extras: tools, artifact: mlgate-report, python: "{python}"}}
      - if: always()
        env: {{VERDICT: "${{{{ steps.gate.outputs.verdict }}}}", FAILED: "${{{{ steps.gate.outputs.failed }}}}"}}
        run: echo "outputs say $VERDICT with $FAILED failed"
"""
TWICE = """\
      - id: other
        uses: mlgate/mlgate@v0
        with: {project: other, checks: metrics, extras: tools, comment: always, requirements: other/contracts.txt}
      - env:
          ONE: "${{ steps.gate.outputs.verdict }} ${{ steps.gate.outputs.report }}"
          TWO: "${{ steps.other.outputs.verdict }} ${{ steps.other.outputs.report }}"
        run: |
          test "$ONE" != "$TWO" && test -s "${ONE#* }" && test -s "${TWO#* }" && echo "two reports"
          "$RUNNER_TEMP/mlgate/venv/bin/python" -I -c "import humanize; print('beside mlgate:', humanize.__name__)"
"""
_UPLOAD = """\
name: stand-in
description: Puts aside what it would upload.
inputs: {name: {description: n}, path: {description: p}, archive: {description: a}, overwrite: {description: o}}
outputs: {artifact-url: {description: u, value: "${{ steps.put.outputs.url }}"}}
runs:
  using: composite
  steps:
    - id: put
      shell: bash
      env: {NAME: "${{ inputs.name }}", FILE: "${{ inputs.path }}"}
      run: |
        mkdir -p "$UPLOADS"
        cp "$FILE" "$UPLOADS/"
        echo "would upload ${FILE##*/} as ${NAME:-itself}"
        echo "url=https://github.com/o/r/actions/runs/$GITHUB_RUN_ID/artifacts/4" >>"$GITHUB_OUTPUT"
"""
_CACHE = """\
name: stand-in
description: Lets the packages be kept in one place between the runs.
inputs: {path: {description: p}, key: {description: k}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {PLACE: "${{ inputs.path }}", KEY: "${{ inputs.key }}"}
      run: mkdir -p "$PACKAGES" "${PLACE%/*}" && ln -sfn "$PACKAGES" "$PLACE" && echo "kept by $KEY"
"""


class Done(NamedTuple):
    """How a run ended, and all that it printed."""

    code: int
    said: str


class Running:
    """A run that goes on; what it prints is read meanwhile."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Begin to read."""
        self.process = process
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.append(line)

    def wait(self, seconds: float = 300) -> Done:
        """Return how it ended."""
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return Done(code, "".join(self._lines))


class Act:
    """The program, a home of its own, and one sample repository with a main branch."""

    def __init__(self, program: Path, home: Path) -> None:
        """Make the repository, the clone of the action, and the stand-ins."""
        self.home = home
        self.uploads = home / "uploads"
        self.sample = home / "sample"
        self._program = program
        git(home, "clone", "--quiet", str(ROOT), str(home / "action"))
        text = (home / "action/action.yml").read_text(encoding="utf-8")
        self._local = [
            f"mlgate/mlgate@v0={home / 'action'}",
            self._stand_in(text, "actions/upload-artifact", _UPLOAD),
            self._stand_in(text, "actions/cache", _CACHE),
        ]
        self.sample.mkdir()
        git(self.sample, "init", "--quiet", "--initial-branch=main")
        git(self.sample, "remote", "add", "origin", "https://github.com/o/r.git")

    def _stand_in(self, text: str, name: str, action: str) -> str:
        uses = set(re.findall(rf"uses: ({name}@\w+)", text))
        folder = self.home / name.replace("/", "-")
        folder.mkdir()
        (folder / "action.yml").write_text(action)
        return f"{uses.pop()}={folder}"

    def commit(self, branch: str, files: Mapping[str, str], message: str = "Change") -> str:
        """Commit files on a branch, which is made from main where it is new, and return the commit."""
        if branch != git(self.sample, "branch", "--show-current"):
            git(self.sample, "switch", "--quiet", "--create", branch, "main")
        for name, text in files.items():
            path = self.sample / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git(self.sample, "add", "--all")
        git(self.sample, "commit", "--quiet", f"--message={message}")
        commit = git(self.sample, "rev-parse", "HEAD")
        git(self.sample, "switch", "--quiet", "main")
        return commit

    def pull_request(
        self, branch: str, api: str, *, fork: bool = False, title: str = "A change", run: int = 1
    ) -> Running:
        """Start the run of a pull request as the forge would, on its merge commit."""
        git(self.sample, "switch", "--quiet", "--detach", "main")
        git(self.sample, "merge", "--quiet", "--no-ff", "--message=Merge", "--", branch)
        commits = {"base": git(self.sample, "rev-parse", "main"), "head": git(self.sample, "rev-parse", branch)}
        event = {
            "pull_request": {
                "number": 7,
                "title": title,
                "base": {"ref": "main", "sha": commits["base"], "repo": {"id": 1}},
                "head": {"ref": branch, "sha": commits["head"], "repo": {"id": 2 if fork else 1}},
            },
            "repository": {"id": 1, "default_branch": "main"},
        }
        return self.start("pull_request", event, api, run=run)

    def start(self, name: str, event: dict[str, Any], api: str, *, run: int) -> Running:
        """Start what an event starts."""
        path = self.home / "event.json"
        path.write_text(json.dumps(event))
        mine = {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / "cache"), "ACT_DISABLE_VERSION_CHECK": "1"}
        given = {
            "GITHUB_API_URL": api,
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": "1",
            "UPLOADS": str(self.uploads),
            "PACKAGES": str(self.home / "packages"),
        }
        command = [
            str(self._program), name, "--platform", "ubuntu-latest=-self-hosted", "--eventpath", str(path),
            "--action-offline-mode", "--no-cache-server", "--secret", f"GITHUB_TOKEN={TOKEN}",
            *(word for one in self._local for word in ("--local-repository", one)),
            *(word for one in given.items() for word in ("--env", "=".join(one))),
        ]  # fmt: skip
        process = subprocess.Popen(
            command,
            cwd=self.sample,
            env={**os.environ, **mine},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        return Running(process)


def git(repository: Path, *words: str) -> str:
    """Run git in a repository and return what it says."""
    identity = ("-c", "user.name=sample", "-c", "user.email=sample@example.invalid")
    command = ["git", *identity, *words]
    return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout.strip()


def processes(*words: str) -> list[int]:
    """Return the processes whose command line holds all of these words."""
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            state = (place / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if all(word in line for word in words) and state != "Z" and int(place.name) != os.getpid():
            found.append(int(place.name))
    return found


def wait_for(condition: Any, seconds: float) -> float:
    """Wait until something holds and return how long that took; raises `TimeoutError`."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - began
