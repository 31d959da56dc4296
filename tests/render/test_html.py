"""The HTML page: the comment's words in its order, pictures with names, and nothing foreign that is markup."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from msgspec.structs import replace

from mlgate.render import html, json_document, markdown
from mlgate.render.html_picture import Drawing
from mlgate.report import Bars, Interval, Report, Row, Status, Table
from mlgate.text import plain
from render.nasty import DOCS, Page, page, squeezed, strings
from render.sample import (
    empty_report,
    friendly_report,
    passing_report,
    poisoned,
    report_of,
    sample_report,
    small_report,
)

ALLOWED = {
    "!doctype html", "html", "head", "meta", "title", "link", "style", "body", "header", "main", "footer", "section",
    "h1", "h2", "p", "a", "b", "strong", "code", "pre", "span", "div", "ul", "li", "details", "summary",
    "table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "circle", "polygon",
}  # fmt: skip


def read(report: Report) -> Page:
    return Page(html.render(report))


@pytest.mark.parametrize("report", [friendly_report(), passing_report()], ids=["blocked", "passed"])
def test_render__has_the_words_of_the_comment_in_its_order(report: Report) -> None:
    words = [plain(finding.message) for finding in report.findings[-2:-1]]
    words += [one.outcome.summary for one in report.entries if one.status is Status.PASSED]
    words += [plain(one.title) for entry in report.entries for one in entry.outcome.tables]
    shown, comment = squeezed(read(report).text), squeezed(page(markdown.render(report)).text)
    assert all(word in shown and word in comment for word in words)
    assert sorted(words, key=shown.index) == sorted(words, key=comment.index)


def test_render__loads_nothing_and_runs_nothing() -> None:
    text = html.render(friendly_report())
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
    assert not re.search(r"<script|\bon\w+=|\bstyle=|@import|url\(|src=", text)
    assert {link for link in read(friendly_report()).links if not link.startswith((DOCS, "#check-"))} == set()


def test_render__has_no_cut_where_the_comment_has_one() -> None:
    entry = sample_report().entries[-1]
    finding = replace(entry.outcome.findings[0], message="word")
    findings = tuple(replace(finding, message=f"finding {number}.") for number in range(400))
    report = replace(friendly_report(), entries=(replace(entry, outcome=replace(entry.outcome, findings=findings)),))
    assert "finding 399." in html.render(report)
    assert "finding 399." not in markdown.render(report)


def test_render__every_status_has_its_word_beside_the_sign() -> None:
    for status, word in [(Status.ERROR, "could not run"), (Status.INCONCLUSIVE, "inconclusive")]:
        assert word in read(report_of(status)).text


def test_render__no_check_at_all() -> None:
    found = read(empty_report())
    assert "nothing was checked" in found.text
    assert found.rows == []


@pytest.mark.parametrize("make", [friendly_report, passing_report, sample_report, empty_report])
def test_render__every_element_is_closed(make: object) -> None:
    assert callable(make)
    found = read(make())
    void = {"meta", "link", "!doctype html"}
    assert sorted(tag for tag in found.tags if tag not in void) == sorted(found.closed)


def test_messages__nothing_hostile_becomes_markup() -> None:
    assert set(read(sample_report()).tags) <= ALLOWED
    for text in strings(seed=4, count=600):
        found = read(poisoned(small_report(), text or "x"))
        assert set(found.tags) <= ALLOWED, text
        assert found.comments == []
        assert {link for link in found.links if not link.startswith((DOCS, "#check-"))} == set()
        assert len({tuple(table) for table in found.tables}) <= len(found.tables)
        assert all(len(set(table)) == 1 for table in found.tables), text


def test_log__is_never_shown() -> None:
    assert "SECRET-CANARY" not in html.render(sample_report())


# --- pictures


def drawn(*pictures: Interval | Bars | None) -> list[str]:
    drawing = Drawing(pictures)
    return [drawing.of(picture) for picture in pictures]


def numbers(svg: str, name: str, key: str) -> list[float]:
    return [float(found) for found in re.findall(rf'class="{name}"[^>]* {key}="([\d.]+)"', svg)]


def test_interval__stands_on_the_scale_of_its_table() -> None:
    """From -2 to 2 over 170 of 180 pixels: -1 is at 5 + 42.5, 0 at 90, 0.5 at 90 + 21.25."""
    (svg,) = drawn(Interval(low=-1.0, value=0.0, high=0.5))
    assert numbers(svg, "tolerated", "x1") == [47.5]
    assert numbers(svg, "none", "x1") == [90.0]
    assert numbers(svg, "value", "cx") == [90.0]
    assert numbers(svg, "range", "x2")[0] == 111.2


def test_interval__far_beyond_is_drawn_to_the_edge_without_an_end() -> None:
    near, far = drawn(Interval(low=-1, value=0, high=1), Interval(low=-1e300, value=-9, high=-5))
    assert near.count('class="range"') == 3
    assert far.count('class="range"') == 2
    assert "<circle" not in far
    assert 'points="5.0,13 13.0,8 13.0,18"' in far


def test_interval__says_its_numbers_to_those_who_do_not_see_it() -> None:
    (svg,) = drawn(Interval(low=-5.8, value=-4, high=-2.2))
    assert 'role="img"' in svg
    assert 'aria-label="−4 tolerances, between −5.8 and −2.2; −1 is tolerated"' in svg


def test_bars__both_sides_are_shares_on_one_scale() -> None:
    """Now has 3 of 4 in its first bin, the peak, which is 42 pixels high; before has half in each, 28 of them."""
    (svg,) = drawn(Bars(before=(10.0, 10.0), now=(3.0, 1.0)))
    assert numbers(svg, "now", "height") == [42.0, 14.0]
    assert numbers(svg, "before", "height") == [28.0, 28.0]
    assert "before: 50%, 50%; now: 75%, 25%" in svg


@pytest.mark.parametrize("picture", [None, Bars(before=(), now=()), Bars(before=(0.0,), now=(0.0,))])
def test_picture__nothing_to_draw(picture: Bars | None) -> None:
    assert drawn(picture) == [""]


def test_json__pictures_come_back_and_those_without_a_number_are_left_out() -> None:
    report = friendly_report()
    again = json_document.load(json_document.render(report).encode())
    assert html.render(again) == html.render(report)
    odd = Table(title="t", columns=(), rows=(Row(cells=(), picture=Interval(low=float("nan"), value=0, high=1)),))
    entry = replace(report.entries[0], outcome=replace(report.entries[0].outcome, tables=(odd,)))
    (table,) = (
        json_document.load(json_document.render(replace(report, entries=(entry,))).encode()).entries[0].outcome.tables
    )
    assert table.rows[0].picture is None
