"""Fences that are to be run, ` ```python mlgate:run `, and how each language is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from mlgate.readme.page import Page
from mlgate.readme.parse import Fence
from mlgate.report import Finding

MARK = "mlgate:run"
KNOWN = ("python", "bash", "sh", "console")
_NAMES = {
    "python": "python", "py": "python", "python3": "python",
    "bash": "bash", "sh": "sh", "shell": "sh",
    "console": "console", "shell-session": "console",
}  # fmt: skip
_PROMPT = re.compile(r"^\s*\$ ")
# Its code stands at the lines of the page, so that a traceback names them.
_PYTHON = (
    "import sys\n"
    "page = sys.argv.pop(1)\n"
    "exec(compile(open(page, encoding='utf-8').read(), page, 'exec'), {'__name__': '__main__'})\n"
)


class CodeBlock(Struct, frozen=True, kw_only=True):
    """A fence that is to be run: its page's path from the root, its language, or None where nobody knows it."""

    path: str
    fence: Fence
    language: str | None

    @property
    def name(self) -> str:
        """Return the first line of its code, to tell it from others."""
        return next((line.strip() for line in self.fence.text.splitlines() if line.strip()), "")


class Time(Struct, frozen=True, kw_only=True):
    """The seconds that a block may take, and the moment of `time.monotonic` at which all must have ended."""

    limit: float
    deadline: float


class Ran(Struct, frozen=True, kw_only=True):
    """The findings that are new, those that the baseline has too, and how many blocks were run."""

    new: tuple[Finding, ...] = ()
    old: tuple[Finding, ...] = ()
    count: int = 0


def marked_blocks(page: Page) -> Iterator[CodeBlock]:
    """Yield the fences of a page that are marked, in their order."""
    for fence in page.readme.fences:
        words = fence.info.split()
        if MARK in words[1:]:
            yield CodeBlock(path=page.path, fence=fence, language=_NAMES.get(words[0].lower()))


def script_of(block: CodeBlock) -> str:
    """Return what is run: Python at the lines of the page, and of a console what stands behind a prompt."""
    if block.language == "python":
        return "\n" * block.fence.line + block.fence.text
    if block.language == "console":
        lines = block.fence.text.splitlines()
        return "".join(f"{_PROMPT.sub('', line)}\n" for line in lines if _PROMPT.match(line))
    return block.fence.text


def command_of(block: CodeBlock, python: Path, script: Path) -> Sequence[str | Path]:
    """Return the command that runs the script of a block; a shell stops at the first command that fails."""
    if block.language == "python":
        return (python, "-c", _PYTHON, script)
    shell = "bash" if block.language == "bash" else "sh"
    return (shell, "-e", script)


def line_of(block: CodeBlock, script: Path, said: str) -> int:
    """Return the line of the page at which Python says that it failed, else the block's own."""
    if block.language != "python":
        return block.fence.line
    named = re.findall(rf'^\s*File "{re.escape(str(script))}", line (\d+)', said, re.MULTILINE)
    lines = [int(line) for line in named if block.fence.line < int(line) <= block.fence.last]
    return lines[-1] if lines else block.fence.line
