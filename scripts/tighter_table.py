"""The table of what is tighter, made from the one that the gate goes by."""

from __future__ import annotations

from mlgate.policy.table import TABLE


def tighter_table() -> str:
    """Return the rows: how a key is judged, and the keys that are judged so."""
    by_way: dict[str, list[str]] = {}
    for key, way in TABLE.items():
        by_way.setdefault(_words(way.words, follows=way.follows, removal=way.is_removal), []).append(key)
    rows = [f"| {words} | {', '.join(f'`{key}`' for key in keys)} |" for words, keys in by_way.items()]
    return "\n".join(["| how it is judged | keys |", "|---|---|", *rows])


def _words(words: str, *, follows: bool, removal: bool) -> str:
    ending = "; what is given up goes by `removed`" if removal else ""
    return f"no limit: counts as the pull request has it{ending}" if follows and words == "no limit" else words + ending
