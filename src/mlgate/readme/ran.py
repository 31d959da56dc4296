"""What running the marked code blocks found: those that fail, and whether they failed at the baseline, too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from mlgate.context import Context
from mlgate.errors import GitError
from mlgate.readme.before import Before
from mlgate.readme.code_blocks import KNOWN, MARK, CodeBlock, Ran, Time, marked_blocks
from mlgate.readme.page import Page
from mlgate.readme.running import BlockRun, Runner, copy_of_commit, copy_of_head
from mlgate.report import Finding, Location, Severity
from mlgate.text import code, codes

Hide = Callable[[str], str]


def run_blocks(context: Context, pages: Sequence[Page], before: Before | None, time_for: Time, hide: Hide) -> Ran:
    """Run the marked blocks of the pages; those that fail, and stood in the baseline's pages, are run there as well."""
    blocks = [block for page in pages for block in marked_blocks(page)]
    unknown = [_unknown(block) for block in blocks if block.language is None]
    blocks = [block for block in blocks if block.language is not None]
    if not blocks:
        return Ran(new=tuple(unknown))
    with copy_of_head(context) as place:
        runner = Runner(context, place, time_for, hide)
        bad = [run for run in runner.run(blocks) if not run.is_good]
    known = set(_failed_before(context, before, bad, time_for, hide)) if bad and before else set()
    return Ran(
        new=(*unknown, *(_finding(run) for run in bad if _identity(run.block) not in known)),
        old=tuple(_finding(run) for run in bad if _identity(run.block) in known),
        count=len(blocks),
    )


def _failed_before(
    context: Context, before: Before, bad: Sequence[BlockRun], time_for: Time, hide: Hide
) -> Iterator[tuple[str | None, str]]:
    """Yield the blocks that failed at the baseline already: a block works or not by the code that it shows."""
    wanted = {_identity(run.block) for run in bad}
    blocks = [block for page in before.pages.values() for block in marked_blocks(page) if block.language is not None]
    if wanted.isdisjoint(map(_identity, blocks)) or time.monotonic() > time_for.deadline:
        return
    try:
        with copy_of_commit(context, before.commit) as place:
            runner = Runner(context, place, time_for, hide)
            yield from [_identity(run.block) for run in runner.run(blocks) if run.finished and not run.is_good]
    except GitError:
        # Without the baseline's files every failure is charged.
        return


def _identity(block: CodeBlock) -> tuple[str | None, str]:
    return block.language, block.fence.text


def _finding(run: BlockRun) -> Finding:
    words, hint = _fate(run)
    return Finding(
        rule="readme/code-block",
        severity=Severity.ERROR,
        message=f"the code block that begins with {code(run.block.name, 60)} {words}",
        location=Location(path=run.block.path, line=run.line),
        hint=hint,
        subject=run.block.name or None,
        detail=run.said or None,
    )


def _fate(run: BlockRun) -> tuple[str, str]:
    if run.finished is None:
        return "was not run: the time of the check was used up", "raise it with `limits: {readme: 30m}`"
    if run.finished.timed_out:
        return f"was stopped after {run.limit:.3g} s", "show something quicker, or raise `readme: {code_limit: ...}`"
    ended = run.finished.signal_name or f"exit code {run.finished.code}"
    return (
        f"fails, with {ended}",
        "mend the block, or the code that it shows; it sees the files of git and nothing else",
    )


def _unknown(block: CodeBlock) -> Finding:
    language = block.fence.info.split()[0]
    return Finding(
        rule="readme/code-block",
        severity=Severity.ERROR,
        message=f"a code block in {code(language)} is marked {code(MARK)}, and nothing here runs it",
        location=Location(path=block.path, line=block.fence.line),
        hint=f"{codes(list(KNOWN))} are run; take the mark away from others",
        subject=block.name or None,
    )
