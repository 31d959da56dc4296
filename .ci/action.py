"""Runs the action for real, by act in host mode, on a sample repository: a pull request that passes and one that fails.

Usage: python .ci/action.py ACT (the path of act's binary). The action is taken from a clone of this checkout's HEAD.
The upload of the artifact is stood in for by an action that says what it was given: there is nowhere to upload to.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = """\
name: gate
on: [pull_request]
permissions:
  contents: read
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0, persist-credentials: false}
      - id: gate
        uses: mlgate/mlgate@main
        with: {checks: metrics readme lint, extras: tools, artifact: mlgate-report}
      - if: always()
        env: {VERDICT: "${{ steps.gate.outputs.verdict }}", FAILED: "${{ steps.gate.outputs.failed }}"}
        run: echo "outputs say $VERDICT with $FAILED failed"
"""

UPLOAD = """\
name: stand-in
description: Says what it would upload.
inputs:
  name: {description: name}
  path: {description: path}
  if-no-files-found: {description: what to do without}
  overwrite: {description: whether to replace}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.name }}", FILE: "${{ inputs.path }}"}
      run: test -s "$FILE" && echo "would upload ${FILE##*/} as $NAME"
"""


def git(repository: Path, *words: str) -> str:
    """Run git in a repository and return what it says."""
    identity = ("-c", "user.name=sample", "-c", "user.email=sample@example.invalid")
    command = ["git", *identity, *words]
    return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout.strip()


def sample(folder: Path) -> Path:
    """Make a repository with a main branch and two pull-request branches and return its folder."""
    repository = folder / "sample"
    (repository / ".github/workflows").mkdir(parents=True)
    (repository / ".github/workflows/gate.yml").write_text(WORKFLOW)
    (repository / "README.md").write_text("# Sample\n\nSee [the metrics](metrics.json).\n")
    (repository / "metrics.json").write_text('{"accuracy": 0.90, "rmse": 1.25}\n')
    git(folder, "init", "--quiet", "--initial-branch=main", str(repository))
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=Start")
    for branch, accuracy in (("better", 0.91), ("worse", 0.80)):
        git(repository, "switch", "--quiet", "--create", branch, "main")
        (repository / "metrics.json").write_text(f'{{"accuracy": {accuracy}, "rmse": 1.25}}\n')
        git(repository, "commit", "--quiet", "--all", f"--message=Make it {branch}")
    return repository


def stand_in(home: Path) -> str:
    """Make the action that stands in for the upload; return what act is told of it."""
    (uses,) = re.findall(r"uses: (actions/upload-artifact@\w+)", (ROOT / "action.yml").read_text(encoding="utf-8"))
    folder = home / "upload"
    folder.mkdir()
    (folder / "action.yml").write_text(UPLOAD)
    return f"{uses}={folder}"


def run_act(act: Path, repository: Path, branch: str, home: Path, upload: str) -> tuple[int, str]:
    """Run the workflow of a pull request as the forge would, on its merge commit; return exit code and output."""
    git(repository, "switch", "--quiet", "--detach", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message=Merge", branch)
    event = {
        "pull_request": {
            "number": 1,
            "base": {"ref": "main", "sha": git(repository, "rev-parse", "main")},
            "head": {"ref": branch, "sha": git(repository, "rev-parse", branch)},
        }
    }
    path = home / f"{branch}.json"
    path.write_text(json.dumps(event))
    env = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "ACT_DISABLE_VERSION_CHECK": "1"}
    command = [
        str(act), "pull_request", "--platform", "ubuntu-latest=-self-hosted", "--eventpath", str(path),
        "--local-repository", f"mlgate/mlgate@main={home / 'action'}", "--local-repository", upload,
        "--action-offline-mode", "--no-cache-server",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True, timeout=600, check=False)
    return done.returncode, done.stdout + done.stderr


EXPECTED = {
    "better": (0, ("outputs say passed with 0 failed", "accuracy", "would upload report.json as mlgate-report")),
    "worse": (1, ("outputs say failed with 1 failed", "::error", "accuracy", "would upload report.json", "no comment")),
}


def main(act: Path) -> int:
    """Run both pull requests and return 0 when each ended as it must."""
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        git(home, "clone", "--quiet", str(ROOT), str(home / "action"))
        repository = sample(Path(folder))
        upload = stand_in(home)
        for branch, (code, wanted) in EXPECTED.items():
            found, said = run_act(act, repository, branch, home, upload)
            missing = [words for words in wanted if words not in said]
            right = (found == 0) == (code == 0) and not missing
            failures += not right
            print(f"{branch}: exit {found}, {'as it must' if right else f'WRONG, missing {missing}'}")
            if not right:
                print(said)
    print(f"{len(EXPECTED) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
