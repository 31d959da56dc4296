"""What `mlgate doctor` shows, as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from mlgate.doctor.practice import Seen, State
from mlgate.text import amount, plain, printable

VERSION = 1
_MARKS = {State.FINE: "✓", State.MISSING: "✗", State.UNKNOWN: "?", State.NOT_NEEDED: "-"}
_WORDS = {State.FINE: "fine", State.MISSING: "missing", State.UNKNOWN: "unknown", State.NOT_NEEDED: "not needed here"}


def as_text(seen: Sequence[Seen]) -> str:
    """Return the practices by group, each with its next step below it, and the counts."""
    width = max((len(one.practice.id) for one in seen), default=0)
    lines: list[str] = []
    group = ""
    for one in seen:
        if one.practice.group != group:
            group = one.practice.group
            lines += ["", group] if lines else [group]
        answer = one.answer
        lines.append(f"  {_MARKS[answer.state]} {one.practice.id:<{width}}  {_plain(answer.says)}")
        if answer.next:
            lines.append(f"    {'':<{width}}  next: {_plain(answer.next)}")
    counts = Counter(one.answer.state for one in seen)
    told = ", ".join(f"{counts[state]} {word}" for state, word in _WORDS.items() if counts[state])
    return "\n".join([*lines, "", f"{amount(len(seen), 'practice')}: {told}", ""])


def as_json(seen: Sequence[Seen], version: str) -> str:
    """Return the practices for machines; the document's own `version` is that of its form."""
    practices = [
        {
            "id": one.practice.id,
            "group": one.practice.group,
            "question": one.practice.question,
            "state": one.answer.state.value,
            "says": plain(one.answer.says),
            "next": plain(one.answer.next) if one.answer.next else None,
        }
        for one in seen
    ]
    counts = Counter(one.answer.state for one in seen)
    document = {
        "version": VERSION,
        "mlgate": version,
        "counts": {state.value: counts[state] for state in State},
        "practices": practices,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _plain(words: str) -> str:
    return printable(plain(words))
