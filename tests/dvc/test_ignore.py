"""`.dvcignore`: DVC's own filter is the measure."""

from __future__ import annotations

import pytest

PATTERNS = {
    "only comments": "# nothing\n\n",
    "a name": "skip\n",
    "a name of folders only": "skip/\n",
    "an ending": "*.pyc\n__pycache__/\n",
    "from the top only": "/skip\n/deep/skip.txt\n",
    "two stars before": "**/skip.txt\n",
    "two stars within": "deep/**/skip.txt\n",
    "two stars after": "deep/**\n",
    "taken back": "*.txt\n!keep.txt\n",
    "taken back from a folder that is gone": "deep\n!deep/keep.txt\n",
    "a class of letters": "[ks]*.txt\n",
    "a class turned round": "[!k]*.txt\n",
    "one letter": "kee?.txt\n",
    "an escaped star": "\\*.txt\n",
    "an escaped mark": "\\!k.txt\n",
    "a class turned round with a hat": "[^k]*.txt\n",
    "two stars inside a name": "k**.txt\n",
    "only two stars": "**\n",
    "two pairs of stars": "**/er/**\n",
    "spaces around": "  skip.txt  \n",
    "a dot is a dot": "k.txt\n",
    "a path without a leading slash": "deep/skip.txt\n",
}
FILES = [
    *("keep.txt", "skip.txt", "skip", "k-txt", "kee1.txt"),
    *("deep/keep.txt", "deep/skip.txt", "deep/er/skip.txt", "deep/er/keep.txt"),
    *("dir/skip/a.txt", "x/__pycache__/m.pyc", "x/m.pyc", "x/deep/skip.txt", "sub/skip.txt", "sub/in/skip.txt"),
]


@pytest.mark.parametrize("case", PATTERNS)
def test_ignore__as_dvc_ignores(project, case):
    from mlgate.dvc.ignore import load_ignore

    project.init(dict.fromkeys(FILES, "x"))
    project.repo.write({".dvcignore": PATTERNS[case], "sub/.dvcignore": "/skip.txt\n"})
    with project.files() as files:
        ours = {name for name in FILES if load_ignore(files).covers(name)}
    with project.dvc() as repo:
        theirs = {name for name in FILES if repo.dvcignore.is_ignored_file(str(project.path / name))}
    assert ours == theirs


def test_ignore__many_stars_take_no_time(project):
    from mlgate.dvc.ignore import load_ignore

    project.repo.write({".dvcignore": "*a" * 40 + "b\n" + "**/" * 40 + "b\n"})
    with project.files() as files:
        ignore = load_ignore(files)
    assert not ignore.covers("a" * 250)
    assert not ignore.covers("a/" * 100 + "a")
