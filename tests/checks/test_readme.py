"""The README check on real repositories: what it examines, what it finds, and whom it charges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from contexts import opened_context
from mlgate.baseline import resolve_baseline
from mlgate.checks.readme import CHECK
from mlgate.config_reading import ConfigError, load_config
from mlgate.context import Context
from mlgate.event import Event
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from mlgate.readme.fix import fix_text
from mlgate.readme.sources import Sources
from mlgate.report import Outcome, Status
from mlgate.runner import answer
from mlgate.text import plain
from repositories import Repository

Ask = Callable[..., Outcome]

README = """\
# Flights

See [the guide](docs/guide.md#use) and [data](#data-sources).

## Data sources

The airline exports its flights every night.

## Hyperparameters

<!-- mlgate:begin train from=params.yaml#train as=table -->
<!-- mlgate:end train -->

AUC <!-- mlgate:value metrics.json#test.auc -->0.912<!-- /mlgate -->
"""
PROJECT = {
    "params.yaml": "train: {lr: 0.1, depth: 8}\n",
    "metrics.json": '{"test": {"auc": 0.91234}}',
    "docs/guide.md": "# Guide\n\n## Use\n",
    "mlgate.yaml": "readme:\n  sections: {data: Data sources, params: Hyperparameters}\n",
}
BLOCK = "| lr | 0.1 |"


def current(text: str = README, files: Mapping[str, str] = PROJECT) -> str:
    """Return a README brought up to date."""
    return fix_text(text, Sources({name: content.encode() for name, content in files.items()}.get))


@pytest.fixture
def ask(repo: Repository, env: Mapping[str, str]) -> Iterator[Ask]:
    """Asks the check about the work tree of `repo` against a revision, by default against nothing."""
    pool: list[Children] = []

    def run(base: str | None = None, folder: str = ".") -> Outcome:
        project = repo.path / folder
        pool.append(Children(env))
        git = open_repository(project, pool[-1])
        compared = resolve_baseline(git, Event(), asked=base)
        context = Context(
            project=project,
            git=git,
            head=compared.head,
            baseline=compared.baseline if base else None,
            config=load_config(project, git.root, {"readme": CHECK.config}),
            env=pool[-1].env,
            children=pool[-1],
        )
        return answer(CHECK, context)

    yield run
    for children in pool:
        children.kill()


def found(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the findings as rule and `path:line`."""
    return [(finding.rule.removeprefix("readme/"), str(finding.location)) for finding in outcome.findings]


def test_run__all_current(repo: Repository, ask: Ask) -> None:
    repo.commit({**PROJECT, "README.md": current()})
    outcome = ask()
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert (outcome.summary, outcome.note) == ("2 sections, 1 block, 1 value, 2 links current", "")


def test_run__git_is_not_asked_what_changed_where_nothing_is_gone(repo: Repository, env: Mapping[str, str]) -> None:
    files = {name: text for name, text in PROJECT.items() if name != "mlgate.yaml"}
    repo.commit({**files, "README.md": current().replace("The airline", "`docs/guide.md`: the airline")})
    repo.commit({"a.txt": ""})
    with opened_context(repo.path, env) as context:
        assert answer(CHECK, context).status is Status.PASSED
        assert "changes" not in vars(context)


@pytest.mark.parametrize("name", ["readme.md", "ReadMe.MD", "README.markdown"])
def test_run__no_config_finds_the_readme_in_any_case(repo: Repository, ask: Ask, name: str) -> None:
    repo.commit({name: "# A\n[a](#a) [b](gone.md)\n"})
    outcome = ask()
    assert found(outcome) == [("dead-link", f"{name}:2")]
    assert outcome.summary == "1 link to mend"


def test_run__no_config_asks_for_no_section(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "# A\n\n[a](#a)\n\n## Empty\n"})
    assert ask().status is Status.PASSED


def test_run__every_rule(repo: Repository, ask: Ask) -> None:
    text = current().replace("| 8 |", "| 9 |").replace("0.912", "0.915").replace("guide.md#use", "guide.md#uses")
    text = text.replace("## Data sources", "## Sources").replace("The airline", "TODO")
    repo.commit({**PROJECT, "README.md": text + "\n![x](x.png)\n\n<!-- mlgate:end x -->\n"})
    assert found(ask()) == [
        ("sections", "README.md"),
        ("dead-anchor", "README.md:3"),
        ("dead-anchor", "README.md:3"),
        ("block-edited", "README.md:11"),
        ("value", "README.md:18"),
        ("dead-link", "README.md:20"),
        ("marker", "README.md:22"),
    ]


def test_run__source_changed(repo: Repository, ask: Ask) -> None:
    repo.commit({**PROJECT, "README.md": current()})
    repo.commit({"params.yaml": "train: {lr: 0.2, depth: 8}\n"})
    outcome = ask("HEAD~1")
    assert found(outcome) == [("block", "README.md:11")]
    assert outcome.findings[0].detail and "-| lr | 0.1 |\n+| lr | 0.2 |" in outcome.findings[0].detail
    assert outcome.findings[0].hint == "run `mlgate readme --fix`"
    assert (outcome.status, outcome.summary) == (Status.FAILED, "1 block to mend")


@pytest.mark.parametrize("text", [pytest.param("", id="empty"), pytest.param("\n \n", id="blank")])
def test_run__empty_readme_is_not_fine(repo: Repository, ask: Ask, text: str) -> None:
    repo.commit({"README.md": text})
    assert (ask().status, ask().summary) == (Status.SKIPPED, "`README.md` is empty")


def test_run__nothing_to_examine_is_not_fine(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "# A\n\nWords, and [a link](https://example.org).\n"})
    outcome = ask()
    assert outcome.status is Status.SKIPPED
    assert plain(outcome.summary) == "no relative link, path, marker or required section in README.md"


@pytest.mark.parametrize(
    ("files", "status", "summary"),
    [
        pytest.param({"a.py": ""}, Status.SKIPPED, "there is no README.md", id="no README, no config"),
        pytest.param({"mlgate.yaml": "readme: {}"}, Status.FAILED, "there is no README.md", id="no README"),
        pytest.param(
            {"mlgate.yaml": "readme: {}", "README.md": "\n"}, Status.FAILED, "README.md is empty", id="empty README"
        ),
        pytest.param(
            {"mlgate.yaml": "readme: {files: [CARD.md]}", "README.md": "# A"},
            Status.FAILED,
            "CARD.md does not exist",
            id="named file",
        ),
        pytest.param(
            {"README.rst": "A\n="},
            Status.SKIPPED,
            "README.rst is reStructuredText, which is not supported",
            id="reStructuredText",
        ),
        pytest.param({"README": "A"}, Status.SKIPPED, "README is no Markdown, which is not supported", id="plain text"),
        pytest.param(
            {"mlgate.yaml": "readme: {files: [README.rst]}", "README.rst": "A"},
            Status.FAILED,
            "README.rst is reStructuredText, which is not supported: nothing in it is checked",
            id="reStructuredText named",
        ),
        pytest.param(
            {"README.md": b"# A\n\xe9\n"}, Status.FAILED, "not UTF-8: byte 0xe9", id="Latin-1",
        ),
    ],
)  # fmt: skip
def test_run__without_a_readme_to_read(
    repo: Repository, ask: Ask, files: dict[str, str | bytes], status: Status, summary: str
) -> None:
    repo.commit(files)
    outcome = ask()
    assert (outcome.status, plain(outcome.summary)) == (status, summary)


def test_run__latin1_names_the_line(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": b"# A\n\xe9\n"})
    assert found(ask()) == [("unreadable", "README.md:2:1")]


def test_run__markdown_is_preferred_to_another_readme(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.rst": "A", "README.md": "# A\n[a](#a)"})
    assert ask().status is Status.PASSED


def test_run__several_files_share_the_sections(repo: Repository, ask: Ask) -> None:
    config = "readme:\n  files: [README.md, MODEL_CARD.md]\n  sections: {data: Data, use: Use}\n"
    words = "Everything that one has to know about it."
    repo.commit({"mlgate.yaml": config, "README.md": f"# Data\n{words}", "MODEL_CARD.md": f"# Use\n{words}\n[x](y)"})
    assert found(ask()) == [("dead-link", "MODEL_CARD.md:3")]


# What the baseline has too is not charged.


def test_charge__older_findings_are_shown_but_do_not_count(repo: Repository, ask: Ask) -> None:
    text = current() + "\n[a](gone.md)\n"
    repo.commit({**PROJECT, "README.md": text})
    repo.commit({"README.md": "# New line\n" + text})
    outcome = ask("HEAD~1")
    assert (outcome.status, outcome.note) == (Status.PASSED, "1 older finding not charged")
    assert outcome.tables[0].folded
    assert [plain(cell) for cell in outcome.tables[0].rows[0].cells] == [
        "README.md:21",
        "readme/dead-link",
        "gone.md does not exist",
    ]


def test_charge__all_without_a_baseline(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](gone.md)"})
    assert found(ask(None)) == [("dead-link", "README.md:1")]


def test_charge__all_where_a_commit_is_compared_with_itself(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](gone.md)"})
    assert found(ask("HEAD")) == [("dead-link", "README.md:1")]


def test_charge__a_file_that_this_change_removes(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](a.md)", "a.md": "x"})
    repo.commit(remove=["a.md"])
    assert found(ask("HEAD~1")) == [("dead-link", "README.md:1")]


def test_charge__a_file_that_this_change_renames(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](a.md)", "a.md": "x\n" * 20})
    repo.commit({"other/b.md": "x\n" * 20}, remove=["a.md"])
    (finding,) = ask("HEAD~1").findings
    assert finding.hint == "it was renamed: link to `other/b.md`"


def test_charge__one_more_of_the_same(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](gone.md)\n"})
    repo.commit({"README.md": "[a](gone.md)\n\n[b](gone.md)\n"})
    outcome = ask("HEAD~1")
    assert (found(outcome), outcome.note) == ([("dead-link", "README.md:3")], "1 older finding not charged")


def test_charge__a_stale_block_that_this_change_makes_staler(repo: Repository, ask: Ask) -> None:
    repo.commit({**PROJECT, "README.md": current()})
    repo.commit({"params.yaml": "train: {lr: 0.2, depth: 8}\n"})
    repo.commit({"other.txt": ""})
    assert ask("HEAD~1").findings == ()
    repo.commit({"params.yaml": "train: {lr: 0.3, depth: 8}\n"})
    assert found(ask("HEAD~1")) == [("block", "README.md:11")]


def test_charge__a_section_that_this_change_removes(repo: Repository, ask: Ask) -> None:
    repo.commit({**PROJECT, "README.md": current()})
    repo.commit({"README.md": current().replace("## Data sources", "").replace("(#data-sources)", "(#flights)")})
    outcome = ask("HEAD~1")
    assert [(finding.rule, finding.key) for finding in outcome.findings] == [
        ("readme/sections", "readme/sections:data")
    ]


def test_charge__a_readme_that_moves_keeps_its_findings(repo: Repository, ask: Ask) -> None:
    repo.commit({"readme.md": "# A\n[a](gone.md)\n" + "words\n" * 20})
    repo.commit({"README.md": "# A\n[a](gone.md)\n" + "words\n" * 20}, remove=["readme.md"])
    assert ask("HEAD~1").note == "1 older finding not charged"


def test_charge__a_readme_that_the_baseline_has_not(repo: Repository, ask: Ask) -> None:
    repo.commit({"a.txt": ""})
    repo.commit({"README.md": "[a](gone.md)"})
    assert found(ask("HEAD~1")) == [("dead-link", "README.md:1")]


def test_charge__a_baseline_that_cannot_be_read_takes_nothing_away(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": b"[a](gone.md) \xe9"})
    repo.commit({"README.md": "[a](gone.md)"})
    assert found(ask("HEAD~1")) == [("dead-link", "README.md:1")]


# Links, against what git knows.


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("out/", id="ignored folder that is not there"),
        pytest.param("out/report.html", id="file in an ignored folder"),
        pytest.param("run.log", id="ignored file"),
        pytest.param("notes.md", id="file that is not added yet"),
        pytest.param("alias/x.md", id="behind a link"),
        pytest.param("lib/x.md", id="in a submodule"),
        pytest.param("sub", id="folder"),
    ],
)
def test_links__quiet(repo: Repository, make_repository: Callable[..., Repository], ask: Ask, target: str) -> None:
    inner = make_repository("inner")
    inner.commit({"a.md": ""})
    repo.git("submodule", "--quiet", "add", inner.path, "lib")
    (repo.path / "alias").symlink_to("sub")
    repo.commit({".gitignore": "out/\n*.log\n", "sub/a.md": "", "README.md": f"[a](sub/a.md) [b]({target})"})
    repo.write({"notes.md": ""})
    assert ask().findings == ()


def test_links__a_file_that_was_just_deleted(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](a.md) [b](sub) [c](b/c.md)", "a.md": "", "sub/a.md": "", "b/c.md": ""})
    (repo.path / "a.md").unlink()
    (repo.path / "sub/a.md").unlink()
    assert [finding.subject for finding in ask().findings] == ["a.md", "sub"]


def test_links__files_left_out_of_a_sparse_checkout_exist(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "[a](far/a.md)", "far/a.md": "", "near/b.md": ""})
    repo.git("sparse-checkout", "set", "near")
    assert not (repo.path / "far/a.md").exists()
    assert ask().status is Status.PASSED


def test_links__a_path_like_a_pattern_is_only_a_path(repo: Repository, ask: Ask) -> None:
    repo.commit({".gitignore": "*.log\n", "README.md": "[a](:\\(glob\\)x) [b](\\[a].md) [c](x.log)"})
    assert [finding.subject for finding in ask().findings] == [":(glob)x", "[a].md"]


def test_links__from_a_project_in_a_folder(repo: Repository, ask: Ask) -> None:
    readme = "[a](../shared/a.md) [b](b.md) [c](/shared/a.md) [d](../gone.md) [e](../../issues)"
    repo.commit({"shared/a.md": "", "app/b.md": "", "app/README.md": readme, "app/params.yaml": "a: 1"})
    assert [(finding.subject, str(finding.location)) for finding in ask(folder="app").findings] == [
        ("../gone.md", "app/README.md:1")
    ]


def test_sources__from_a_project_in_a_folder(repo: Repository, ask: Ask) -> None:
    readme = "<!-- mlgate:value params.yaml#a -->1<!-- /mlgate -->, <!-- mlgate:value ../up.yaml#a -->3<!-- /mlgate -->"
    repo.commit({"app/README.md": readme, "app/params.yaml": "a: 1", "up.yaml": "a: 3"})
    assert ask(folder="app").status is Status.PASSED
    repo.commit({"up.yaml": "a: 4"})
    assert found(ask("HEAD~1", folder="app")) == [("value", "app/README.md:1")]


# Ignores.

IGNORED = '<!-- mlgate:ignore dead-link until={} reason="made by users" -->\n[a](gone.md)\n\n[b](#x)\n\n# X\n'


def test_ignore__until_its_day(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": IGNORED.format("2026-01-01")})
    assert (ask().status, ask().note) == (Status.PASSED, "1 ignored")


def test_ignore__has_expired(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": IGNORED.format("2025-12-31")})
    (finding,) = ask().findings
    assert finding.hint and finding.hint.endswith("; it was ignored until 2025-12-31")


def test_ignore__that_expires_by_the_clock_alone_fails_no_pull_request(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": IGNORED.format("2025-12-31")}, time=1_700_000_000)
    repo.commit({"a.txt": ""})
    assert ask("HEAD~1").status is Status.PASSED


def test_config__a_section_without_a_heading_is_refused(repo: Repository, ask: Ask) -> None:
    repo.commit({"README.md": "# A", "mlgate.yaml": "readme:\n  sections: {data: ''}\n"})
    with pytest.raises(ConfigError) as raised:
        ask()
    assert "mlgate.yaml:2" in str(raised.value)
