"""Paths in code style: those that once existed and are gone, and no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mlgate.report import Finding, Outcome, Status
from mlgate.text import plain
from repositories import Repository

Ask = Callable[..., Outcome]

FILES = {
    "src/train.py": "def train():\n    return 1\n" * 10,
    "src/score.py": "x = 1\n",
    "old/a.csv": "1\n",
    "old/b.csv": "2\n",
    "data.csv.dvc": "outs: []\n",
    ".gitignore": "out/\n",
}


def dead(outcome: Outcome) -> list[Finding]:
    return [finding for finding in outcome.findings if finding.rule == "readme/dead-path"]


def words(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(plain(finding.message), finding.hint and plain(finding.hint)) for finding in dead(outcome)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`src/train.py`", id="file that is there"),
        pytest.param("`./src/train.py:12`, `src/`, `src`", id="with a line, folders"),
        pytest.param("`src/never.py`, `models/model.pkl`", id="never existed"),
        pytest.param("`data.csv`", id="kept by DVC"),
        pytest.param("`out/gone.txt`", id="ignored now"),
        pytest.param("src/gone.py", id="not in code style"),
        pytest.param("```\nsrc/gone.py\n```", id="in a fence"),
        pytest.param("`https://example.org/src/gone.py`, `s3://src/gone.py`", id="URL"),
        pytest.param("`{src}/gone.py`, `src/*.py`, `/src/gone.py`, `~/src/gone.py`", id="template, absolute"),
        pytest.param("`--src/gone.py`, `../src/gone.py`, `gone`", id="option, above, a word"),
    ],
)
def test_dead_path__quiet(repo: Repository, ask: Ask, text: str) -> None:
    repo.commit({**FILES, "src/gone.py": "", "gone": ""})
    repo.git("rm", "-q", "src/gone.py", "gone")
    repo.commit({"README.md": f"# A\n\n[a](#a) {text}\n"})
    outcome = ask(None)
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())


def test_dead_path__paths_that_are_there_were_looked_at(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": "# A\n\nRun `python src/train.py` and `make all`, with `numpy.array`.\n"})
    assert (ask(None).status, ask(None).summary) == (Status.PASSED, "1 path current")


def test_dead_path__ignored_once_tracked(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](#a) `out/a.txt`\n# A\n", "out/a.txt": ""})
    repo.commit({".gitignore": "out/\n"}, remove=["out/a.txt"])
    assert words(ask(None)) == []


def test_dead_path__removed_long_ago(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": "# A\n[a](#a)\n\nRun `python src/train.py --fast` or see `old/`.\n"})
    repo.commit(remove=["src/train.py", "old/a.csv", "old/b.csv"])
    repo.commit({"other.txt": ""})
    outcome = ask(None)
    assert words(outcome) == [
        ("src/train.py is no longer there", "name what is there now, or take it out"),
        ("old/ is no longer there", "name what is there now, or take it out"),
    ]
    assert [str(finding.location) for finding in dead(outcome)] == ["README.md:4", "README.md:4"]
    assert (outcome.status, outcome.summary) == (Status.WARNED, "2 paths to mend")


def test_dead_path__is_charged_to_the_change_that_removes_it_alone(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": "# A\n[a](#a) `src/train.py`\n"})
    repo.commit(remove=["src/train.py"])
    assert len(dead(ask())) == 1
    repo.commit({"other.txt": ""})
    assert (words(ask()), ask().note) == ([], "1 older finding not charged")


def test_dead_path__not_committed_yet(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": "# A\n[a](#a) `src/train.py`\n"})
    (repo.path / "src/train.py").unlink()
    assert len(dead(ask("HEAD"))) == 1


@pytest.mark.parametrize("base", ["HEAD~1", None])
def test_dead_path__names_where_a_file_or_folder_went(repo: Repository, ask: Ask, base: str | None) -> None:
    repo.commit({**FILES, "README.md": "# A\n[a](#a) `src/train.py`\n\n`old/`\n"})
    repo.commit(
        {"src/fit/model.py": FILES["src/train.py"], "new/old/a.csv": "1\n", "new/old/b.csv": "2\n"},
        remove=["src/train.py", "old/a.csv", "old/b.csv"],
    )
    assert [hint for _, hint in words(ask(base))] == [
        "it was renamed: write src/fit/model.py",
        "it was renamed: write new/old",
    ]


def test_dead_path__names_the_file_of_the_same_name(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": "# A\n[a](#a) `src/score.py`\n"})
    repo.commit({"lib/score.py": "another = 2\n" * 9}, remove=["src/score.py"])
    assert words(ask()) == [("src/score.py is no longer there", "did you mean lib/score.py?")]


def test_dead_path__from_the_page_the_project_and_the_root(repo: Repository, ask: Ask) -> None:
    repo.commit({"app/params.yaml": "", "app/docs/x.md": "", "app/a.py": "", "b.py": "", "app/mlgate.yaml":
                 "readme: {files: [docs/CARD.md]}",
                 "app/docs/CARD.md": "# A\n[a](#a) `x.md` `a.py` `b.py` `app/a.py`\n"})  # fmt: skip
    assert words(ask(None, folder="app")) == []
    repo.commit(remove=["app/docs/x.md", "app/a.py", "b.py"])
    assert len(words(ask(None, folder="app"))) == 4


def test_dead_path__can_be_ignored(repo: Repository, ask: Ask) -> None:
    ignore = '<!-- mlgate:ignore dead-path until=2030-01-31 reason="told as history" -->\n'
    repo.commit({**FILES, "README.md": f"# A\n[a](#a)\n\n{ignore}\nFormerly `src/train.py`.\n"})
    repo.commit(remove=["src/train.py"])
    assert (words(ask()), ask().note) == ([], "1 ignored")


def test_dead_path__a_shallow_clone_knows_less_and_invents_nothing(repo: Repository, ask: Ask, tmp_path: Path) -> None:
    repo.commit({**FILES, "README.md": "# A\n[a](#a) `src/train.py`\n"})
    repo.commit(remove=["src/train.py"])
    repo.commit({"other.txt": ""})
    assert words(ask(None, of=repo.clone(tmp_path / "one", depth=1))) == []
    assert len(words(ask(None, of=repo.clone(tmp_path / "three", depth=3)))) == 1
