"""Writes a pattern of Python's `re` in the words of polars' regular expressions, where both surely mean the same.

Python backtracks and knows look-around and back references; Rust's `regex`, which polars uses, and RE2, which pandas
may use, do not. What the three read alike is translated from Python's own parse of the pattern; the rest is refused.
"""

from __future__ import annotations

import re
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

_REPEATS = 500
_CLASSES = {
    kinds.CATEGORY_DIGIT: "0-9",
    kinds.CATEGORY_SPACE: r"\x{20}\x{09}",
    kinds.CATEGORY_WORD: "0-9A-Za-z_",
}
_NOT_PLAIN = r"[^\x{09}\x{20}-\x{7e}]"


class Pattern(NamedTuple):
    """A pattern for polars; `plain_only` says that it holds only for values of printable ASCII."""

    text: str
    plain_only: bool


NOT_PLAIN = _NOT_PLAIN
"""What matches values that hold anything but printable ASCII and tabs: of these the engines see classes apart."""


class _OtherError(Exception):
    """A pattern holds what is not read alike."""


def translate(pattern: object, *, anchored: bool) -> Pattern | None:
    """Return a pattern of Python for polars, or None where it may mean something else there.

    `anchored` is for a pattern that must match from the start of the value.
    """
    if isinstance(pattern, re.Pattern):
        if pattern.flags != re.UNICODE:
            return None
        pattern = pattern.pattern
    if not isinstance(pattern, str):
        return None
    try:
        parsed = parser.parse(pattern)
        if parsed.state.flags != re.UNICODE or any(kind is kinds.BRANCH for kind, _ in parsed):
            return None
        writer = _Writer()
        text = writer.sequence(parsed)
    except (_OtherError, re.error, RecursionError, OverflowError):
        return None
    return Pattern(f"^(?:{text})" if anchored else f"(?:{text})", writer.plain_only)


_OTHER_IN_RUST = re.compile(r"&&|--|~~|\[\[|\[:|\{(?!\d+(?:,\d*)?\})|\\[0-9N]|\\[uU](?!\{)|\(\?(?![:P])")


def polars_parses_alike(pattern: object) -> bool:
    """Return whether a pattern that `translate` accepts holds nothing that only Python, or only Rust, reads so."""
    text = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    return isinstance(text, str) and _OTHER_IN_RUST.search(text) is None


class _Writer:
    def __init__(self) -> None:
        self.plain_only = False

    def sequence(self, parsed: Any) -> str:
        return "".join(self._one(kind, held) for kind, held in parsed)

    def _one(self, kind: Any, held: Any) -> str:
        if kind is kinds.LITERAL:
            return _character(held)
        if kind is kinds.NOT_LITERAL:
            return f"[^{_character(held)}]"
        if kind is kinds.ANY:
            return r"[^\x{0a}]"
        if kind is kinds.IN:
            return self._set(held)
        if kind is kinds.AT:
            return self._edge(held)
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            return self._repeat(*held)
        if kind is kinds.SUBPATTERN and not held[1] and not held[2]:
            return f"(?:{self.sequence(held[3])})"
        if kind is kinds.BRANCH:
            return "(?:" + "|".join(self.sequence(branch) for branch in held[1]) + ")"
        raise _OtherError

    def _edge(self, held: Any) -> str:
        if held in (kinds.AT_BEGINNING, kinds.AT_BEGINNING_STRING):
            return "^"
        if held is kinds.AT_END:
            # In Python it also stands before a last line break, which plain values do not hold.
            self.plain_only = True
            return "$"
        raise _OtherError

    def _repeat(self, least: int, most: Any, held: Any) -> str:
        if least > _REPEATS or (most is not kinds.MAXREPEAT and most > _REPEATS):
            raise _OtherError
        top = "" if most is kinds.MAXREPEAT else str(int(most))
        return f"(?:{self.sequence(held)}){{{least},{top}}}"

    def _set(self, held: Any) -> str:
        parts = []
        for kind, value in held:
            if kind is kinds.NEGATE:
                parts.append("^")
            elif kind is kinds.LITERAL:
                parts.append(_character(value))
            elif kind is kinds.RANGE:
                parts.append(f"{_character(value[0])}-{_character(value[1])}")
            elif kind is kinds.CATEGORY and value in _CLASSES:
                self.plain_only = True
                parts.append(_CLASSES[value])
            else:
                raise _OtherError
        return f"[{''.join(parts)}]"


def _character(number: int) -> str:
    if 0xD800 <= number <= 0xDFFF:
        raise _OtherError
    return f"\\x{{{number:x}}}"
