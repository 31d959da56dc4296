"""Hostile pages: whatever stands in a README, in what it names and in its history, the check answers in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.documents import DocumentError
from mlgate.readme.claims import judge
from mlgate.readme.dictionary import columns_of
from mlgate.readme.fix import fix
from mlgate.readme.page import read_page
from mlgate.readme.sources import SourceError, Sources
from mlgate.readme.structure import structure
from mlgate.readme.words import own_words
from mlgate.report import Outcome, Status
from repositories import Repository

NASTY = [
    "---", '# `x` <!-- mlgate:section a watch="**#names" review=1d usage=../x -->', "<!-- mlgate:section a watch= -->",
    "<!-- mlgate:begin x from=dvc.yaml as=graph -->", "<!-- mlgate:end x sum=00000000 -->", "<!--", "-->", "<!-->",
    "<!-- mlgate:begin y from=c.py: as=dictionary -->", "<!-- mlgate:end y -->", "v: 1 # mlgate:value p.yaml#a",
    "<!-- mlgate:value p.yaml#a fmt=.99% -->1<!-- /mlgate -->", "| `a/b.c` | [x](\x00) |", "|---|---|", "> - 1. `../.`",
    "`-rf`", "`:(glob)x/y`", "`a//b`, `./`, `.`, `a/\u202e/b`", "[a]: <", "![](%ff)", "[x](%00/a#%)", "\t\x0c\u2028",
    '<!-- mlgate:ignore dead-path until=2030-01-31 reason="" -->', "<a href='`'>", "\ufeff", "Ā" * 300, "*" * 99, "```",
]  # fmt: skip
FILES = {
    "dvc.yaml": b"stages: {a: {cmd: x}}",
    "c.py": b"class C: ...",
    "p.yaml": b"a: 1",
}
pages = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=20)), max_size=12).map("\n".join)


@given(pages)
def test_page__is_read_judged_and_mended(text: str) -> None:
    page = read_page("README.md", text.encode("utf-8", "replace"))
    sources = Sources(FILES.get)
    assert all(claim.line > 0 for claim in judge(page.readme.lines, page.said, sources))
    assert all(isinstance(own_words(page, heading), tuple) for heading in page.readme.headings)
    once = fix(text, sources, force=True)
    assert fix(once.text, sources, force=True).text == once.text


python = st.lists(st.sampled_from(
    ["class C(C, D):", "class D(C):", "  a: int = Field(*x, **y)", "  a: Series[", "  b: 'x' = f", "x = 1",
     "C = pa.DataFrameSchema({**x, 1: Column()})", "C = DataFrameSchema(columns={'a': pa.Column()})", "\x00", "λ = 1"]
), max_size=6).map("\n".join)  # fmt: skip


@given(st.one_of(python, st.text()), st.sampled_from(["c.py", "c.yaml", "c.json"]), st.sampled_from(["C", ""]))
def test_sources__are_read_or_refused(text: str, path: str, name: str) -> None:
    data = text.encode("utf-8", "replace")
    for selector in ("names", "keys", "a.b"):
        if path.endswith(".py") or selector != "names":
            try:
                structure(data, path, selector)
            except SourceError as error:
                assert path in error.message
    try:
        assert columns_of(data, path, name)
    except Exception as error:  # noqa: BLE001 - that it is one of ours is what is asked
        assert type(error).__name__ in ("SourceError", "DocumentError")


def test_names__of_an_expression_that_is_nested_deeply() -> None:
    deep = ("X = DataFrameSchema({'a': Column(int, " + "+".join(["1"] * 20_000) + ")})").encode()
    for read in (lambda: structure(deep, "c.py", "names"), lambda: columns_of(deep, "c.py", "X")):
        with pytest.raises((SourceError, DocumentError), match=r"nested|parsed"):
            read()


def test_check__of_a_nasty_page_ends_in_words(repo: Repository, ask: Callable[..., Outcome]) -> None:
    text = "# A\n\n" + "\n\n".join(line.replace("\x00", "") for line in NASTY if line not in ("<!--", "```", "---"))
    repo.commit({**FILES, "README.md": text, "a/b.c": "", "-rf": "", "use/(x).py": "def f(): ..."})
    repo.commit({"use/(x).py": "def g(): ...", "README.md": text + "\n\nmore"}, remove=["a/b.c", "-rf"])
    for scheduled in (False, True):
        outcome = ask("HEAD~1", scheduled=scheduled)
        assert outcome.status in (Status.FAILED, Status.WARNED)
        assert not outcome.log
