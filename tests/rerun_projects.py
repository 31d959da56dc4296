"""A DVC project of three stages that was run, for the tests that run stages again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from asking import ask
from dvc_projects import DvcProject
from mlgate.checks.repro import CHECK
from mlgate.report import Outcome

TRAIN = """\
import sys
rows = open("clean.csv").read()
open("model.bin", "w").write(rows + "lr 0.1")
open("metrics.json", "w").write('{"auc": 0.912, "train_seconds": 3.1, "rows": 10}')
print("trained by", sys.executable)
"""
STAGES = """\
stages:
  prepare:
    cmd: cp raw.csv clean.csv
    deps: [raw.csv]
    outs: [clean.csv]
  train:
    cmd: python train.py
    deps: [clean.csv, train.py]
    params: [lr]
    outs: [model.bin]
    metrics:
      - metrics.json:
          cache: false
  report:
    cmd: cp metrics.json report.txt
    deps: [metrics.json]
    outs: [report.txt]
"""
FILES = {"dvc.yaml": STAGES, "params.yaml": "lr: 0.1\n", "train.py": TRAIN, "raw.csv": "a\n1\n"}


class RerunProject(DvcProject):
    """A DVC project, and the check asked to run its stages again."""

    def change(self, name: str, old: str, new: str) -> None:
        """Edit a file and let the lock accept it without a run: now it records what another code made."""
        self.edit(name, old, new)
        with self.dvc() as repo:
            repo.commit(force=True)
        self.repo.commit()

    def push(self, folder: Path) -> None:
        """Make a folder the remote, push all data to it, and commit."""
        folder.mkdir()
        with self.dvc() as repo, repo.config.edit("repo") as config:
            config["remote"] = {"store": {"url": str(folder)}}
            config["core"]["remote"] = "store"
        with self.dvc() as repo:
            repo.push()
        self.repo.commit()

    def ask(self, rerun: str = "full", more: str = "", base: str = "HEAD") -> Outcome:
        """Return what the check says of the head."""
        self.repo.commit({"mlgate.yaml": f"repro: {{rerun: {rerun}{more}}}\n"})
        return ask(CHECK, self.repo, base=base)

    def contents(self) -> dict[str, str]:
        """Return the hash of every file below the project, but mlgate's own: work tree, cache, lock and git."""
        own = self.path / ".git" / "mlgate"
        found = (path for path in self.path.rglob("*") if path.is_file() and not path.is_symlink())
        files = (path for path in found if not path.is_relative_to(own))
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
