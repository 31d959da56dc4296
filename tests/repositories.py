"""Real git repositories for tests: small, with fixed dates, and deaf to the settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
from collections.abc import Mapping, Sequence
from pathlib import Path

FIRST_COMMIT = 1_767_225_600  # 2026-01-01 00:00 UTC
TICK = 3600

# The last two let a test clone from a folder as a forge lets people clone from it: any commit, any submodule.
_GIT_CONFIG = """\
[user]
    name = Ana Test
    email = ana@example.org
[init]
    defaultBranch = main
[commit]
    gpgSign = false
[gc]
    auto = 0
[uploadpack]
    allowAnySHA1InWant = true
[protocol "file"]
    allow = always
"""


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment with a new home folder, a git identity, and nothing else of the user's but the PATH."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / "gitconfig"
    config.write_text(_GIT_CONFIG, encoding="utf-8")
    return {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "DVC_NO_ANALYTICS": "1",
    }


class Repository:
    """One repository; every commit is an hour younger than the one before it."""

    def __init__(self, path: Path, env: Mapping[str, str]) -> None:
        """Keep where it is; use `create` or `clone` to make one."""
        self.path = path
        self.env = env
        self._commits = 0

    @classmethod
    def create(cls, path: Path, env: Mapping[str, str], *, branch: str = "main", bare: bool = False) -> Repository:
        """Make an empty repository."""
        path.mkdir(parents=True, exist_ok=True)
        made = cls(path, env)
        made.git("init", "--quiet", f"--initial-branch={branch}", *(["--bare"] if bare else []))
        return made

    def git(self, *args: str | Path | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """Run git here and return what it printed, without the last line end."""
        done = subprocess.run(
            ["git", *args],
            cwd=self.path,
            env={**self.env, **(env or {})},
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"git {args}: {os.fsdecode(done.stderr)}"
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files by name, folders made where needed; nothing is added to git."""
        for name, content in files.items():
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(
        self,
        files: Mapping[str, str | bytes] | None = None,
        message: str = "Change",
        *,
        time: int | None = None,
        remove: Sequence[str] = (),
    ) -> str:
        """Write and remove files, commit all that changed in the work tree, and return the commit's hash."""
        self.write(files or {})
        for name in remove:
            (self.path / name).unlink()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message, env=self._dates(time))
        return self.head

    def merge(self, other: str, message: str = "Merge") -> str:
        """Merge a branch by a merge commit, as a forge does, and return its hash."""
        self.git("merge", "--quiet", "--no-ff", "--no-edit", "--message", message, other, env=self._dates(None))
        return self.head

    def branch(self, name: str, at: str = "HEAD") -> None:
        """Make a branch and check it out."""
        self.git("checkout", "--quiet", "-b", name, at)

    def checkout(self, name: str) -> None:
        """Check out a branch or a commit."""
        self.git("checkout", "--quiet", name)

    def clone(self, path: Path, *args: str, depth: int | None = None) -> Repository:
        """Clone this repository, over the file protocol where `depth` is given, for a plain path would copy all."""
        source = self.path.as_uri() if depth else str(self.path)
        shallow = [f"--depth={depth}"] if depth else []
        self.git("clone", "--quiet", *shallow, *args, source, path)
        return Repository(path, self.env)

    @property
    def head(self) -> str:
        """Return the hash of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def _dates(self, time: int | None) -> dict[str, str]:
        self._commits += 1
        moment = f"{FIRST_COMMIT + self._commits * TICK if time is None else time} +0000"
        return {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
