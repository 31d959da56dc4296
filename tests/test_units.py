"""Amounts as people write them: each unit is read, and a bare number is refused with both of its readings."""

from __future__ import annotations

import math
import re

import pytest

from mlgate.units import UNITS, Duration, Increase, Price, Scale, Share, Size, Tolerance, Unit


@pytest.mark.parametrize(
    ("text", "number", "scale"),
    [
        pytest.param("1pp", 1.0, "pp", id="points"),
        pytest.param("0.5 pp", 0.5, "pp", id="half a point, with a space"),
        pytest.param("2%", 2.0, "%", id="relative"),
        pytest.param(" .5 % ", 0.5, "%", id="no leading zero, spaces around"),
        pytest.param("3 abs", 3.0, "abs", id="absolute"),
        pytest.param("1e-3abs", 0.001, "abs", id="exponent"),
        pytest.param("0pp", 0.0, "pp", id="nothing is tolerated"),
    ],
)
def test_tolerance(text: str, number: float, scale: Scale) -> None:
    assert Tolerance.parse(text) == Tolerance(number, scale)


@pytest.mark.parametrize(
    ("text", "baseline", "expected"),
    [
        pytest.param("1pp", 0.9, 0.01, id="a point is a hundredth of the scale"),
        pytest.param("2%", 50.0, 1.0, id="two percent of fifty"),
        pytest.param("2%", -50.0, 1.0, id="of a negative baseline"),
        pytest.param("2%", 0.0, 0.0, id="of nothing is nothing"),
        pytest.param("0.5 abs", 123.0, 0.5, id="absolute"),
    ],
)
def test_tolerance__in_the_unit_of_the_metric(text: str, baseline: float, expected: float) -> None:
    assert Tolerance.parse(text).absolute(baseline) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("90s", 90.0, id="seconds"),
        pytest.param("30m", 1800.0, id="minutes"),
        pytest.param("1.5 h", 5400.0, id="hours, with a space"),
        pytest.param("180d", 15_552_000.0, id="days"),
    ],
)
def test_duration(text: str, seconds: float) -> None:
    assert Duration.parse(text).seconds == seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [pytest.param("80%", 0.8, id="percent"), pytest.param("0 %", 0.0, id="none"), pytest.param("100%", 1.0, id="all")],
)
def test_share(text: str, value: float) -> None:
    assert Share.parse(text).value == value


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        pytest.param(Tolerance, "1.0 pp", "1pp", id="points"),
        pytest.param(Tolerance, "2.5%", "2.5%", id="relative"),
        pytest.param(Tolerance, "0.5abs", "0.5 abs", id="absolute"),
        pytest.param(Duration, "120m", "2h", id="largest whole unit"),
        pytest.param(Duration, "90m", "90m", id="no whole hours"),
        pytest.param(Duration, "0.5s", "0.5s", id="less than a second"),
        pytest.param(Duration, "48h", "2d", id="days"),
        pytest.param(Share, "12.5%", "12.5%", id="share"),
        pytest.param(Size, "8GB", "8GB", id="size"),
        pytest.param(Size, "1500 MB", "1.5GB", id="size in its largest unit"),
        pytest.param(Size, "0.5kB", "0.5kB", id="size below the smallest unit"),
        pytest.param(Increase, "150 %", "150%", id="increase beyond all"),
        pytest.param(Price, " 3.06  USD/h", "3.06 USD/h", id="price"),
    ],
)
def test_shown_as_people_write_it__and_read_back(kind: type, text: str, shown: str) -> None:
    amount = kind.parse(text)
    assert str(amount) == shown
    assert kind.parse(str(amount)) == amount


@pytest.mark.parametrize(
    ("kind", "value", "readings"),
    [
        pytest.param(Tolerance, 1, ["`1pp` is 0.01", "`1%` is that share", "`1 abs`"], id="tolerance"),
        pytest.param(Tolerance, 0.02, ["`0.02pp` is 0.0002", "`0.02%`", "`0.02 abs`"], id="fraction as tolerance"),
        pytest.param(Duration, 30, ["`30s` is seconds", "`30m` is minutes"], id="time"),
        pytest.param(Share, 80, ["`80%`"], id="share"),
        pytest.param(Size, 8, ["`8MB`", "`8GB`"], id="size"),
        pytest.param(Share, 0.8, ["`0.8%`", "`80%` if a fraction was meant"], id="fraction as share"),
        pytest.param(Increase, 0.2, ["`0.2%`", "`20%` if a fraction was meant"], id="fraction as increase"),
    ],
)
def test_bare_number__refused_with_its_readings(kind: type, value: float, readings: list[str]) -> None:
    with pytest.raises(ValueError, match="needs a unit") as caught:
        kind.parse(value)
    for reading in readings:
        assert reading in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        pytest.param(Tolerance, "1", "`1` needs one of the units `pp`, `%` and `abs`", id="text without unit"),
        pytest.param(Tolerance, "1 percent", "`1 percent` needs one of the units", id="unknown unit"),
        pytest.param(Tolerance, "-1pp", "`-1pp` is negative; a tolerance is a size", id="negative"),
        pytest.param(Tolerance, "nan%", "`nan%` is no tolerance; write it like `1pp`", id="not a number"),
        pytest.param(Tolerance, "1e999pp", "is no tolerance", id="infinite"),
        pytest.param(Tolerance, "1pp 2%", "is no tolerance", id="two"),
        pytest.param(Tolerance, "", "is no tolerance", id="empty"),
        pytest.param(Tolerance, True, "expected an amount such as `1pp`", id="true"),
        pytest.param(Tolerance, None, "expected an amount", id="nothing"),
        pytest.param(Tolerance, ["1pp"], "expected an amount", id="list"),
        pytest.param(Duration, "30 minutes", "write it like `90s`, `30m`, `12h` or `180d`", id="minutes in full"),
        pytest.param(Duration, "5M", "is no time", id="capital unit"),
        pytest.param(Duration, "0s", "is no time", id="no time at all"),
        pytest.param(Duration, "-5m", "is no time", id="negative time"),
        pytest.param(Duration, "99999d", "`99999d` is longer than ten years", id="too long"),
        pytest.param(Duration, "1e308d", "is longer than ten years", id="overflow"),
        pytest.param(Share, "120%", "`120%` is no share; write it like `80%`", id="more than all"),
        pytest.param(Share, "-1%", "is no share", id="less than nothing"),
        pytest.param(Share, "0.8", "is no share", id="fraction as text"),
        pytest.param(Size, "8GiB", "`8GiB` is no size; write it like `500MB` or `8GB`", id="size in another unit"),
        pytest.param(Size, "0GB", "is no size", id="no size at all"),
        pytest.param(Increase, "-5%", "`-5%` is no increase; write it like `20%`", id="decrease"),
        pytest.param(Increase, "5pp", "is no increase", id="increase in points"),
        pytest.param(Price, 3.06, "`3.06` needs a currency: `3.06 USD/h`", id="price without currency"),
        pytest.param(Price, "3.06 USD", "`3.06 USD` is no price; write it like `3.06 USD/h`", id="price of what"),
        pytest.param(Price, "$3/h", "is no price", id="sign of a currency"),
        pytest.param(Price, None, "is no price", id="no price"),
    ],
)
def test_refused(kind: type, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        kind.parse(value)


@pytest.mark.parametrize("kind", UNITS)
def test_example__fits_the_pattern_of_the_schema(kind: type[Unit]) -> None:
    assert re.fullmatch(kind.PATTERN, kind.EXAMPLE)
    assert kind.parse(kind.EXAMPLE)
    assert not re.fullmatch(kind.PATTERN, "1")


def test_limits__are_what_a_clock_can_wait() -> None:
    assert math.isfinite(Duration.parse("3650d").seconds)
