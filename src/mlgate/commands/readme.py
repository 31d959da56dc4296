"""`mlgate readme`: shows which generated blocks and bound values of the READMEs are not current, and mends them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.checks.readme import CHECK, ReadmeConfig
from mlgate.commands.opening import open_project
from mlgate.context import Context
from mlgate.documents import MAX_BYTES, DocumentError, decode
from mlgate.errors import ExitCode, UsageError
from mlgate.proc import Children
from mlgate.readme.claims import Claim
from mlgate.readme.fix import Fixed, fix
from mlgate.readme.lines import BOM
from mlgate.readme.naming import find_named, unsupported
from mlgate.readme.sources import Sources, reader
from mlgate.text import amount, code, inert, plain, printable

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="the Markdown files (default: those of the config)")
    parser.add_argument("--fix", action="store_true", help="bring blocks and values up to date in the files")
    parser.add_argument("--force", action="store_true", help="with --fix: also overwrite blocks edited by hand")
    parser.add_argument("--project", metavar="DIR", help="the project folder (default: the nearest one with a config)")


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """List what is not current and return 1, or 0 where all is; with `--fix`, return 1 where something is left."""
    if arguments.force and not arguments.fix:
        raise UsageError("`--force` says nothing without `--fix`")
    children = Children(env)
    try:
        context = open_project(arguments.project, children, [CHECK.id])
        sources = Sources(reader(context.root), context.prefix)
        results = [_one(path, context, sources, arguments) for path in _paths(arguments, context)]
    finally:
        children.kill()
    is_fine = all(fixed.is_whole and (arguments.fix or not fixed.changed) for fixed in results)
    return ExitCode.PASSED if is_fine else ExitCode.FAILED


def _paths(arguments: argparse.Namespace, context: Context) -> Sequence[Path]:
    if arguments.files:
        return [Path(file) for file in arguments.files]
    section = context.config.section(CHECK.id, ReadmeConfig)
    named = find_named(context, section.files)
    if named.foreign and (section.files or not named.paths):
        raise UsageError(unsupported(named.foreign[0]), hint="write it as Markdown, or name the files that are")
    if named.missing:
        place = context.config_location("readme", "files")
        raise UsageError(named.missing[0], where=str(place) if place else None, hint="see `readme.files` in the config")
    if not named.paths:
        raise UsageError("there is no README.md", hint="name the files, or list them in `readme.files`")
    return [context.project / name for name in named.paths]


def _one(path: Path, context: Context, sources: Sources, arguments: argparse.Namespace) -> Fixed:
    text, shown = _read(path, context)
    fixed = fix(text, sources, force=arguments.force)
    if arguments.fix and fixed.text != text:
        _write(path.resolve(), fixed.text, shown)
    lines = list(_report(fixed, shown, is_done=arguments.fix))
    sys.stdout.write(inert("".join(f"{line}\n" for line in lines)))
    return fixed


def _read(path: Path, context: Context) -> tuple[str, str]:
    """Return the text of a Markdown file with its byte order mark and line endings, and the name to show."""
    place = Path(os.path.normpath(path.absolute()))
    shown = os.path.relpath(place, context.root).replace(os.sep, "/")
    if place.suffix.lower() not in (".md", ".markdown"):
        raise UsageError(f"{code(shown)} is no Markdown file")
    data = reader(context.root)(shown)
    if data is None:
        raise UsageError(f"{code(shown)} does not exist")
    try:
        text = decode(data, MAX_BYTES)
    except DocumentError as error:
        raise error.at(shown) from None
    return (BOM + text if data.startswith(BOM.encode()) else text), shown


def _write(path: Path, text: str, shown: str) -> None:
    """Write the whole file or none of it: beside its place first, then moved there, with the same permissions."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(text.encode("utf-8"))
        aside.chmod(path.stat().st_mode)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise UsageError(f"{code(shown)} cannot be written: {error.strerror}") from None


def _report(fixed: Fixed, shown: str, *, is_done: bool) -> list[str]:
    """Return what to tell people of one file, in lines."""
    lines = []
    for problem in fixed.problems:
        lines += _told(shown, problem.line, problem.message, problem.hint, None)
    for claim in fixed.left:
        lines += _told(shown, claim.line, claim.message, claim.hint, claim.detail)
    for claim in fixed.changed:
        message = claim.message or f"the {claim.what} {code(claim.subject)} gets a {code('sum=')}"
        lines += _told(shown, claim.line, f"mended: {message}" if is_done else message, None, claim.detail)
    if fixed.is_unsafe:
        lines.append(f"{shown}: nothing was written: a block stands inside other HTML; put blank lines around it")
    return [*lines, f"{printable(shown)}: {_verdict(fixed, is_done)}"]


def _told(shown: str, line: int, message: str, hint: str | None, detail: str | None) -> list[str]:
    lines = [printable(f"{shown}:{line}: {plain(message)}")]
    lines += [f"  | {printable(piece)}" for piece in (detail or "").split("\n") if piece]
    return [*lines, printable(f"  hint: {plain(hint)}")] if hint else lines


def _verdict(fixed: Fixed, is_done: bool) -> str:
    left = len(fixed.left) + len(fixed.problems)
    parts = [_counted(fixed.changed, "mended" if is_done else "to mend with `mlgate readme --fix`")]
    parts += [f"{left} left to you"] if left else []
    found = ", ".join(part for part in parts if part)
    if found or fixed.is_unsafe:
        return plain(found) or "nothing was written"
    return (
        f"{amount(fixed.count, 'block or value', 'blocks and values')} current"
        if fixed.count
        else "no blocks or values"
    )


def _counted(claims: Sequence[Claim], words: str) -> str:
    return f"{len(claims)} {words}" if claims else ""
