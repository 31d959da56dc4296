"""The precision in which a number is printed: what is compared, and how it is printed again."""

from __future__ import annotations

import math
import re
from typing import Any

from mlgate.readme.cells import formatted, plain_value, written
from mlgate.readme.sources import SourceError
from mlgate.text import code, printable

_NUMBER = re.compile(
    r"[-+]?(?:\d{1,3}(?P<comma>(?:,\d{3})+)|\d+)(?:\.(?P<places>\d{1,40}))?(?P<exp>e[-+]?\d+)?(?P<tail>\s?%)?\Z"
)


def printed_as(value: Any, printed: str, fmt: str | None) -> str:
    """Return how a value is printed where `printed` stands now: in `fmt`, else in the precision seen there.

    `0.912` is a number to three places, `91.2 %` a share in percent to one, `1,204` a number with separators. Raises
    `SourceError` for what is no single value.
    """
    if isinstance(value, (dict, list)):
        raise SourceError("the source is no single value", hint="go on in the selector, such as `#test.auc`")
    if fmt is not None:
        return formatted(value, fmt)
    if isinstance(value, str):
        return _sentence_text(value)
    shown = printed.strip().replace("−", "-")
    number = _NUMBER.match(shown)
    whole = plain_value(value)
    if number is None or isinstance(value, bool) or value is None or shown == whole:
        return whole
    if not math.isfinite(value * 100):
        return whole
    if isinstance(value, int) and not number["places"] and not number["exp"] and not number["tail"]:
        return formatted(value, ",d" if number["comma"] else "d")
    places = len(number["places"] or "")
    comma = "," if number["comma"] else ""
    if number["tail"]:
        return formatted(value, f"{comma}.{places}%")[:-1] + number["tail"]
    return formatted(value, f"{comma}.{places}{'e' if number['exp'] else 'f'}")


def printed_in_yaml(value: Any, printed: str, fmt: str | None) -> str:
    """Return how a number is printed where YAML must read a number; raises `SourceError` for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise SourceError(f"{code(value, 60)} is no number, which alone is bound in front matter")
    # `1,204` and `91.2%` are words to YAML.
    made = printed_as(value, printed if _is_yaml_number(printed) else "", fmt)
    return made if _is_yaml_number(made) else plain_value(value)


def is_same(printed: str, wanted: str) -> bool:
    """Return whether two printed values say the same; a true minus sign counts as a hyphen."""
    return printed.strip().replace("−", "-") == wanted


def _is_yaml_number(text: str) -> bool:
    return not text.strip("-+.eE0123456789")


def _sentence_text(value: str) -> str:
    if not value.strip() or "|" in value or "`" in value or printable(value) != value:
        raise SourceError(f"{code(value, 60)} cannot stand in a sentence", hint="use a block with `mlgate:begin`")
    return written(value)
