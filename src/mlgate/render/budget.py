"""Fits a document into a number of characters: whole blocks first, then as many rows as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_SPARE = 160


class Block(NamedTuple):
    """A part of a document that may be cut between its rows: `more` stands in for those left out, by its `{}`."""

    opening: str
    rows: Sequence[str] = ()
    closing: str = ""
    more: str = "… and {} more in the full report\n"

    def text(self, count: int | None = None) -> str:
        """Return the block with its first `count` rows, and how many more there are."""
        if count is None or count >= len(self.rows):
            return self.opening + "".join(self.rows) + self.closing
        left = f"{len(self.rows) - count:,}"
        return self.opening + "".join(self.rows[:count]) + self.more.replace("{}", left) + self.closing


def fit(blocks: Sequence[Block], limit: int, *, spare: int = _SPARE) -> str:
    """Return the blocks one after another in `limit` characters, with `spare` of them to say what was left out."""
    room = limit - spare
    parts: list[str] = []
    dropped = 0
    for block in blocks:
        part = _largest(block, room)
        if part is None:
            dropped += 1
            continue
        parts.append(part)
        room -= len(part)
    if dropped and spare:
        parts.append(f"\n… and {dropped:,} more {'section' if dropped == 1 else 'sections'} in the full report\n")
    return "".join(parts)


def _largest(block: Block, room: int) -> str | None:
    """Return as much of a block as there is room for: all of it, or at least one row, or nothing."""
    whole = block.text()
    if len(whole) <= room:
        return whole
    count = len(block.rows)
    size = len(block.text(0))
    if size > room:
        return None
    low = 0
    for row in block.rows[: count - 1]:
        size += len(row)
        if size > room:
            break
        low += 1
    return block.text(low) if low else None
