"""What `watch=` can name."""

from __future__ import annotations

import pytest

from mlgate.readme.watches import Watch, is_watch, read_watches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("params.yaml", "params.yaml", id="one file"),
        pytest.param("src/*.py", "src/a.py", id="files of a folder"),
        pytest.param("src/**.py", "src/a.py", id="any depth, at the top"),
        pytest.param("src/**.py", "src/x/y/a.py", id="any depth, below"),
        pytest.param("src/**/a.py", "src/a.py", id="folders, none of them"),
        pytest.param("src/**/a.py", "src/x/y/a.py", id="folders, some"),
        pytest.param("**/a?.py", "x/a1.py", id="one character"),
        pytest.param("**", "x/y", id="everything"),
        pytest.param("a+(b).py", "a+(b).py", id="characters of expressions"),
    ],
)
def test_covers__matches(pattern: str, path: str) -> None:
    assert Watch(pattern, None).covers(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("params.yaml", "sub/params.yaml", id="same name elsewhere"),
        pytest.param("src/*.py", "src/x/a.py", id="a star stays in its folder"),
        pytest.param("src/**.py", "src2/a.py", id="other folder"),
        pytest.param("src/**/a.py", "src/xa.py", id="other name"),
        pytest.param("a.py", "axpy", id="a dot is a dot"),
    ],
)
def test_covers__does_not_match(pattern: str, path: str) -> None:
    assert not Watch(pattern, None).covers(path)


def test_read__each_with_its_selector() -> None:
    assert read_watches("src/**.py#names  params.yaml#train.lr a.csv") == (
        Watch("src/**.py", "names"),
        Watch("params.yaml", "train.lr"),
        Watch("a.csv", None),
    )


@pytest.mark.parametrize(
    "text", ["", "  ", "#names", "a.py#", "/etc/x", "../x", "a/../b", "a\\b", "a//b", "*a*b*c*d*e"]
)
def test_is_watch__refuses(text: str) -> None:
    assert not is_watch(text)
