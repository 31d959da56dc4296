"""`mlgate contract infer`: drafts a pandera contract from data, as Python or YAML."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.errors import ExitCode, MlgateError, ToolMissingError, UsageError
from mlgate.text import amount, code, codes, inert, printable

if TYPE_CHECKING:
    import argparse

    from mlgate.contracts.inferring import Draft

_ACTIONS = ("infer",)
_ENGINES = ("pandas", "polars")
_FORMATS = ("python", "yaml")
_NEEDED = ("pandas", "polars", "pyarrow")
_LIMIT_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("action", choices=_ACTIONS, help="`infer` drafts a contract from data")
    parser.add_argument("data", metavar="DATA", help="a data file, a folder, or a glob in quotes")
    parser.add_argument("--output", metavar="FILE", help="write to a .py or .yaml file (default: print)")
    parser.add_argument("--format", choices=_FORMATS, help="the form (default: by the file, else python)")
    parser.add_argument("--engine", choices=_ENGINES, default="pandas", help="pandera for pandas (default) or polars")
    parser.add_argument("--name", metavar="NAME", help="what the schema is called (default: as the data is)")
    parser.add_argument("--separator", metavar="SIGN", default="", help="what separates fields, such as `;`")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Draft the contract, and print it or write it."""
    _require_packages()
    target = Path(arguments.output) if arguments.output else None
    form = _form(arguments.format, target)
    if target is not None and target.exists() and not arguments.force:
        raise UsageError(f"{code(str(target))} is there already", hint="name another file, or give `--force`")
    from mlgate.contracts.writing import python_contract, schema_name, yaml_contract

    draft = _draft(arguments)
    name = arguments.name or schema_name(arguments.data)
    if not name.isidentifier():
        raise UsageError(f"{code(name)} is no Python name", hint="use letters, digits and `_` for `--name`")
    text = yaml_contract(draft, name) if form == "yaml" else _formatted(python_contract(draft, name), env)
    if target is None:
        sys.stdout.write(inert(text) if env.get("GITHUB_ACTIONS") == "true" else text)
        return ExitCode.PASSED
    _write(target, text)
    sys.stdout.write(f"wrote {printable(target.as_posix())}: {_told(draft, name, target, arguments.data)}")
    return ExitCode.PASSED


def _told(draft: Draft, name: str, target: Path, data: str) -> str:
    """Return what was written, and how a dataset comes to it: by its name, where it stands where it is looked for."""
    from mlgate.data.convention import FOLDER, fitting

    reference = target.as_posix()
    is_found = reference in fitting(name, [reference.removeprefix(f"{FOLDER}/")])
    next_step = f"Read it; the dataset {name} has it by its name" if is_found else "Read it, then name it"
    contract = "" if is_found else f", contract: {printable(reference)}"
    size = f"{amount(len(draft.columns), 'column')} from {amount(draft.rows, 'row')}"
    return f"{size}. {next_step}:\n  datasets: {{{name}: {{path: {printable(data)}{contract}}}}}\n"


def _require_packages() -> None:
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ToolMissingError(f"needs {codes(missing)}", hint="install it with `pip install 'mlgate[data]'`")


def _form(asked: str | None, target: Path | None) -> str:
    """Return the form that is asked for, or that the file's ending tells."""
    told = {".py": "python", ".yaml": "yaml", ".yml": "yaml"}.get(target.suffix) if target is not None else None
    if target is not None and told is None:
        raise UsageError(f"{code(str(target))} is neither Python nor YAML", hint="end the name in `.py` or `.yaml`")
    if asked and told and asked != told:
        raise UsageError(f"{code(str(target))} is not {asked} by its name", hint="leave out `--format`")
    return asked or told or "python"


def _draft(arguments: argparse.Namespace) -> Draft:
    from mlgate.contracts.inferring import infer
    from mlgate.data.folders import fixed_part
    from mlgate.drift.reading import TableError
    from mlgate.drift.sides import Side, pieces_of

    files = _files(arguments.data)
    side = Side(
        names=tuple(files),
        pieces=pieces_of(
            [(name, Path(name)) for name in files], fixed_part(os.path.normpath(arguments.data)), days=False
        ),
        separator=arguments.separator,
    )
    try:
        draft = infer(side, arguments.data, arguments.engine)
    except TableError as error:
        from mlgate.data.defects import unreadable_words

        message, hint = unreadable_words(error.path, error.error.event)
        raise MlgateError(message, hint=hint) from None
    if not draft.rows:
        raise MlgateError(f"{code(arguments.data)} has no rows to draft a contract from")
    return draft


def _files(data: str) -> list[str]:
    """Return the data files that a path, a folder or a glob stands for."""
    import glob

    from mlgate.data.formats import ENDINGS, format_of

    if Path(data).is_file():
        found = [data]
    else:
        pattern = f"{glob.escape(data)}/**" if Path(data).is_dir() else data
        found = sorted(name for name in glob.glob(pattern, recursive=True) if Path(name).is_file() and format_of(name))  # noqa: PTH207 - `Path.glob` follows no links
    if not found:
        raise UsageError(f"{code(data)} is no data file, and no folder or glob of some", where=None)
    unknown = next((name for name in found if format_of(name) is None), None)
    if unknown:
        raise UsageError(
            f"{code(unknown)} has an ending that is not known", hint=f"data files end in {codes(ENDINGS, 20)}"
        )
    return found


def _formatted(text: str, env: Mapping[str, str]) -> str:
    """Return Python as ruff lays it out by the settings of the folder; as it is where there is no ruff."""
    from mlgate.proc import Children

    children = Children(env)
    try:
        command = (sys.executable, "-P", "-m", "ruff", "format", "--stdin-filename", "contract.py", "-")
        done = children.run(command, cwd=Path.cwd(), limit=_LIMIT_SECONDS, stdin=text.encode(), keep=None)
    finally:
        children.kill()
    return done.out.decode("utf-8") if done.code == 0 and done.out else text


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(target)
    except OSError as error:
        raise MlgateError(f"cannot be written: {error.strerror}", where=str(target)) from None
