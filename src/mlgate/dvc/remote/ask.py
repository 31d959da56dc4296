"""Asks whether the remote has all data, or brings some, in a process of the Python that has DVC."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from mlgate.context import Context
from mlgate.dvc.program import find_dvc_program
from mlgate.dvc.remote import child
from mlgate.text import amount

_SECONDS = 120.0
_FETCH_SECONDS = 600.0
_USER = re.compile(r"://[^/\s@]+@")


class Answer(msgspec.Struct, frozen=True):
    """What DVC says: the outputs that the remote lacks, from DVC's own top folder, or the trouble, with its words.

    Where DVC was not asked at all, `said` is why, in our own words, and `hint` what to do.
    """

    lacks: tuple[str, ...] = ()
    name: str = ""
    trouble: str | None = None
    said: str = ""
    hint: str = ""


def ask_remote(context: Context, hide: Callable[[str], str]) -> Answer:
    """Return the answer; `hide` takes the values of secrets out of it."""
    context.progress("asks the remote for its data")
    return _ask(context, hide, (), _SECONDS)


def bring(context: Context, paths: Sequence[str], revision: str | None, hide: Callable[[str], str]) -> Answer:
    """Bring outputs, from the project folder, into DVC's cache: those of the work tree, or of a revision."""
    context.progress(f"brings {amount(len(paths), 'output')} from the remote")
    return _ask(context, hide, (revision or "", *paths), _FETCH_SECONDS)


def _ask(context: Context, hide: Callable[[str], str], words: Sequence[str], seconds: float) -> Answer:
    program = find_dvc_program(context)
    python = _python(program.path)
    if python is None:
        return Answer(trouble=child.NOT_INSTALLED, said=program.trouble, hint=program.hint)
    # What stands in PYTHONPATH, often the repository's own code, shall not come before DVC's.
    done = context.children.run([python, "-E", Path(child.__file__), *words], cwd=context.project, limit=seconds)
    if done.timed_out:
        return Answer(trouble=child.UNREACHABLE, said=f"no answer within {seconds:g} s")
    try:
        answer = msgspec.json.decode(done.out, type=Answer)
    except msgspec.DecodeError:
        last = done.error_text.strip().splitlines()[-1:] or ["it ended without an answer"]
        answer = Answer(trouble=child.UNREACHABLE, said=last[0])
    return msgspec.structs.replace(answer, said=_USER.sub("://***@", hide(answer.said)))


def _python(program: Path | None) -> Path | None:
    """Return the interpreter of a DVC: the one in its program's folder."""
    if program is None:
        return None
    folders = (program.parent, program.resolve().parent)
    return next((folder / "python" for folder in folders if (folder / "python").exists()), None)
