"""Real DVC projects for tests: made, run and asked by DVC itself, in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from mlgate.dvc.assessment import Assessment, assess
from mlgate.dvc.cache import find_cache
from mlgate.dvc.pipeline import load_pipelines
from mlgate.dvc.status import UNTRUE, Fault
from mlgate.files import HeadFiles
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from repositories import Repository


class DvcProject:
    """A git repository with DVC in it; the test stands in its folder and its environment."""

    def __init__(self, repo: Repository, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Keep the parts, and enter the folder."""
        self.repo = repo
        self.path = repo.path
        self._env = env
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(repo.path.parent / "dvc-site-cache"))
        monkeypatch.chdir(repo.path)

    def init(self, files: Mapping[str, str | bytes] | None = None) -> None:
        """Write files and make it a DVC project."""
        from dvc.repo import Repo

        self.repo.write(files or {})
        Repo.init(str(self.path)).close()

    def reproduce(self, *targets: str) -> None:
        """Run the stages that DVC finds changed, and commit everything."""
        with self.dvc() as repo:
            repo.reproduce(list(targets) or None, all_pipelines=not targets)
        self.repo.commit()

    def add(self, *paths: str) -> None:
        """Let DVC track data."""
        with self.dvc() as repo:
            repo.add(list(paths))

    def dvc(self) -> Any:
        """Return DVC's own view, to be used in a `with`."""
        from dvc.repo import Repo

        return Repo(str(self.path))

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place where a file says `old`."""
        place = self.path / name
        text = place.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        place.write_text(text.replace(old, new), encoding="utf-8")

    def drop_data(self) -> None:
        """Remove every output that git does not keep, and the cache: what a fresh clone looks like."""
        self.repo.git("clean", "-fdxq", "--exclude=.dvc/config.local")
        shutil.rmtree(self.path / ".dvc" / "cache", ignore_errors=True)

    def dvc_stale(self) -> set[str]:
        """Return the stages and `.dvc` files that `dvc status` shows, but for those that always run."""
        with self.dvc() as repo:
            return {name for name, why in repo.status().items() if why != ["always changed"]}

    def dvc_metrics(self) -> set[str]:
        """Return the files that `dvc metrics show` reads."""
        with self.dvc() as repo:
            return set(repo.metrics.show()[""]["data"])

    @contextmanager
    def files(self, folder: str = ".") -> Iterator[HeadFiles]:
        """Give the work tree as checks see it."""
        children = Children(self._env)
        try:
            prefix = "" if folder == "." else f"{folder}/"
            yield HeadFiles(self.path / folder, open_repository(self.path, children), prefix)
        finally:
            children.kill()

    def assess(self, folder: str = ".") -> Assessment:
        """Return what we say."""
        with self.files(folder) as files:
            return assess(files, self.path / folder, self.path, "" if folder == "." else f"{folder}/")

    def stale(self) -> set[str]:
        """Return the stages and `.dvc` files that we find at fault."""
        found = self.assess()
        assert not found.problems, [str(problem) for problem in found.problems]
        stages = {status.stage.address for status in found.statuses if not status.is_true}
        data = {data.file for data, reasons in found.data if {reason.fault for reason in reasons} - {Fault.DELETED}}
        return stages | data

    def named(self) -> set[str]:
        """Return the stages and `.dvc` files of which we name a fault, or content that is gone from the work tree."""
        found = self.assess()
        faults = (*UNTRUE, Fault.DELETED, Fault.INPUT_LOST, Fault.NOT_KEPT)
        stages = {status.stage.address for status in found.statuses if status.faults(*faults)}
        return stages | {data.file for data, reasons in found.data if reasons}

    def reasons(self, address: str) -> list[str]:
        """Return what we say against a stage, each as `fault: words`."""
        (found,) = [status for status in self.assess().statuses if status.stage.address == address]
        return [f"{reason.fault}: {reason.words}" for reason in found.reasons]

    def metrics(self) -> set[str]:
        """Return the metric files that we find."""
        with self.files() as files:
            cache = find_cache(self.path, self.path)
            return {metric.path for metric in load_pipelines(files, cache=cache).metrics}
