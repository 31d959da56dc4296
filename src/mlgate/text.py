"""The inline form of every message: plain words of our own, and code spans that hold foreign text.

A message is an ordinary string. Foreign facts (a path, a column, what a tool said) enter it through `code`, which
wraps them in a run of backticks longer than any run inside them, by CommonMark's rule for code spans. Whoever shows
a message takes it apart again with `spans`, so that each renderer can treat the two kinds as it must.
"""

from __future__ import annotations

import re

from mlgate.lazy_pattern import lazy_pattern

_RUN = lazy_pattern("`+")
_ANYWHERE = r"##(?=\[)"
_AT_START = r"(?:^|(?<=[\n\r]))([^\S\n\r]|[\ufeff\u200b])*(?=::)"
_LIMIT = 300
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Span:
    """One piece of a message: its text, and whether it is foreign."""

    __slots__ = ("foreign", "text")

    def __init__(self, text: str, foreign: bool) -> None:
        """Keep both."""
        self.text = text
        self.foreign = foreign

    def __eq__(self, other: object) -> bool:
        """Return whether it is the same piece."""
        return isinstance(other, Span) and (self.text, self.foreign) == (other.text, other.foreign)

    def __hash__(self) -> int:
        """Return the hash of both."""
        return hash((self.text, self.foreign))

    def __repr__(self) -> str:
        """Return it as it is written in code."""
        return f"Span({self.text!r}, {self.foreign!r})"


def printable(value: str) -> str:
    """Return `value` with control, bidirectional and unassigned characters shown as escapes such as `\\x1b`."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(_shown(char) for char in value)


def _shown(char: str) -> str:
    import unicodedata

    if unicodedata.category(char) not in _HIDDEN:
        return char
    point = ord(char)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def shorten(value: str, limit: int = _LIMIT) -> str:
    """Return `value`, or its beginning and an ellipsis where it is longer than `limit` characters."""
    return value if len(value) <= limit else value[: limit - 1] + "…"


def code(value: object, limit: int = _LIMIT) -> str:
    """Return `value` as a code span that nothing inside it can end, cut to `limit` characters."""
    shown = printable(shorten(str(value), limit))
    fence = "`" * (1 + max(map(len, _RUN.findall(shown)))) if "`" in shown else "`"
    pad = " " if shown[:1] in ("`", "") or shown[-1:] == "`" or (shown[0] == shown[-1] == " " and shown.strip()) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def command(*words: str, then: tuple[str, ...] = ()) -> str:
    """Return a command to copy, as a code span; to a shell every word is one word, whatever a name holds.

    `then` is what is to be run after it, where it went well.
    """
    from shlex import join

    return code(" && ".join(join(part) for part in (words, then) if part))


def codes(values: list[str] | tuple[str, ...], most: int = 5) -> str:
    """Return the first `most` values as code spans with commas, and how many more there are."""
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(code(value) for value in values[:most]) + more


def spans(message: str) -> list[Span]:
    """Take a message apart into plain and foreign spans; an unclosed run of backticks is plain text."""
    from bisect import bisect_right

    runs = list(_RUN.finditer(message))
    places: dict[int, list[int]] = {}
    for run in runs:
        places.setdefault(len(run[0]), []).append(run.start())
    found: list[Span] = []
    done = 0
    for opening in runs:
        if opening.start() < done:
            continue
        same = places[len(opening[0])]
        after = bisect_right(same, opening.start())
        if after == len(same):
            continue
        if opening.start() > done:
            found.append(Span(message[done : opening.start()], foreign=False))
        found.append(Span(_unpadded(message[opening.end() : same[after]]), foreign=True))
        done = same[after] + len(opening[0])
    if done < len(message):
        found.append(Span(message[done:], foreign=False))
    return found


def _unpadded(inside: str) -> str:
    if len(inside) > 1 and inside[0] == inside[-1] == " " and inside.strip():
        return inside[1:-1]
    return inside


def plain(message: str) -> str:
    """Return a message without the backticks of its code spans, for places that know no Markdown."""
    return "".join(span.text for span in spans(message))


def inert(lines: str) -> str:
    """Return lines for a log in which a runner finds no command: `##[` anywhere, and `::` where a line begins."""
    return re.sub(_AT_START, lambda start: start[0] + "\\", re.sub(_ANYWHERE, "##\\\\", lines))


def amount(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: `1 column`, `2 columns`, `1,204 rows`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str | None:
    """Return the known word most like `word`, if any is close enough to be what was meant."""
    import difflib

    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else None
