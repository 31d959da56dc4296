"""The rule `watch`: fires when what a section watches changed in structure, and the section's words did not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mlgate.report import Outcome, Severity, Status
from mlgate.text import plain
from repositories import Repository

Ask = Callable[..., Outcome]

README = """\
# Flights

## Features
<!-- mlgate:section features watch="src/**.py#names params.yaml#keys" owner=@ds -->

Two features are made from the schedule.

## Use

Call it.
"""
FILES = {
    "README.md": README,
    "src/features.py": "WINDOW = 7\ndef lag(x):\n    return x\n",
    "params.yaml": "train: {lr: 0.1, layers: [{size: 8}]}\n",
}


def watched(outcome: Outcome) -> list[tuple[str, str]]:
    return [(str(f.location), plain(f.message)) for f in outcome.findings if f.rule == "readme/watch"]


def wrote(text: str) -> str:
    return f"the section features was not changed, and what it watches was: {text}"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"other.txt": ""}, id="something else"),
        pytest.param({"src/features.py": "WINDOW = 14\ndef lag(y):\n    return y + 1\n"}, id="body of a function"),
        pytest.param({"src/features.py": FILES["src/features.py"] + "def _own(): ...\n"}, id="private name"),
        pytest.param({"src/features.py": FILES["src/features.py"] + "_OWN = ['a']\n"}, id="words of a private list"),
        pytest.param({"params.yaml": "train: {layers: [{size: 8}, {size: 9}], lr: 0.2}\n"}, id="values of keys"),
        pytest.param({"src/features.py": "WINDOW = 7\n", "src/more.py": "def lag(): ...\n"}, id="name that moves"),
        pytest.param(
            {"src/features.py": "def lag(x): ...\n", "README.md": README.replace("Two features", "One feature")},
            id="section changed too",
        ),
    ],
)
def test_watch__quiet(repo: Repository, ask: Ask, change: dict[str, str]) -> None:
    repo.commit(FILES)
    repo.commit(change)
    outcome = ask()
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert outcome.summary == "1 section, 1 watched section current"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            {"src/features.py": "WINDOW = 7\ndef shift(x): ...\n"},
            "src/features.py: shift added, lag removed",
            id="function renamed",
        ),
        pytest.param({"src/deep/more.py": "class A:\n    b: int\n"}, "src/deep/more.py: A, A.b added", id="file added"),
        pytest.param(
            {"params.yaml": "train: {lr: 0.1, depth: 2, layers: [{width: 8}]}\n"},
            "params.yaml: train.depth, train.layers[].width added, train.layers[].size removed",
            id="keys",
        ),
        pytest.param(
            {"src/features.py": FILES["src/features.py"] + "FEATURES = ['lag_7', 'hour', 'not a name', 7]\n"},
            "src/features.py: FEATURES, lag_7, hour added",
            id="features of a list",
        ),
        pytest.param(
            {"src/features.py": "WINDOW = 7\n", "params.yaml": "train: {layers: [{size: 8}]}\n"},
            "src/features.py: lag removed; params.yaml: train.lr removed",
            id="both",
        ),
        pytest.param(
            {"src/features.py": "WINDOW = 7\n", "README.md": README.replace("Call it.", "Call it twice.")},
            "src/features.py: lag removed",
            id="another section changed",
        ),
        pytest.param(
            {"src/features.py": "WINDOW = 7\n", "README.md": "<!-- x -->\n" + README.replace("\nTwo", "\n Two  ")},
            "src/features.py: lag removed",
            id="only blanks changed, lines moved",
        ),
    ],
)
def test_watch__left_behind(repo: Repository, ask: Ask, change: dict[str, str], said: str) -> None:
    repo.commit(FILES)
    repo.commit(change)
    outcome = ask()
    place = "README.md:4" if change.get("README.md", "").startswith("<!--") else "README.md:3"
    assert watched(outcome) == [(place, wrote(said))]
    assert (outcome.status, outcome.summary) == (Status.WARNED, "1 watched section to mend")


def test_watch__says_whom_to_ask_and_how_to_acknowledge(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES)
    repo.commit({"src/features.py": ""})
    (finding,) = ask().findings
    assert finding.severity is Severity.WARNING
    assert plain(finding.hint or "") == (
        "review it with @ds; where it is still true, say so in a commit's trailer: Docs-Reviewed: README.md#features"
    )


def test_watch__files_of_one_kind_alone_have_names(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": README.replace("src/**.py#names", "src/**#names"), "src/q.sql": "select 1"})
    repo.commit({"src/q.sql": "select 2"})
    assert watched(ask()) == [("README.md:3", wrote("src/q.sql changed"))]


def test_watch__bytes_of_a_file(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": README.replace("#names", "").replace(" params.yaml#keys", "")})
    repo.commit({"src/features.py": FILES["src/features.py"] + "# note\n", "src/new.py": ""})
    assert watched(ask()) == [("README.md:3", wrote("src/features.py changed; src/new.py was added"))]
    repo.commit({"src/to.py": FILES["src/features.py"] + "# note\n"}, remove=["src/features.py", "src/new.py"])
    assert watched(ask()) == [
        ("README.md:3", wrote("src/new.py was removed; src/features.py was renamed to src/to.py"))
    ]


def test_watch__one_value(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": README.replace("params.yaml#keys", "params.yaml#train.lr")})
    repo.commit({"params.yaml": "train: {lr: 0.1, more: 1}\n"})
    assert watched(ask()) == []
    repo.commit({"params.yaml": "train: {lr: 0.2, more: 1}\n"})
    assert watched(ask()) == [("README.md:3", wrote("params.yaml: train.lr was 0.1, is 0.2"))]


def test_watch__what_is_generated_is_no_review(repo: Repository, ask: Ask) -> None:
    block = "<!-- mlgate:begin p from=params.yaml as=list -->\n- lr: {}\n<!-- mlgate:end p -->\n"
    readme = README.replace("Two", block.format(0.1) + "\nTwo").replace("params.yaml#keys", "params.yaml#lr")
    repo.commit({**FILES, "README.md": readme, "params.yaml": "lr: 0.1"})
    repo.commit({"README.md": readme.replace("lr: 0.1", "lr: 0.2"), "params.yaml": "lr: 0.2"})
    assert watched(ask()) == [("README.md:3", wrote("params.yaml: lr was 0.1, is 0.2"))]


def test_watch__a_new_section_is_no_old_one(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": "# Flights\n\n[a](#flights)\n"})
    repo.commit({"README.md": README, "src/features.py": ""})
    assert watched(ask()) == []


def test_watch__a_marker_put_into_an_old_section_watches_at_once(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": README.replace("<!--", "<!-- no").replace("mlgate:section", "x")})
    repo.commit({"README.md": README, "src/features.py": "WINDOW = 7\n"})
    assert len(watched(ask())) == 1


def test_watch__a_readme_that_moves(repo: Repository, ask: Ask) -> None:
    repo.commit({**{k: v for k, v in FILES.items() if k != "README.md"}, "readme.md": README})
    repo.commit({"README.md": README, "src/features.py": "WINDOW = 7\n"}, remove=["readme.md"])
    assert len(watched(ask())) == 1


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("Change\n\nDocs-Reviewed: README.md#features", id="alone"),
        pytest.param("Change\n\nWords.\n\nReviewed-by: Ana\ndocs-reviewed: a.md#x, README.md#features", id="list"),
    ],
)
def test_watch__acknowledged_by_a_trailer(repo: Repository, ask: Ask, message: str) -> None:
    repo.commit(FILES)
    repo.commit({"src/features.py": ""}, message=message)
    repo.commit({"other.txt": ""})
    assert watched(ask("HEAD~2")) == []


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("Docs-Reviewed: README.md#features in the subject", id="no trailer"),
        pytest.param("Change\n\nDocs-Reviewed: README.md#use", id="another section"),
        pytest.param("Change\n\nDocs-Reviewed: README.md#features-2", id="longer name"),
    ],
)
def test_watch__not_acknowledged(repo: Repository, ask: Ask, message: str) -> None:
    repo.commit(FILES)
    repo.commit({"src/features.py": ""}, message=message)
    assert len(watched(ask())) == 1


def test_watch__a_trailer_of_the_baseline_is_no_review_of_this(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES, message="Change\n\nDocs-Reviewed: README.md#features")
    repo.commit({"src/features.py": ""})
    assert len(watched(ask())) == 1


def test_watch__uncommitted_changes_count(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES)
    repo.write({"src/features.py": ""})
    assert len(watched(ask("HEAD"))) == 1


def test_watch__from_a_project_in_a_folder(repo: Repository, ask: Ask) -> None:
    repo.commit({f"app/{name}": text for name, text in FILES.items()})
    repo.commit({"app/src/features.py": "", "src/features.py": "def other(): ..."})
    outcome = ask(folder="app")
    assert watched(outcome) == [("app/README.md:3", wrote("src/features.py: WINDOW, lag removed"))]
    assert "app/README.md#features" in (outcome.findings[0].hint or "")
    repo.commit(message="Review\n\nDocs-Reviewed: README.md#features")
    assert watched(ask("HEAD~2", folder="app")) == []


def test_watch__a_file_that_cannot_be_read(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES)
    repo.commit({"src/features.py": "def f(:"})
    (finding,) = ask().findings
    assert (finding.rule, finding.severity) == ("readme/source", Severity.ERROR)
    assert plain(finding.message).startswith(
        "what the section features watches cannot be read: src/features.py:1:7: not valid Python"
    )
    repo.commit({"src/features.py": "def f(): ..."})
    assert watched(ask()) == [("README.md:3", wrote("src/features.py could not be read before"))]


def test_watch__that_matches_nothing_is_a_mistake(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": README.replace("src/**.py", "source/**.py")})
    (finding,) = ask(None).findings
    assert (finding.rule, str(finding.location)) == ("readme/marker", "README.md:4")
    assert plain(finding.message) == "the section features watches source/**.py#names, which matches no file"


def test_watch__without_a_baseline_nothing_is_compared(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES)
    assert ask(None).summary == "1 section current"


def test_watch__a_shallow_clone_says_what_it_cannot_see(repo: Repository, ask: Ask, tmp_path: Path) -> None:
    repo.commit({"a.txt": ""})
    repo.commit(FILES)
    repo.commit({"src/features.py": ""})
    clone = repo.clone(tmp_path / "clone", depth=2)
    (finding,) = ask(of=clone).findings
    assert "fetch-depth: 0" in (finding.hint or "")
