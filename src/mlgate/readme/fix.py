"""Brings generated blocks and bound values up to date by splicing; every other byte stays what it is."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mlgate.readme.claims import Claim, Edit, judge
from mlgate.readme.layout import layout
from mlgate.readme.lines import without_bom
from mlgate.readme.markers import MarkerProblem
from mlgate.readme.parse import parse
from mlgate.readme.said import Layout
from mlgate.readme.sources import Sources


class Fixed(Struct, frozen=True, kw_only=True):
    """A text brought up to date: what was changed, what is left to people, and which markers are wrong.

    `is_unsafe` says that nothing was changed, because new lines would have changed what the lines below them are.
    """

    text: str
    changed: tuple[Claim, ...]
    left: tuple[Claim, ...]
    problems: tuple[MarkerProblem, ...]
    count: int
    is_unsafe: bool = False

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is left to do."""
        return not self.left and not self.problems and not self.is_unsafe


def fix(text: str, sources: Sources, *, force: bool = False) -> Fixed:
    """Return a README brought up to date; `force` also overwrites what was typed into generated blocks."""
    bom, rest = without_bom(text)
    readme = parse(rest)
    said = layout(readme)
    claims = tuple(judge(readme.lines, said, sources))
    changed = tuple(claim for claim in claims if _is_ours(claim, force))
    made = _spliced(rest, [edit for claim in changed for edit in claim.edits])
    is_unsafe = bool(changed) and not _holds(made, said, sources)
    if is_unsafe:
        changed, made = (), rest
    left = tuple(claim for claim in claims if claim.rule and (is_unsafe or not _is_ours(claim, force)))
    return Fixed(
        text=bom + made,
        changed=changed,
        left=left,
        problems=said.problems,
        count=len(claims),
        is_unsafe=is_unsafe,
    )


def fix_text(text: str, sources: Sources, *, force: bool = False) -> str:
    """Return a README's text with its generated blocks and bound values up to date."""
    return fix(text, sources, force=force).text


def _is_ours(claim: Claim, force: bool) -> bool:
    return bool(claim.edits) and (force or not claim.is_forced)


def _spliced(text: str, edits: Iterable[Edit]) -> str:
    pieces, position = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def _holds(made: str, before: Layout, sources: Sources) -> bool:
    """Return whether a text that was made still has its blocks and values, and asks for no further change.

    Where a block stands inside other HTML, its new lines can end that, or make it go on.
    """
    readme = parse(made)
    said = layout(readme)
    return (len(said.blocks), len(said.values)) == (len(before.blocks), len(before.values)) and not any(
        claim.edits and not claim.is_forced for claim in judge(readme.lines, said, sources)
    )
