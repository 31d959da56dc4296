"""Names in code style that a change takes away from the sources."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlgate.report import Outcome, Severity
from mlgate.text import plain
from repositories import Repository

Ask = Callable[..., Outcome]

FILES = {
    "README.md": "# A\n\n[a](#a) Tuned: `train.lr`, `depth`; `lag_7`, `day`, `night`, `mean()`; `Model.fit`.\n",
    "src/list.py": 'FEATURES = ["hour", "day"]\n',
    "conf/list.yaml": "features: {all: [hour, night]}\n",
    "params.yaml": "train: {lr: 0.1, depth: 8}\n",
    "src/features.py": "def lag_7(x): ...\ndef mean(x): ...\nclass Model:\n    def fit(self): ...\n",
}


def names(outcome: Outcome) -> list[tuple[str, str | None]]:
    found = [finding for finding in outcome.findings if finding.rule == "readme/dead-name"]
    assert all(finding.severity is Severity.WARNING for finding in found)
    return [(plain(finding.message), finding.hint and plain(finding.hint)) for finding in found]


@pytest.mark.parametrize(
    ("change", "remove"),
    [
        pytest.param({"params.yaml": "train: {lr: 0.5, depth: 9}\n"}, [], id="other values"),
        pytest.param(
            {"src/list.py": 'FEATURES = ("day", "hour", "week")\n', "conf/list.yaml": "features: [night, hour]\n"},
            [],
            id="lists in another order and place",
        ),
        pytest.param(
            {"src/new.py": FILES["src/features.py"]}, ["src/features.py"], id="functions move to another file"
        ),
        pytest.param(
            {"params.yaml": "train: {lr: 0.1}\n", "src/use.py": "x = params['depth']\n"}, [], id="word still in code"
        ),
        pytest.param({"params.yaml": "train: {lr: [}\n"}, [], id="file that cannot be read"),
        pytest.param(
            {"params.yaml": "train: {lr: 0.1}\n", "README.md": FILES["README.md"].replace("`depth`", "depth")},
            [],
            id="page mended",
        ),
    ],
)
def test_dead_name__quiet(repo: Repository, ask: Ask, change: dict[str, str], remove: list[str]) -> None:
    repo.commit(FILES)
    repo.commit(change, remove=remove)
    assert names(ask()) == []


def test_dead_name__a_page_that_tells_of_the_change(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, "README.md": "# A\n[a](#a)\n"})
    repo.commit({"README.md": "# A\n[a](#a) `depth` was taken out.\n", "params.yaml": "train: {lr: 0.1}\n"})
    assert names(ask()) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            {"params.yaml": "train: {lr: 0.1}\n"},
            ("depth is gone from params.yaml", "name what is there now, or take it out"),
            id="parameter",
        ),
        pytest.param(
            {"params.yaml": "train: {learning_rate: 0.1, depth: 8}\n"},
            ("train.lr is gone from params.yaml", "if it was renamed, write train.learning_rate"),
            id="parameter renamed",
        ),
        pytest.param(
            {"src/features.py": FILES["src/features.py"].replace("lag_7", "lag_14")},
            ("lag_7 is gone from src/features.py", "if it was renamed, write lag_14"),
            id="feature renamed",
        ),
        pytest.param(
            {"src/features.py": FILES["src/features.py"].replace("fit", "train")},
            ("Model.fit is gone from src/features.py", "if it was renamed, write Model.train"),
            id="method renamed",
        ),
        pytest.param(
            {"src/features.py": FILES["src/features.py"].replace("def mean(x): ...\n", "")},
            ("mean is gone from src/features.py", "name what is there now, or take it out"),
            id="call",
        ),
        pytest.param(
            {"src/list.py": 'FEATURES = ["hour", "week"]\n'},
            ("day is gone from src/list.py", "if it was renamed, write week"),
            id="feature of a list in Python",
        ),
        pytest.param(
            {"conf/list.yaml": "features: {all: [hour, week]}\n"},
            ("night is gone from conf/list.yaml", "if it was renamed, write week"),
            id="feature of a list in YAML",
        ),
    ],
)
def test_dead_name__gone(repo: Repository, ask: Ask, change: dict[str, str], expected: tuple[str, str]) -> None:
    repo.commit(FILES)
    repo.commit(change)
    outcome = ask()
    assert names(outcome) == [expected]
    assert str(outcome.findings[0].location) == "README.md:3"


def test_dead_name__of_a_file_that_is_removed(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES)
    repo.commit(remove=["params.yaml"])
    assert [message for message, _ in names(ask())] == [
        "train.lr is gone from params.yaml",
        "depth is gone from params.yaml",
    ]


def test_dead_name__what_is_generated_is_not_read(repo: Repository, ask: Ask) -> None:
    block = "<!-- mlgate:begin p from=params.yaml as=list -->\n- `_x_`: 1\n<!-- mlgate:end p -->\n"
    repo.commit({"README.md": f"# A\n\n{block}", "params.yaml": "_x_: 1"})
    repo.commit({"params.yaml": "y: 1"})
    assert names(ask()) == []


def test_dead_name__is_charged_once(repo: Repository, ask: Ask) -> None:
    repo.commit(FILES)
    repo.commit({"params.yaml": "train: {lr: 0.1}\n"})
    repo.commit({"other.txt": ""})
    assert names(ask()) == []
