"""What the benchmarks share: tools installed apart, commands timed in turn, figures printed in one form."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess  # noqa: TID251 - what is timed must be a plain child
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools" / "bench"
_BIN = "Scripts" if sys.platform == "win32" else "bin"

Command = Sequence[str | Path]


def build_env(name: str, requirements: Sequence[str]) -> Path:
    """Return the folder of programs of an environment with these packages, byte-compiled, made where it is missing.

    A requirement that names a folder, such as `.` for this project, is built as a wheel and installed anew each time.
    """
    folder = TOOLS / name
    stamp = folder / "requirements.json"
    wanted = json.dumps([sys.version, *requirements])
    local = [f"{ROOT / requirement}" for requirement in requirements if requirement.startswith(".")]
    others = [requirement for requirement in requirements if not requirement.startswith(".")]
    uv = _uv()
    python = folder / _BIN / "python"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        run([uv, "venv", "--quiet", "--python", sys.executable, folder])
        if others:
            run([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *others])
        stamp.write_text(wanted, encoding="utf-8")
    if local:
        run(
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--compile-bytecode",
                "--reinstall-package",
                "mlgate",
                "--python",
                python,
                *local,
            ]
        )
    return folder / _BIN


def run(
    command: Command, *, cwd: Path = ROOT, env: Mapping[str, str] | None = None, expected: Sequence[int] = (0,)
) -> str:
    """Run a command to its end and return its output; an exit code that is not expected ends the benchmark."""
    done = subprocess.run(
        [os.fspath(word) for word in command],
        cwd=cwd,
        env=env or own_env(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in expected:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def median_seconds(
    commands: Mapping[str, Command],
    *,
    cwd: Path,
    env: Mapping[str, str],
    runs: int,
    expected: Sequence[int] = (0,),
) -> dict[str, float]:
    """Return the median wall time of each command's whole process, run in turn so that noise meets all alike.

    One untimed round comes first, which fills every cache that a second run would find.
    """
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for index in range(runs + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            run(command, cwd=cwd, env=env, expected=expected)
            if index:
                taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def own_env(home: Path | None = None) -> dict[str, str]:
    """Return an environment in which Python may write its byte code; with `home`, without any setting of the user."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # noqa: TID251
    if home is None:
        return env
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: env[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP") if name in env}
    return kept | {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ana",
        "GIT_AUTHOR_EMAIL": "ana@example.org",
        "GIT_COMMITTER_NAME": "Ana",
        "GIT_COMMITTER_EMAIL": "ana@example.org",
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(home / "dvc"),
        "DVC_SITE_CACHE_DIR": str(home / "site"),
    }


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows as aligned columns, the first one as a head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def report(name: str, value: float) -> None:
    """Print one figure, as the continuous integration reads it."""
    print(f"{name}: {value:.3g}" if value < 1000 else f"{name}: {value:,.0f}", flush=True)


def _uv() -> str:
    """Return uv: the one that is named or found, else one installed apart."""
    found = os.environ.get("UV") or shutil.which("uv")  # noqa: TID251
    if found:
        return found
    folder = TOOLS / "uv"
    program = folder / _BIN / ("uv.exe" if sys.platform == "win32" else "uv")
    if not program.is_file():
        run([sys.executable, "-m", "venv", folder])
        run([folder / _BIN / "python", "-m", "pip", "install", "--quiet", "uv"])
    return str(program)
