"""The one place where text becomes Markdown or HTML: nothing that a report says can be markup, a link or a mention.

A message in the inline form of `mlgate.text` falls into plain words and foreign spans. Foreign spans become code. In
plain words every character that opens markup is escaped, and a word that the forge would bring to life after the
markup is done (a mention, an address, a reference to an issue, a short name of an emoji, mathematics) becomes code
too, because no backslash reaches that far.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mlgate.text import code, plain, printable, shorten, spans

LINE = 1_000

_WORDS = re.compile(r"(\s+)")
_LIVE = re.compile(
    r"""@ | :// | www\. | \$ | \#\d | :[\w+-]+: | GH-\d | GHSA- | CVE-\d | mailto: | xmpp:
    | (?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?![0-9a-z])""",
    re.IGNORECASE | re.VERBOSE,
)
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|#]")
_OPENING = re.compile(r"^(?:[-+=](?![0-9A-Za-z.])|:(?=-)|(?<!\d)(\d{1,9})(?=[.)](?:\s|$)))")
_MARKER = re.compile(r"[^A-Za-z0-9._-]|-(?=-)|-$")


class _Piece(NamedTuple):
    text: str
    is_code: bool


def markdown(message: str, limit: int = LINE) -> str:
    """Return a message as one line of Markdown, good at the start of a line, in a sentence and in a table's cell."""
    return _written(message, limit, in_cell=False)


def cell(message: str, limit: int = LINE) -> str:
    """Return a message as the content of a table's cell."""
    return _written(message, limit, in_cell=True)


def html(message: str, limit: int = LINE) -> str:
    """Return a message as HTML, for the inside of an HTML block, where Markdown is not read."""
    return "".join(
        f"<code>{_entities(piece.text)}</code>" if piece.is_code else _entities(piece.text)
        for piece in _pieces(message, limit)
    ).strip()


def attribute(message: str, limit: int = LINE) -> str:
    """Return a message as plain words for the inside of a quoted attribute or a title, where no element is read."""
    return _entities(shorten(printable(plain(message)), limit))


def preformatted(text: str, *, lines: int = 400, width: int = 2_000) -> str:
    """Return text of several lines for the inside of a `<pre>`, cut to `lines` and `width`."""
    return _entities("\n".join(_cut(text, lines, width)))


def block(text: str, *, lines: int = 40, width: int = 300) -> str:
    """Return text of several lines as a fenced block that nothing inside it can end, cut to `lines` and `width`."""
    shown = _cut(text, lines, width)
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *shown, fence])


def _cut(text: str, lines: int, width: int) -> list[str]:
    found = text.split("\n")
    shown = [printable(shorten(line.rstrip("\r").expandtabs(4), width)) for line in found[:lines]]
    if len(found) > lines:
        shown.append(f"… {len(found) - lines:,} more lines")
    return shown


def marker_word(value: str, limit: int = 60) -> str:
    """Return a value as one word that is safe inside an HTML comment and the same every time."""
    word = _MARKER.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), value)
    return word[: limit * 3] or "none"


def _written(message: str, limit: int, *, in_cell: bool) -> str:
    parts = []
    for piece in _pieces(message, limit):
        if piece.is_code:
            fenced = code(piece.text, limit)
            parts.append(fenced.replace("|", "\\|") if in_cell else fenced)
        else:
            parts.append(_MARKUP.sub(r"\\\g<0>", piece.text))
    return _opened("".join(parts).strip())


def _opened(line: str) -> str:
    """Return a line with a backslash before what would open a list, a rule or an underlined heading."""
    found = _OPENING.match(line)
    if not found:
        return line
    at = found.end() if found[1] else 0
    return f"{line[:at]}\\{line[at:]}"


def _pieces(message: str, limit: int) -> list[_Piece]:
    """Return the pieces of a message with no two pieces of code side by side, for their fences would run together."""
    found: list[_Piece] = []
    for span in spans(shorten(printable(message), limit)):
        split = [_Piece(span.text, is_code=True)] if span.foreign else _split(span.text)
        for piece in split:
            if found and found[-1].is_code and piece.is_code:
                found.append(_Piece(" ", is_code=False))
            found.append(piece)
    return found


def _split(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    for word in _WORDS.split(text):
        if _LIVE.search(word):
            found.append(_Piece(word, is_code=True))
        elif found and not found[-1].is_code:
            found[-1] = _Piece(found[-1].text + word, is_code=False)
        elif word:
            found.append(_Piece(word, is_code=False))
    return found


def _entities(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )
