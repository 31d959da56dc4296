"""What `mlgate init` would write: each file with its text now and then, or why it is left alone."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from mlgate import documents
from mlgate.config import FILE, FILES, PYPROJECT
from mlgate.config_reading import build_config
from mlgate.context import Context
from mlgate.errors import MlgateError, UsageError
from mlgate.git import Git
from mlgate.registry import Registry
from mlgate.scaffold import hooks
from mlgate.scaffold.config_text import config_text
from mlgate.scaffold.found import Found
from mlgate.scaffold.running import FOLDER, running_workflows
from mlgate.scaffold.sections import find_titles, with_skeleton
from mlgate.scaffold.workflow import workflow_text
from mlgate.text import code

PARTS = ("config", "workflow", "hooks", "readme")


class Draft(Struct, frozen=True, kw_only=True):
    """One file, from the repository's root: its bytes now, those it gets, and in words what is done or why nothing is.

    `lines` are for the person to add, where nothing can be written safely.
    """

    path: str
    old: bytes | None = None
    new: bytes | None = None
    words: str
    lines: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        """Return whether anything changes."""
        return self.new is not None and self.new != self.old


class Wish(Struct, frozen=True, kw_only=True):
    """What is asked for: the parts, the workflows by the name of their template, and whether to write over files."""

    parts: Sequence[str] = PARTS
    workflows: Sequence[str] = ("mlgate",)
    force: bool = False


def make_drafts(context: Context, found: Found, wish: Wish) -> list[Draft]:
    """Return the drafts of all parts that are asked for."""
    makers: Mapping[str, Callable[[Context, Found, Wish], Iterator[Draft]]] = {
        "config": _config,
        "workflow": _workflows,
        "hooks": _hooks,
        "readme": _readme,
    }
    return [draft for part in PARTS if part in wish.parts for draft in makers[part](context, found, wish)]


def _config(context: Context, found: Found, wish: Wish) -> Iterator[Draft]:
    source = context.config.source
    if source is not None and not (wish.force and posixpath.basename(source) in FILES):
        hint = "; `--force` writes a new one over it" if posixpath.basename(source) != PYPROJECT else ""
        yield Draft(path=source, words=f"it is there already and stays as it is{hint}")
        return
    path = source or context.shown(FILE)
    text = config_text(found, find_titles(context, found))
    data = text.encode()
    # What is written must be a config: anything else is a mistake of ours, and is not written.
    build_config(documents.parse_yaml(text), Registry({}).kinds, path, data)
    yield Draft(path=path, old=_bytes(context, path), new=data, words=_told(found))


def _told(found: Found) -> str:
    counts = [
        (len([metric for metric in found.metrics if metric.better]), "metric"),
        (len(found.datasets), "dataset"),
        (len(found.contracts), "contract"),
    ]
    parts = [f"{count} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count]
    parts += ["predictions"] if found.predictions and found.predictions.is_clear else []
    return f"with {', '.join(parts)}" if parts else "nothing was found to put in it yet"


def _workflows(context: Context, found: Found, wish: Wish) -> Iterator[Draft]:
    elsewhere = _other_forge(context.git)
    for name in wish.workflows:
        path = f"{FOLDER}/{name}.yml"
        if elsewhere:
            yield Draft(path=path, words=f"not written: the remote is {elsewhere}, not GitHub; see `docs/github.md`")
            continue
        other = _already(context) if name == "mlgate" else None
        if other and other != path:
            yield Draft(path=other, words="it runs the gate already and stays as it is")
            continue
        new = workflow_text(context, found, name).encode()
        yield _not_over(context, path, new, wish, "judges every pull request" if name == "mlgate" else "")


def _already(context: Context) -> str | None:
    """Return the workflow of pull requests that runs the gate already."""
    try:
        found = [gate.path for gate in running_workflows(context.root) if "pull_request" in gate.events]
    except MlgateError:
        return None
    own = f"{FOLDER}/mlgate.yml"
    return own if own in found else next(iter(found), None)


def _other_forge(git: Git) -> str:
    said = git.ask("remote", "get-url", "origin")
    address = said.decode("utf-8", "replace").lower() if said else ""
    return next((name for name in ("gitlab", "bitbucket") if name in address), "")


def _hooks(context: Context, found: Found, _: Wish) -> Iterator[Draft]:
    lines = hooks.hook_lines(found, context.prefix.rstrip("/"))
    count = sum("- id:" in line for line in lines)
    old = _bytes(context, hooks.FILE)
    if old is None:
        new = hooks.new_file(lines).encode()
        yield Draft(path=hooks.FILE, new=new, words=f"with {count} hooks; next: `pre-commit install`")
        return
    try:
        text = documents.decode(old)
    except MlgateError as error:
        words = f"it cannot be read ({error.message}): add these lines to its `repos:`"
        yield Draft(path=hooks.FILE, words=words, lines=tuple(lines))
        return
    if hooks.has_mlgate(text):
        yield Draft(path=hooks.FILE, words="it has hooks of mlgate already and stays as it is")
        return
    made = hooks.spliced(text, lines)
    if made is None:
        words = "it is written in a way that cannot be added to safely: add these lines to its `repos:`"
        yield Draft(path=hooks.FILE, words=words, lines=tuple(lines))
        return
    bom = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
    yield Draft(
        path=hooks.FILE, old=old, new=bom + made.encode(), words=f"{count} hooks added; next: `pre-commit install`"
    )


def _readme(context: Context, found: Found, _: Wish) -> Iterator[Draft]:
    titles = find_titles(context, found)
    made = with_skeleton(context, found, titles) if titles else None
    if made is None:
        page = found.pages[0] if found.pages else "README.md"
        yield Draft(path=context.shown(page), words="it has every section that it needs" if titles else "left alone")
        return
    path, new = context.shown(made[0]), made[1]
    yield Draft(path=path, old=_bytes(context, path), new=new, words="sections to fill in, where it says TODO")


def _not_over(context: Context, path: str, new: bytes, wish: Wish, words: str) -> Draft:
    old = _bytes(context, path)
    if old == new:
        return Draft(path=path, words="it is there already, as it would be written")
    if old is not None and not wish.force:
        return Draft(path=path, words="it is there already and stays as it is; `--force` writes a new one over it")
    return Draft(path=path, old=old, new=new, words=words)


def _bytes(context: Context, path: str) -> bytes | None:
    """Return what a file holds now; raises `UsageError` where writing there would leave the repository."""
    place = context.root / path
    if place.is_symlink():
        raise UsageError(f"{code(path)} is a link", hint="write to the file that it leads to yourself, or remove it")
    if not place.exists():
        return None
    if not place.is_file():
        raise UsageError(f"{code(path)} is not a file")
    return place.read_bytes()
