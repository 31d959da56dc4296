"""`mlgate readme`: lists, mends, refuses, and says so by its exit code."""

from __future__ import annotations

import stat
from collections.abc import Callable
from typing import Any

import pytest

from repositories import Repository

Mlgate = Callable[..., Any]

STALE = "# A\n\n<!-- mlgate:begin p from=params.yaml -->\n<!-- mlgate:end p -->\n"
CURRENT = (
    "# A\n\n<!-- mlgate:begin p from=params.yaml -->\n"
    "| parameter | value |\n| --- | --- |\n| lr | 0.1 |\n<!-- mlgate:end p sum=983ed04a -->\n"
)
PARAMS = {"params.yaml": "lr: 0.1\n"}


def text(repo: Repository, name: str = "README.md") -> str:
    return (repo.path / name).read_bytes().decode()


@pytest.mark.parametrize(
    ("readme", "said"),
    [
        pytest.param(CURRENT, "README.md: 1 block or value current\n", id="current"),
        pytest.param("# A\n", "README.md: no blocks or values\n", id="without markers"),
    ],
)
@pytest.mark.parametrize("argv", [(), ("--fix",), ("--fix", "--force")], ids=" ".join)
def test_readme__quiet(repo: Repository, mlgate: Mlgate, argv: tuple[str, ...], readme: str, said: str) -> None:
    repo.write({**PARAMS, "README.md": readme})
    ran = mlgate("readme", *argv, cwd=repo.path)
    assert (ran.code, ran.text) == (0, said)
    assert text(repo) == readme


def test_readme__lists_what_it_would_change(repo: Repository, mlgate: Mlgate) -> None:
    repo.write({**PARAMS, "README.md": STALE})
    ran = mlgate("readme", cwd=repo.path)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("README.md:3: the block p differs from params.yaml: it is empty\n  | --- in the README\n")
    assert ran.out.endswith("\nREADME.md: 1 to mend with mlgate readme --fix\n")
    assert text(repo) == STALE


def test_readme__fix_mends_and_is_content_afterwards(repo: Repository, mlgate: Mlgate) -> None:
    repo.write({**PARAMS, "README.md": STALE})
    ran = mlgate("readme", "--fix", cwd=repo.path)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "README.md: 1 mended")
    assert text(repo) == CURRENT
    assert mlgate("readme", cwd=repo.path).code == 0


def test_readme__fix_keeps_bytes_mode_and_link(repo: Repository, mlgate: Mlgate) -> None:
    repo.write({**PARAMS, "docs/README.md": b"\xef\xbb\xbf" + STALE.replace("\n", "\r\n").encode()})
    place = repo.path / "docs/README.md"
    place.chmod(0o640)
    (repo.path / "README.md").symlink_to("docs/README.md")
    assert mlgate("readme", "--fix", cwd=repo.path).code == 0
    assert place.read_bytes() == b"\xef\xbb\xbf" + CURRENT.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert (repo.path / "README.md").is_symlink()


def test_readme__a_block_edited_by_hand_needs_force(repo: Repository, mlgate: Mlgate) -> None:
    typed = CURRENT.replace("| 0.1 |", "| 0.2, as Ana said |")
    repo.write({**PARAMS, "README.md": typed})
    ran = mlgate("readme", "--fix", cwd=repo.path)
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "README.md: 1 left to you")
    assert "run mlgate readme --fix --force" in ran.out
    assert text(repo) == typed
    assert mlgate("readme", "--fix", "--force", cwd=repo.path).code == 0
    assert text(repo) == CURRENT


def test_readme__mends_what_it_can_and_names_the_rest(repo: Repository, mlgate: Mlgate) -> None:
    broken = "\n<!-- mlgate:begin q from=params.yaml#x -->\n<!-- mlgate:end q -->\n\n<!-- mlgate:end r -->\n"
    repo.write({**PARAMS, "README.md": STALE + broken})
    ran = mlgate("readme", "--fix", cwd=repo.path)
    assert (ran.code, text(repo)) == (1, CURRENT + broken)
    assert "README.md:6: params.yaml#x: there is no x\n" in ran.out
    assert "README.md:9: mlgate:end r without its mlgate:begin\n" in ran.out
    assert ran.out.endswith("README.md: 1 mended, 2 left to you\n")


def test_readme__named_files_from_where_one_stands(repo: Repository, mlgate: Mlgate) -> None:
    repo.write({**PARAMS, "README.md": STALE, "docs/CARD.md": STALE})
    assert mlgate("readme", "--fix", "CARD.md", cwd=repo.path / "docs").code == 0
    assert (text(repo), text(repo, "docs/CARD.md")) == (STALE, CURRENT)


def test_readme__files_of_the_config(repo: Repository, mlgate: Mlgate) -> None:
    config = "readme: {files: [CARD.md]}\n"
    repo.write({"app/params.yaml": "lr: 0.1\n", "app/CARD.md": STALE, "app/mlgate.yaml": config, "README.md": STALE})
    assert mlgate("readme", "--fix", cwd=repo.path / "app").code == 0
    assert (text(repo), text(repo, "app/CARD.md")) == (STALE, CURRENT)


def test_readme__foreign_text_starts_no_command_of_the_runner(repo: Repository, mlgate: Mlgate) -> None:
    repo.write({"params.yaml": '{"::add-mask::x": "##[error]y"}', "README.md": STALE})
    out = mlgate("readme", cwd=repo.path).out
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param((), "there is no README.md", id="no README"),
        pytest.param(("gone.md",), "gone.md does not exist", id="file that is not there"),
        pytest.param(("params.yaml",), "params.yaml is no Markdown file", id="no Markdown"),
        pytest.param(("--force",), "--force says nothing without --fix", id="force alone"),
        pytest.param(("latin.md",), "latin.md:1:1: not UTF-8", id="not UTF-8"),
    ],
)
def test_readme__usage(repo: Repository, mlgate: Mlgate, argv: tuple[str, ...], said: str) -> None:
    repo.write({**PARAMS, "latin.md": b"\xe9"})
    ran = mlgate("readme", *argv, cwd=repo.path)
    assert ran.code == 2
    assert said in ran.err


def test_readme__a_file_outside_of_the_repository(repo: Repository, mlgate: Mlgate) -> None:
    (repo.path.parent / "other.md").write_text(STALE)
    ran = mlgate("readme", "--fix", "../other.md", cwd=repo.path)
    assert ran.code == 2
    assert "leads out of the repository" in ran.err
    assert (repo.path.parent / "other.md").read_text() == STALE


def test_readme__a_file_that_cannot_be_written_stays(repo: Repository, mlgate: Mlgate) -> None:
    repo.write({**PARAMS, "README.md": STALE, ".README.md.part/taken": ""})
    ran = mlgate("readme", "--fix", cwd=repo.path)
    assert (ran.code, text(repo)) == (2, STALE)
    assert "README.md cannot be written" in ran.err


def test_readme__a_block_inside_other_html_is_left_alone(repo: Repository, mlgate: Mlgate) -> None:
    fence = "```\n" + STALE.replace("# A\n\n", "").replace(" p ", " q ") + "```\n"
    inside = f"<div>\n<!-- mlgate:begin p from=params.yaml -->\nx\n\ny\n<!-- mlgate:end p -->\n{fence}"
    repo.write({**PARAMS, "README.md": inside})
    ran = mlgate("readme", "--fix", cwd=repo.path)
    assert (ran.code, text(repo)) == (1, inside)
    assert "put blank lines around it" in ran.out
