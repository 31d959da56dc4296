"""Links: those that lead nowhere in the repository are found, with what was probably meant."""

from __future__ import annotations

import pytest

from mlgate.readme.links import Reach, reach, walk
from mlgate.readme.page import read_page
from mlgate.readme.side import Side
from mlgate.text import plain

FILES = {
    "README.md": b"",
    "docs/guide.md": b"# Guide\n## Set up\n",
    "docs/img/logo.png": b"",
    "src/train model.py": b"",
    "models.dvc": b"",
    "vendor": b"",
}


def findings(text: str, path: str = "README.md", **more: dict[str, str]) -> list[tuple[str, str, str | None]]:
    side = Side(lambda: FILES, FILES.get, "")
    page = read_page(path, text.encode())
    walked = walk(page, side, lambda asked: {name for name in asked if name.startswith("out/")}, **more)
    return [(f.rule.removeprefix("readme/"), plain(f.message), f.hint and plain(f.hint)) for f in walked.findings]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[a](docs/guide.md) [b](docs/guide.md#set-up) ![c](docs/img/logo.png)", id="what exists"),
        pytest.param("[a](docs) [b](docs/) [c](./docs/img/..) [d](.)", id="folders"),
        pytest.param("[a](/docs/guide.md)", id="from the root of the repository"),
        pytest.param("[a](src/train%20model.py) [b](<src/train model.py>)", id="blank in a name"),
        pytest.param("[a](docs/guide.md?plain=1#L3) [b](src/train%20model.py#L10-L20)", id="lines of a file"),
        pytest.param("[a](docs/img/logo.png?raw=true)", id="query"),
        pytest.param("[a](https://x.org/y) [b](//x.org) [c](mailto:a@b.c) [d](vscode:x/y)", id="URLs"),
        pytest.param("<https://x.org> <a@b.c>", id="autolinks"),
        pytest.param("[a](../../issues) [b](../../releases/latest)", id="GitHub's own pages"),
        pytest.param("[a]({{ url }}/x.md) [b](<name>.md) [c](data/*.csv) [d]($HOME/x) [e](...)", id="templates"),
        pytest.param("[a](out/report.html) [b](out/)", id="ignored by git"),
        pytest.param("[a](models) [b](models/best.pt)", id="kept by DVC"),
        pytest.param("[a](vendor/lib/x.md)", id="inside a submodule or behind a link"),
        pytest.param("[a]() [b](#) [c](#top) [d](#readme) [e](#fn-1)", id="the page itself"),
        pytest.param("# A b\n[a](#a-b) [b](#A-B) [c](README.md#a-b) [d](#user-content-a-b)", id="own headings"),
        pytest.param("<a id='x'></a>[a](#x)", id="explicit anchor"),
        pytest.param("[a](src/train%20model.py#main)", id="anchor in a file without headings"),
    ],
)
def test_walk__quiet(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[a](docs/guid.md)", ("dead-link", "docs/guid.md does not exist", "did you mean docs/guide.md?"), id="typo"
        ),
        pytest.param(
            "[a](guide.md)", ("dead-link", "guide.md does not exist", "did you mean docs/guide.md?"), id="moved"
        ),
        pytest.param(
            "[a](Docs/guide.md)",
            ("dead-link", "Docs/guide.md does not exist", "did you mean docs/guide.md?"),
            id="case",
        ),
        pytest.param(
            "![a](zzz.svg)",
            ("dead-link", "the image zzz.svg does not exist", "link to what exists, or take the link out"),
            id="image",
        ),
        pytest.param(
            "<img src='docs/logo.png'>",
            ("dead-link", "the image docs/logo.png does not exist", "did you mean docs/img/logo.png?"),
            id="image in HTML",
        ),
        pytest.param(
            "# Set up\n[a](#setup)",
            ("dead-anchor", "README.md has no heading #setup", "did you mean #set-up?"),
            id="own",
        ),
        pytest.param(
            "[a](docs/guide.md#setup)",
            ("dead-anchor", "docs/guide.md has no heading #setup", "did you mean #set-up?"),
            id="heading of another file",
        ),
    ],
)
def test_walk__found(text: str, expected: tuple[str, str, str]) -> None:
    assert findings(text) == [expected]


def test_walk__names_the_rename() -> None:
    (finding,) = findings("[a](docs/old.md)", renamed=lambda: {"docs/old.md": "docs/guide.md"})
    assert finding[2] == "it was renamed: link to docs/guide.md"


def test_walk__suggests_a_path_from_the_page() -> None:
    (finding,) = findings("[a](logo.png)", path="docs/card.md")
    assert finding[2] == "did you mean img/logo.png?"


@pytest.mark.parametrize(
    ("target", "page", "expected"),
    [
        pytest.param("b.md#x", "README.md", Reach("b.md", "x"), id="beside the page"),
        pytest.param("../b.md", "docs/card.md", Reach("b.md", ""), id="above the page"),
        pytest.param("/b.md", "docs/card.md", Reach("b.md", ""), id="from the root"),
        pytest.param("#x%20y", "docs/card.md", Reach("docs/card.md", "x y"), id="on the page"),
        pytest.param("../b.md", "README.md", None, id="out of the repository"),
        pytest.param("http:x", "README.md", None, id="URL"),
    ],
)
def test_reach(target: str, page: str, expected: Reach | None) -> None:
    assert reach(target, page) == expected


def test_walk__counts_what_it_looked_at() -> None:
    page = read_page("README.md", b"[a](docs/guide.md) [b](https://x.org) ![c](docs/img/logo.png)")
    assert walk(page, Side(lambda: FILES, FILES.get, ""), lambda asked: set()).reached == 2
