"""Amounts as people write them: `1pp`, `2%`, `0.5 abs`, `30m`, `180d`, `8GB`, `3.06 USD/h`."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import ClassVar, Literal

from msgspec import Struct

from mlgate.lazy_pattern import lazy_pattern
from mlgate.text import code

_AMOUNT = lazy_pattern(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z%]*)\s*$")


# What the number of a tolerance counts: points, a share of the baseline, or the metric's own unit.
Scale = Literal["pp", "%", "abs"]
_SCALES: dict[str, Scale] = {"pp": "pp", "%": "%", "abs": "abs"}


def _split(text: str, what: str, example: str) -> tuple[float, str]:
    found = _AMOUNT.match(text)
    if not found or not math.isfinite(float(found[1])):
        raise ValueError(f"{code(text)} is no {what}; write it like {code(example)}")
    return float(found[1]), found[2]


class Tolerance(Struct, frozen=True):
    """How far a metric may move: in points (`1pp` is 0.01), relative to the baseline (`2%`), or in its own unit."""

    PATTERN: ClassVar[str] = r"^\s*(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*(pp|%|abs)\s*$"
    EXAMPLE: ClassVar[str] = "1pp"

    number: float
    scale: Scale

    @classmethod
    def parse(cls, value: object) -> Tolerance:
        """Return the tolerance that people wrote; a bare number is refused, for it has two readings."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError(
                f"{code(value)} needs a unit: `{value}pp` is {value / 100:g} on the metric's scale, "
                f"`{value}%` is that share of the baseline's value, `{value} abs` is in the metric's own unit"
            )
        if not isinstance(value, str):
            raise ValueError("expected an amount such as `1pp`, `2%` or `0.5 abs`")
        number, unit = _split(value, "tolerance", cls.EXAMPLE)
        scale = _SCALES.get(unit)
        if scale is None:
            raise ValueError(f"{code(value)} needs one of the units `pp`, `%` and `abs`")
        if number < 0:
            raise ValueError(f"{code(value)} is negative; a tolerance is a size")
        return cls(number, scale)

    def absolute(self, baseline: float) -> float:
        """Return the tolerance in the metric's own unit, given the baseline's value."""
        if self.scale == "%":
            return abs(baseline) * self.number / 100
        return self.number / 100 if self.scale == "pp" else self.number

    def __str__(self) -> str:
        """Return the tolerance as people write it."""
        return f"{self.number:g} abs" if self.scale == "abs" else f"{self.number:g}{self.scale}"


class Duration(Struct, frozen=True):
    """A time span in seconds, written `90s`, `30m`, `12h` or `180d`."""

    PATTERN: ClassVar[str] = r"^\s*(\d+\.?\d*|\.\d+)\s*[smhd]\s*$"
    EXAMPLE: ClassVar[str] = "30m"
    _UNITS: ClassVar[dict[str, int]] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    _MOST: ClassVar[float] = 3650 * 86400.0

    seconds: float

    @classmethod
    def parse(cls, value: object) -> Duration:
        """Return the span that people wrote; a bare number is refused."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError(f"{code(value)} needs a unit: `{value}s` is seconds, `{value}m` is minutes")
        if not isinstance(value, str):
            raise ValueError("expected a time such as `90s` or `30m`")
        number, unit = _split(value, "time", cls.EXAMPLE)
        if unit not in cls._UNITS or number <= 0:
            raise ValueError(f"{code(value)} is no time; write it like `90s`, `30m`, `12h` or `180d`")
        if number * cls._UNITS[unit] > cls._MOST:
            raise ValueError(f"{code(value)} is longer than ten years")
        return cls(number * cls._UNITS[unit])

    def __str__(self) -> str:
        """Return the span in its largest whole unit."""
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if self.seconds >= size and self.seconds % size == 0:
                return f"{self.seconds / size:g}{unit}"
        return f"{self.seconds:g}s"


class Share(Struct, frozen=True):
    """A share from 0 to 1, written `80%`."""

    PATTERN: ClassVar[str] = r"^\s*(\d+\.?\d*|\.\d+)\s*%\s*$"
    EXAMPLE: ClassVar[str] = "80%"

    value: float

    @classmethod
    def parse(cls, value: object) -> Share:
        """Return the share that people wrote; a bare number is refused."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError(f"{code(value)} needs a unit: `{value}%`, or `{value * 100:g}%` if a fraction was meant")
        if not isinstance(value, str):
            raise ValueError("expected a share such as `80%`")
        number, unit = _split(value, "share", cls.EXAMPLE)
        if unit != "%" or not 0 <= number <= 100:
            raise ValueError(f"{code(value)} is no share; write it like `80%`")
        return cls(number / 100)

    def __str__(self) -> str:
        """Return the share in percent."""
        return f"{self.value * 100:g}%"


class Size(Struct, frozen=True):
    """A size in bytes, written `500MB` or `8GB`; a megabyte is a million bytes."""

    PATTERN: ClassVar[str] = r"^\s*(\d+\.?\d*|\.\d+)\s*[kMGT]B\s*$"
    EXAMPLE: ClassVar[str] = "8GB"
    _UNITS: ClassVar[dict[str, int]] = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

    bytes: float

    @classmethod
    def parse(cls, value: object) -> Size:
        """Return the size that people wrote; a bare number is refused."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError(f"{code(value)} needs a unit: `{value}MB` is millions of bytes, `{value}GB` is billions")
        if not isinstance(value, str):
            raise ValueError("expected a size such as `500MB` or `8GB`")
        number, unit = _split(value, "size", cls.EXAMPLE)
        if unit not in cls._UNITS or number <= 0:
            raise ValueError(f"{code(value)} is no size; write it like `500MB` or `8GB`")
        return cls(number * cls._UNITS[unit])

    def __str__(self) -> str:
        """Return the size in its largest unit of which there is at least one."""
        unit, scale = next((u, s) for u, s in reversed(self._UNITS.items()) if self.bytes >= s or u == "kB")
        return f"{self.bytes / scale:g}{unit}"


class Day(Struct, frozen=True, order=True):
    """A day of the calendar, written `2026-12-31`."""

    PATTERN: ClassVar[str] = r"^\d{4}-\d{2}-\d{2}$"
    EXAMPLE: ClassVar[str] = "2026-12-31"

    iso: str

    @classmethod
    def parse(cls, value: object) -> Day:
        """Return the day that people wrote; TOML has dates of its own."""
        said = value.isoformat() if isinstance(value, date) else value
        if not isinstance(said, str) or not re.fullmatch(cls.PATTERN, said):
            raise ValueError(f"expected a day such as {code(cls.EXAMPLE)}, got {code(value)}")
        try:
            return cls(date.fromisoformat(said).isoformat())
        except ValueError:
            raise ValueError(f"{code(said)} is no day of the calendar") from None

    def __str__(self) -> str:
        """Return the day as people write it."""
        return self.iso


class Increase(Struct, frozen=True):
    """A share by which something may grow, written `20%`; `150%` is two and a half times as much."""

    PATTERN: ClassVar[str] = r"^\s*(\d+\.?\d*|\.\d+)\s*%\s*$"
    EXAMPLE: ClassVar[str] = "20%"

    value: float

    @classmethod
    def parse(cls, value: object) -> Increase:
        """Return the increase that people wrote; a bare number is refused."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError(f"{code(value)} needs a unit: `{value}%`, or `{value * 100:g}%` if a fraction was meant")
        if not isinstance(value, str):
            raise ValueError("expected an increase such as `20%`")
        number, unit = _split(value, "increase", cls.EXAMPLE)
        if unit != "%" or number < 0:
            raise ValueError(f"{code(value)} is no increase; write it like `20%`")
        return cls(number / 100)

    def __str__(self) -> str:
        """Return the increase in percent."""
        return f"{self.value * 100:g}%"


class Price(Struct, frozen=True):
    """What an hour of a machine costs, written `3.06 USD/h`; the currency is three letters of ISO 4217."""

    PATTERN: ClassVar[str] = r"^\s*(\d+\.?\d*|\.\d+)\s*[A-Z]{3}/h\s*$"
    EXAMPLE: ClassVar[str] = "3.06 USD/h"
    _FORM: ClassVar[re.Pattern[str]] = lazy_pattern(r"\s*(\d+\.?\d*|\.\d+)\s*([A-Z]{3})/h\s*")

    amount: float
    currency: str

    @classmethod
    def parse(cls, value: object) -> Price:
        """Return the price that people wrote; a bare number is refused."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError(f"{code(value)} needs a currency: `{value} USD/h`")
        found = cls._FORM.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise ValueError(f"{code(value)} is no price; write it like {code(cls.EXAMPLE)}")
        return cls(float(found[1]), found[2])

    def of(self, seconds: float) -> float:
        """Return what a time costs."""
        return self.amount * seconds / 3600

    def __str__(self) -> str:
        """Return the price as people write it."""
        return f"{self.amount:g} {self.currency}/h"


Unit = Tolerance | Duration | Share | Size | Day | Increase | Price
UNITS: tuple[type[Unit], ...] = (Tolerance, Duration, Share, Size, Day, Increase, Price)
