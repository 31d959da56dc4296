"""How sizes and times of runs read."""

from __future__ import annotations


def size(count: float) -> str:
    """Return a number of bytes in the largest unit of which there is at least one: `3.2 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB"


def seconds(count: float) -> str:
    """Return a time as people read it: `0.4 s`, `12 s`, `3 min 20 s`."""
    if count < 10:
        return f"{count:.2g} s"
    if count < 120:
        return f"{count:.0f} s"
    minutes, rest = divmod(round(count), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
