"""`mlgate init`: writes the config, the workflow, the hooks and the README's skeleton from what the repository has."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator, Mapping, Sequence

from mlgate.commands.opening import open_project
from mlgate.commands.render import write_aside
from mlgate.context import Context
from mlgate.errors import UsageError
from mlgate.proc import Children
from mlgate.scaffold.found import look
from mlgate.scaffold.plan import PARTS, Draft, Wish, make_drafts
from mlgate.text import code, inert, nearest, plain, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"what to write: {', '.join(PARTS)} (default: all of them)"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be written, as a diff")
    parser.add_argument("--force", action="store_true", help="write over the config and the workflow that are there")
    parser.add_argument("--project", metavar="DIR", help="the project folder (default: the nearest one with a config)")
    parser.add_argument(
        "--workflow",
        metavar="NAME",
        action="append",
        default=[],
        help="the workflows to write, by the names of the templates (default: mlgate)",
    )


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Write what is missing, and say what was written and what was left alone."""
    for part in arguments.parts:
        if part not in PARTS:
            close = nearest(part, PARTS)
            hint = f"did you mean {code(close)}?" if close else f"known: {', '.join(PARTS)}"
            raise UsageError(f"there is no part {code(part)}", hint=hint)
    wish = Wish(parts=arguments.parts or PARTS, workflows=arguments.workflow or ("mlgate",), force=arguments.force)
    children = Children(env)
    try:
        context = open_project(arguments.project, children)
        found = look(context)
        drafts = make_drafts(context, found, wish)
    finally:
        children.kill()
    if not arguments.dry_run:
        _write(context, drafts)
    lines = [f"could not be read: {plain(problem)}" for problem in found.problems]
    lines += [line for draft in drafts for line in _told(draft, is_dry=arguments.dry_run)]
    lines += _ending(drafts, is_dry=arguments.dry_run)
    sys.stdout.write(inert("".join(f"{line}\n" for line in lines)))
    return 0


def _write(context: Context, drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        if draft.is_written and draft.new is not None:
            place = context.root / draft.path
            place.parent.mkdir(parents=True, exist_ok=True)
            write_aside(place, draft.new.decode())


def _told(draft: Draft, *, is_dry: bool) -> Iterator[str]:
    if not draft.is_written:
        yield f"left alone  {printable(draft.path)}: {plain(draft.words)}"
        yield from (f"  {line}" for line in draft.lines)
        return
    done = "would write" if is_dry else "wrote"
    yield f"{done:<11} {printable(draft.path)}" + (f": {plain(draft.words)}" if draft.words else "")
    if is_dry:
        yield from _diff(draft)


def _diff(draft: Draft) -> Iterator[str]:
    old = (draft.old or b"").decode("utf-8", "replace").splitlines()
    new = (draft.new or b"").decode("utf-8", "replace").splitlines()
    before = draft.path if draft.old is not None else "/dev/null"
    for line in difflib.unified_diff(old, new, before, draft.path, lineterm=""):
        yield printable(line)


def _ending(drafts: Sequence[Draft], *, is_dry: bool) -> list[str]:
    if not any(draft.is_written for draft in drafts):
        return ["", "nothing to write"]
    if is_dry:
        return ["", "nothing was written: run it without --dry-run"]
    return ["", "next: look at what was written, then: mlgate run, and for what is still missing: mlgate doctor"]
