"""Which files are checked: by name, by pattern, or by default."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlgate.report import Outcome, Status
from mlgate.text import plain
from repositories import Repository

Ask = Callable[..., Outcome]

DEAD = "# A\n[a](gone.md)\n"
FILES = {"README.md": DEAD, "docs/a.md": DEAD, "docs/deep/b.markdown": DEAD, "docs/c.txt": DEAD, "other/d.md": DEAD}


def places(outcome: Outcome) -> list[str]:
    return [str(finding.location).partition(":")[0] for finding in outcome.findings]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param("[README.md]", ["README.md"], id="name"),
        pytest.param('["docs/*.md"]', ["docs/a.md"], id="files of a folder"),
        pytest.param('["docs/**"]', ["docs/a.md", "docs/deep/b.markdown"], id="any depth, Markdown alone"),
        pytest.param('["./docs/*.md", docs/a.md, README.md]', ["README.md", "docs/a.md"], id="each once"),
    ],
)
def test_named__files(repo: Repository, ask: Ask, files: str, expected: list[str]) -> None:
    repo.commit({**FILES, "mlgate.yaml": f"readme: {{files: {files}}}\n"})
    assert places(ask(None)) == expected


def test_named__files_that_are_ignored_are_not_found_by_patterns(repo: Repository, ask: Ask) -> None:
    repo.commit({**FILES, ".gitignore": "docs/deep/\n", "mlgate.yaml": 'readme: {files: ["docs/**"]}\n'})
    assert places(ask(None)) == ["docs/a.md"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param('[README.md, "doc/**.md"]', "doc/**.md matches no Markdown file", id="matches nothing"),
        pytest.param('["*a*b*c*d*e*"]', "*a*b*c*d*e* has more than 4 wildcards", id="too many stars"),
    ],
)
def test_named__a_pattern_that_finds_nothing_fails(
    repo: Repository, ask: Ask, mlgate: Callable, files: str, said: str
) -> None:
    repo.commit({**FILES, "mlgate.yaml": f"readme:\n  files: {files}\n"})
    outcome = ask(None)
    assert (outcome.status, [plain(finding.message) for finding in outcome.findings]) == (Status.FAILED, [said])
    ran = mlgate("readme", cwd=repo.path)
    assert (ran.code, said in ran.err) == (2, True)


def test_default__the_model_card_beside_the_readme(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": DEAD, "MODEL_CARD.md": DEAD, "docs/MODEL_CARD.md": DEAD})
    assert places(ask(None)) == ["MODEL_CARD.md", "README.md"]


def test_default__a_model_card_alone(repo: Repository, ask: Ask) -> None:
    repo.commit({"MODEL_CARD.md": DEAD})
    assert places(ask(None)) == ["MODEL_CARD.md"]


GOOD = "# A\n[a](#a)\n"
RST = "A\n=\n\n`gone <gone.rst>`_\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({"README.md": GOOD, "README.rst": RST}, "README.rst is reStructuredText", id="README.rst"),
        pytest.param({"README.md": GOOD, "README.txt": "A\n"}, "README.txt is no Markdown", id="README.txt"),
        pytest.param({"README.md": GOOD, "README": "A\n"}, "README is no Markdown", id="without a suffix"),
        pytest.param({"README.md": GOOD, "MODEL_CARD.rst": RST}, "MODEL_CARD.rst is reStructuredText", id="model card"),
        pytest.param({"MODEL_CARD.md": GOOD, "README.rst": RST}, "README.rst is reStructuredText", id="beside a card"),
    ],
)
def test_unsupported__beside_a_page_that_is_read_is_told(
    repo: Repository, mlgate: Callable, files: dict[str, str], told: str
) -> None:
    repo.commit(files)
    ran = mlgate("run", "readme", cwd=repo.path)
    assert (ran.code, f"{told}, which is not supported: nothing in it is checked" in ran.out) == (0, True)
    assert "1 link current" in ran.out
    assert mlgate("readme", cwd=repo.path).code == 0


@pytest.mark.parametrize(
    ("config", "files", "code", "said"),
    [
        pytest.param(
            "", {"README.rst": RST}, 3, "README.rst is reStructuredText, which is not supported", id="alone, not asked"
        ),
        pytest.param(
            "", {"README": "A\n"}, 3, "README is no Markdown, which is not supported", id="plain text, not asked"
        ),
        pytest.param(
            "readme: {sections: {data: Data}}\n",
            {"README.rst": RST},
            1,
            "README.rst is reStructuredText, which is not supported: nothing in it is checked",
            id="alone, sections asked for",
        ),
        pytest.param(
            "readme:\n  files: [README.md, docs/x.rst]\n",
            {"README.md": GOOD, "docs/x.rst": RST},
            1,
            "mlgate.yaml:2",
            id="named beside another",
        ),
        pytest.param(
            "readme: {sections: {data: Data}}\n",
            {"MODEL_CARD.md": GOOD, "README.txt": "A\n"},
            1,
            "README.txt is no Markdown, which is not supported: nothing in it is checked",
            id="README.txt beside a card, sections asked for",
        ),
        pytest.param(
            "readme: {files: [docs/x.rst]}\n",
            {"README.md": GOOD},
            1,
            "docs/x.rst does not exist",
            id="named, not there",
        ),
        pytest.param(
            'readme: {files: ["docs/*.rst"]}\n',
            {"README.md": GOOD, "docs/x.rst": RST},
            1,
            "docs/*.rst matches no Markdown file",
            id="pattern",
        ),
    ],
)
def test_unsupported__alone_or_asked_for_is_never_green(
    repo: Repository, mlgate: Callable, config: str, files: dict[str, str], code: int, said: str
) -> None:
    repo.commit({**files, **({"mlgate.yaml": config} if config else {})})
    ran = mlgate("run", "readme", cwd=repo.path)
    assert (ran.code, said in ran.out) == (code, True)


def test_unsupported__what_is_read_beside_it_is_judged(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": DEAD, "docs/x.rst": RST, "mlgate.yaml": "readme: {files: [README.md, docs/x.rst]}\n"})
    outcome = ask(None)
    assert [finding.rule for finding in outcome.findings] == ["readme/dead-link", "readme/unsupported"]
    assert outcome.summary == "1 link, 1 page to mend"


def test_unsupported__command_refuses_before_it_mends(repo: Repository, mlgate: Callable) -> None:
    text = "# A\n\nAUC <!-- mlgate:value m.json#auc -->0.5<!-- /mlgate -->\n"
    config = "readme: {files: [README.md, docs/x.rst]}\n"
    repo.commit({"README.md": text, "m.json": '{"auc": 0.9}', "docs/x.rst": RST, "mlgate.yaml": config})
    ran = mlgate("readme", "--fix", cwd=repo.path)
    assert (ran.code, (repo.path / "README.md").read_text()) == (2, text)
    assert "docs/x.rst is reStructuredText, which is not supported" in ran.err


def test_command__mends_all_of_them_and_keeps_their_line_ends(repo: Repository, mlgate: Callable) -> None:
    text = (
        "---\nauc: 0.5 # mlgate:value m.json#auc\n---\n# A\n\nAUC <!-- mlgate:value m.json#auc -->0.5<!-- /mlgate -->\n"
    )
    files = {"docs/a.md": text, "MODEL_CARD.md": text.replace("\n", "\r\n")}
    repo.commit({**files, "m.json": '{"auc": 0.9}', "mlgate.yaml": 'readme: {files: [MODEL_CARD.md, "docs/**.md"]}\n'})
    ran = mlgate("readme", "--fix", cwd=repo.path)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "docs/a.md: 2 mended")
    for name, before in files.items():
        assert (repo.path / name).read_bytes().decode() == before.replace("0.5", "0.9")
    assert mlgate("readme", cwd=repo.path).code == 0
