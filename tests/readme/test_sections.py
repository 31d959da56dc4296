"""Sections: required ones are there, and something is written in them."""

from __future__ import annotations

import pytest

from mlgate.readme.page import read_page
from mlgate.readme.sections import find_sections, missing_sections, same_heading, thin_sections
from mlgate.text import plain

WANTED = {"data": "Data sources"}


def thin(body: str) -> list[tuple[int | None, str]]:
    page = read_page("README.md", f"# T\n\n## Data sources\n\n{body}\n\n## Next\n\ntext".encode())
    found = thin_sections(find_sections([page], WANTED))
    return [(finding.location and finding.location.line, plain(finding.message)) for finding in found]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("The rows come from the airline's export of every night.", id="a sentence"),
        pytest.param("| a |\n|---|\n| b |", id="a table"),
        pytest.param("```\nmake data\n```", id="code"),
        pytest.param("![plan](plan.png)", id="an image"),
        pytest.param("<img src='plan.png'>", id="HTML"),
        pytest.param("### Nightly\n\nThe rows come from the airline's export.", id="a section inside"),
        pytest.param("- every night from the airline\n- by hand from the weather service", id="a list"),
        pytest.param("We keep a todo list of sources in the wiki, for all to read.", id="the word in a sentence"),
    ],
)
def test_thin__quiet(body: str) -> None:
    assert thin(body) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", (3, "the section Data sources is empty"), id="nothing"),
        pytest.param("<!-- write me -->", (3, "the section Data sources is empty"), id="a comment"),
        pytest.param("### Nightly", (3, "the section Data sources is empty"), id="a heading"),
        pytest.param("See wiki.", (3, "the section Data sources says only See wiki."), id="two words"),
        pytest.param("TODO", (5, "the section Data sources is not written: TODO"), id="TODO"),
        pytest.param("**TBD:** ask Ana", (5, "the section Data sources is not written: TBD: ask Ana"), id="TBD"),
        pytest.param("- coming soon", (5, "the section Data sources is not written: coming soon"), id="coming soon"),
        pytest.param("...", (5, "the section Data sources is not written: ..."), id="dots"),
        pytest.param(
            "The rows come from the airline.\n\n- TODO: say when",
            (7, "the section Data sources is not written: TODO: say when"),
            id="TODO below a sentence",
        ),
    ],
)
def test_thin__found(body: str, expected: tuple[int, str]) -> None:
    assert thin(body) == [expected]


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param("data sources", id="case"),
        pytest.param("2. Data sources", id="number"),
        pytest.param("1.2 Data sources:", id="two numbers and a colon"),
        pytest.param("📊 Data sources", id="emoji"),
    ],
)
def test_same_heading__what_does_not_count(heading: str) -> None:
    assert same_heading(heading, "Data sources")


def test_same_heading__other_words_are_another_heading() -> None:
    assert not same_heading("Data sources and schedule", "Data sources")


def missing(text: str, wanted: dict[str, str] | None = None) -> list[tuple[str, str | None]]:
    pages = [read_page("README.md", text.encode())]
    asked = WANTED if wanted is None else wanted
    found = missing_sections(pages, find_sections(pages, asked), asked)
    return [(plain(finding.message), finding.hint and plain(finding.hint)) for finding in found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("## Data sources\n", id="by its heading"),
        pytest.param("Data sources\n------------\n", id="heading with a line below"),
        pytest.param("<h2>Data sources</h2>\n", id="heading in HTML"),
        pytest.param("## Where rows come from\n<!-- mlgate:section data -->\n", id="by a marker"),
    ],
)
def test_missing__quiet(text: str) -> None:
    assert missing(text) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("", "write it under ## Data sources", id="no heading at all"),
        pytest.param("```\n## Data sources\n```", "write it under ## Data sources", id="only in code"),
        pytest.param(
            "## Data source",
            "if Data source is meant, put <!-- mlgate:section data --> below that heading",
            id="a heading alike",
        ),
    ],
)
def test_missing__found(text: str, hint: str) -> None:
    assert missing(text) == [("the section Data sources is missing", hint)]
