"""The command line: the one place that reads the environment, wires the parts together, prints and exits."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

from mlgate.errors import ExitCode, InterruptedRunError, MlgateError
from mlgate.plain_arguments import PlainArguments
from mlgate.streams import take_all

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("mlgate.commands.run", "run the checks and report"),
    "render": ("mlgate.commands.render", "show a saved report in another form"),
    "publish": ("mlgate.commands.publish", "hand a saved report to the forge that started this run"),
    "action": ("mlgate.commands.action", "run the checks as the inputs of the GitHub action say"),
    "readme": ("mlgate.commands.readme", "list or mend what the README says of parameters and metrics"),
    "init": ("mlgate.commands.init", "write the config, the workflow and the hooks for this repository"),
    "doctor": ("mlgate.commands.doctor", "say what is missing here, practice by practice, and the next step"),
    "contract": ("mlgate.commands.contract", "draft a pandera contract from data"),
    "explain": ("mlgate.commands.explain", "say what a rule means, why, and how to mend it"),
    "demo": ("mlgate.commands.demo", "run the gate on an example project and its pull requests"),
}


def main(argv: Sequence[str], env: Mapping[str, str]) -> int:
    """Run one command and return its exit code; an expected error is printed in a line, never as a traceback."""
    command, arguments = _read(argv)
    try:
        code = int(import_module(COMMANDS[command][0]).execute(arguments, env))
        sys.stdout.flush()
        return code
    except MlgateError as error:
        print(f"mlgate: {_plain(error, env)}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - whoever read us has gone
        return ExitCode.CRASHED


def _read(argv: Sequence[str]) -> tuple[str, Any]:
    """Return the command that is asked for and its arguments; ends the process for help and for what cannot be read."""
    if argv and argv[0] in COMMANDS:
        plain = PlainArguments()
        import_module(COMMANDS[argv[0]][0]).add_arguments(plain)
        found = plain.read(argv[1:])
        if found is not None:
            return argv[0], found
    from mlgate.parser import build_parser

    asked = next((word for word in argv if not word.startswith("-")), "")
    arguments = build_parser(COMMANDS, only=asked).parse_args(argv)
    return arguments.command, arguments


def _plain(error: MlgateError, env: Mapping[str, str]) -> str:
    from mlgate.text import inert, plain

    said = plain(str(error))
    return inert(said) if env.get("GITHUB_ACTIONS") == "true" else said


def entry(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command of this process, by default the one it was called with, and end it with the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    take_all()
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = main(argv, dict(os.environ))  # noqa: TID251 - the border
    except Exception:  # noqa: BLE001 - Python's own exit code for a crash is the one of a failed gate
        code = _crashed()
    code = _flushed(code)
    # Nothing is left to tidy: an interrupted check's thread may be deep in a library that does not end soon, and taking
    # the interpreter down in good order costs as long as a comparison of metrics.
    os._exit(code)


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return code or ExitCode.CRASHED
    return code


def _crashed() -> int:
    import traceback

    traceback.print_exc()
    print("mlgate: this is a mistake in mlgate; please report it with the lines above", file=sys.stderr)
    return ExitCode.CRASHED


def _end_now(_number: int, _frame: object) -> NoReturn:
    from mlgate.proc import kill_now

    kill_now()
    os._exit(ExitCode.INTERRUPTED)


def _interrupt(number: int, _frame: object) -> NoReturn:
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, _end_now)
    raise InterruptedRunError(f"interrupted by {signal.Signals(number).name}")
