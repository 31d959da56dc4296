"""The HTML report in a real browser: it asks nobody for anything, says everything, and everybody can read it."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from chromium import Chromium

from mlgate.render import html
from mlgate.report import Report
from mlgate.text import plain, printable, shorten
from render.nasty import DOCS, squeezed, strings
from render.sample import friendly_report, passing_report, poisoned, sample_report, small_report

ELEMENTS = {
    "html", "head", "meta", "title", "link", "style", "body", "header", "main", "footer", "section", "h1", "h2", "p",
    "a", "b", "strong", "code", "pre", "span", "div", "ul", "li", "details", "summary",
    "table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "circle", "polygon",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "id", "aria-hidden", "aria-label",
    "role", "tabindex", "scope", "colspan", "open", "viewBox", "width", "height", "x", "y", "x1", "x2", "y1", "y2",
    "cx", "cy", "r", "points",
}  # fmt: skip
CONTRAST = """
(() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  let least = 99;
  for (const element of document.body.querySelectorAll('*')) {
    if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    least = Math.min(least, (one + 0.05) / (other + 0.05));
  }
  return least;
})()
"""
OPEN = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as started:
        yield started


def opened(browser: Chromium, report: Report, folder: Path) -> Chromium:
    page = folder / "report.html"
    page.write_text(html.render(report), encoding="utf-8")
    browser.open(page)
    return browser


def hostile_report() -> Report:
    """Return the nasty report, with a hundred findings of fuzzed strings on top."""
    from msgspec.structs import replace

    report = sample_report()
    (finding, *_), entry = report.entries[-1].outcome.findings, report.entries[-1]
    fuzzed = [
        replace(finding, rule="fuzz/x", message=text or "x", hint=text, detail=text, subject=text)
        for text in strings(seed=8, count=300)
    ]
    return replace(
        report, entries=(*report.entries, replace(entry, outcome=replace(entry.outcome, findings=tuple(fuzzed))))
    )


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as server:
        yield server


class Elsewhere(ThreadingHTTPServer):
    """A server that keeps what it was asked for."""

    def __init__(self) -> None:
        """Listen on the loopback."""
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = asked
        self.markup = f"""<img src="http://127.0.0.1:{self.server_port}/x.png"><script>document.title = "run"</script>
        <style>@import "http://127.0.0.1:{self.server_port}/x.css"</style>"""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.shutdown()
        self.server_close()


def test_browser__tells_of_a_request(browser: Chromium, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """The control: a page that does ask for something is seen asking."""
    page = tmp_path / "asking.html"
    page.write_text(elsewhere.markup)
    browser.open(page)
    assert set(elsewhere.asked) == {"/x.png", "/x.css"}
    assert [url for url in browser.requests() if url.endswith("/x.png")]
    assert browser.evaluate("document.title") == "run"


def test_page__would_not_ask_even_if_something_got_in(browser: Chromium, elsewhere: Elsewhere, tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text(html.render(friendly_report()).replace("</main>", f"{elsewhere.markup}</main>"), encoding="utf-8")
    browser.open(page)
    assert elsewhere.asked == []
    assert browser.evaluate("document.title") == "mlgate: blocked by metrics"
    assert browser.complaints()


@pytest.mark.parametrize("make", [friendly_report, passing_report, hostile_report])
def test_page__asks_nobody_for_anything(browser: Chromium, tmp_path: Path, make: object) -> None:
    assert callable(make)
    opened(browser, make(), tmp_path)
    assert [url for url in browser.requests() if not url.startswith("data:")] == [(tmp_path / "report.html").as_uri()]
    assert browser.complaints() == []


def test_page__nothing_hostile_became_an_element(browser: Chromium, tmp_path: Path) -> None:
    opened(browser, hostile_report(), tmp_path)
    tags = browser.evaluate("[...new Set([...document.querySelectorAll('*')].map(one => one.localName))]")
    assert set(tags) <= ELEMENTS
    names = browser.evaluate(
        "[...new Set([...document.querySelectorAll('*')].flatMap(one => [...one.attributes].map(a => a.name)))]"
    )
    assert set(names) <= ATTRIBUTES
    links = browser.evaluate("[...document.querySelectorAll('a')].map(one => one.getAttribute('href'))")
    assert links
    assert not [
        link for link in links if not re.fullmatch(rf"#check-\d+|{re.escape(DOCS)}checks/[a-z-]+\.md#[a-z-]+", link)
    ]
    comments = "document.createNodeIterator(document, NodeFilter.SHOW_COMMENT).nextNode()"
    assert browser.evaluate(comments) is None


def test_page__every_word_of_every_finding_is_there(browser: Chromium, tmp_path: Path) -> None:
    report = hostile_report()
    opened(browser, report, tmp_path)
    text = squeezed(browser.evaluate("document.body.textContent")).replace(" ", "")
    for finding in report.findings:
        path = printable(finding.location.path) if finding.location else ""
        for words in (*(plain(printable(words or "")) for words in (finding.message, finding.hint)), path):
            wanted = squeezed(shorten(words, 250).removesuffix("…")).replace(" ", "")
            assert wanted in text, words


def test_page__any_text_anywhere(browser: Chromium, tmp_path: Path) -> None:
    for text in strings(seed=9, count=40):
        opened(browser, poisoned(small_report(), text or "x"), tmp_path)
        tags = browser.evaluate("[...new Set([...document.querySelectorAll('*')].map(one => one.localName))]")
        assert set(tags) <= ELEMENTS, text
        assert browser.complaints() == []


def test_page__fits_a_phone(browser: Chromium, tmp_path: Path) -> None:
    browser.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    try:
        for make in (friendly_report, passing_report, hostile_report):
            opened(browser, make(), tmp_path)
            browser.evaluate(OPEN)
            assert browser.evaluate("document.documentElement.scrollWidth") <= 360
            size = browser.evaluate("parseFloat(getComputedStyle(document.querySelector('header')).fontSize)")
            assert size >= 16
    finally:
        browser.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page__is_readable_in(browser: Chromium, tmp_path: Path, scheme: str) -> None:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.call("Emulation.setEmulatedMedia", features=[feature])
    try:
        opened(browser, friendly_report(), tmp_path)
        browser.evaluate(OPEN)
        red, *_ = map(int, re.findall(r"\d+", browser.evaluate("getComputedStyle(document.body).backgroundColor")))
        assert (red > 200) is (scheme == "light")
        assert browser.evaluate(CONTRAST) >= 4.5
    finally:
        browser.call("Emulation.setEmulatedMedia", features=[])


def test_page__speaks_to_a_screen_reader(browser: Chromium, tmp_path: Path) -> None:
    opened(browser, friendly_report(), tmp_path)
    browser.evaluate(OPEN)
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    seen = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    roles = {role for role, _ in seen}
    assert {"banner", "main", "contentinfo", "table", "rowheader", "columnheader", "image"} <= roles
    pictures = [name for role, name in seen if role == "image"]
    assert "−4 tolerances, between −5.8 and −2.2; −1 is tolerated" in pictures
    assert all(pictures)
    assert not [name for _, name in seen if "❌" in name and "failed" not in name and "error" not in name]
    assert browser.evaluate("document.documentElement.lang") == "en"
    levels = browser.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(one => +one.localName[1])")
    assert levels[0] == 1
    assert set(levels[1:]) == {2}


def test_page__the_ledger_leads_to_what_each_check_says(browser: Chromium, tmp_path: Path) -> None:
    opened(browser, friendly_report(), tmp_path)
    links = browser.evaluate("[...document.querySelectorAll('tbody a')].map(one => one.getAttribute('href'))")
    ids = browser.evaluate("[...document.querySelectorAll('[id]')].map(one => `#${one.id}`)")
    assert {link for link in links if link.startswith("#")} == set(ids)
    assert len(ids) == len(set(ids)) == 2
