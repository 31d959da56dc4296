"""What all tests share: repositories, the command line, and plugins, each real and each apart from the user's own."""

from __future__ import annotations

import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from mlgate.cli import main
from mlgate.git import Git
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from repositories import Repository, clean_environment

# A busy machine is no reason to fail, and the same examples everywhere make a failure one that can be seen again.
settings.register_profile("mlgate", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mlgate")


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Return all that it printed."""
        return self.out + self.err


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a home folder and a git identity of its own, and nothing of the user's but the PATH."""
    return clean_environment(tmp_path / "home")


@pytest.fixture
def make_repository(tmp_path: Path, env: Mapping[str, str]) -> Callable[..., Repository]:
    """Makes an empty repository below the test's folder: `make_repository("origin", branch="trunk")`."""

    def make(name: str = "repo", *, branch: str = "main", bare: bool = False) -> Repository:
        return Repository.create(tmp_path / name, env, branch=branch, bare=bare)

    return make


@pytest.fixture
def repo(make_repository: Callable[..., Repository]) -> Repository:
    """An empty repository, on `main`."""
    return make_repository()


@pytest.fixture
def opened(env: Mapping[str, str]) -> Iterator[Callable[[Path], Git]]:
    """Opens the repository that holds a folder: `opened(repo.path)`."""
    children = Children(env)
    yield lambda folder: open_repository(folder, children)
    children.kill()


@pytest.fixture
def mlgate(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs the command line in this process: `mlgate("run", "metrics", cwd=repo.path, CI="true")`."""

    def run(*argv: str | Path, cwd: Path, **more: str) -> Ran:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.chdir(cwd)
            try:
                code = main([str(arg) for arg in argv], {**env, **more})
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
        out, err = capsys.readouterr()
        return Ran(int(code), out, err)

    return run


@pytest.fixture
def mlgate_child(env: dict[str, str]) -> Callable[..., Ran]:
    """Runs the command line as a process of its own, with this interpreter."""

    def run(*argv: str | Path, cwd: Path, **more: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "mlgate", *map(str, argv)],
            cwd=cwd,
            env={**env, **more},
            capture_output=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    return run


@pytest.fixture
def plugin(tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Installs a plugin, as pip would lay it out, where this process and its children find it.

    `plugin("slow", source)` makes an entry point `slow` that names the `CHECK` of a module with this source.
    """
    site = tmp_path / "plugins"

    def install(name: str, source: str) -> None:
        module = f"mlgate_{name.replace('-', '_')}_plugin"
        info = site / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"{module}.py").write_text(source, encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[mlgate.checks]\n{name} = {module}:CHECK\n", encoding="utf-8")
        env["PYTHONPATH"] = str(site)
        if str(site) not in sys.path:
            monkeypatch.syspath_prepend(str(site))
        monkeypatch.delitem(sys.modules, module, raising=False)

    return install
