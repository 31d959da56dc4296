"""The reproducibility check on real DVC projects: what must stay quiet, what must fail, and every broken file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from asking import ask
from dvc_projects import DvcProject
from mlgate.checks.repro import CHECK
from mlgate.report import Finding, Outcome, Severity, Status
from repositories import Repository, clean_environment

FILES = {
    "dvc.yaml": """\
stages:
  prepare:
    cmd: cat raw.csv src/prepare.py > clean.csv
    deps: [raw.csv, src/prepare.py]
    outs: [clean.csv]
  train:
    cmd: cat clean.csv src/train.py > model.bin
    deps: [clean.csv, src/train.py]
    params: [train.lr, train.depth]
    outs: [model.bin]
  evaluate:
    cmd: 'wc -c < model.bin > /dev/null; echo "{\\"acc\\": 0.9}" > metrics.json'
    deps: [model.bin]
    metrics:
      - metrics.json:
          cache: false
""",
    "params.yaml": "train:\n  lr: 0.1\n  depth: 3\n",
    "src/prepare.py": "# prepare\n",
    "src/train.py": "# train\n",
    "raw.csv": "a\n1\n",
}


class ReproProject(DvcProject):
    """A DVC project, and the check asked about it."""

    def depend_on_a_folder(self) -> None:
        """Add a stage whose dependency is a directory that holds an output, and run it."""
        stage = "  use:\n    cmd: cat data/x > used.txt\n    deps: [data]\n    outs: [used.txt]\n"
        make = "  fill:\n    cmd: mkdir -p data/in && echo 1 > data/in/x\n    outs: [data/in]\n"
        self.repo.write({"dvc.yaml": FILES["dvc.yaml"] + make + stage.replace("data/x", "data/in/x")})
        self.reproduce()

    def forget(self, path: str) -> None:
        """Take the content of an output out of the cache."""
        with self.dvc() as repo:
            (out,) = [out for out in repo.index.outs if out.fs_path == str(self.path / path)]
            Path(out.cache_path).unlink()

    def ask(self, config: str | None = None, folder: str = ".", base: str = "HEAD") -> Outcome:
        """Return what the check says of the work tree."""
        if config:
            self.repo.write({"mlgate.yaml": config})
        return ask(CHECK, self.repo, base=base, folder=folder)


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three stages and one `.dvc` file, run and committed, once."""
    folder = tmp_path_factory.mktemp("repro")
    env = clean_environment(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        made = DvcProject(Repository.create(folder / "repo", env), env, patch)
        made.init(FILES)
        made.add("raw.csv")
        made.reproduce()
    return made.path


@pytest.fixture
def project(
    _made: Path, tmp_path: Path, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[ReproProject]:
    """A copy of that project."""
    folder = tmp_path / "repo"
    shutil.copytree(_made, folder, symlinks=True)
    return ReproProject(Repository(folder, env), env, monkeypatch)


@pytest.fixture
def empty(repo: Repository, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> ReproProject:
    """A repository without anything of DVC's."""
    repo.commit({"README.md": "nothing\n"})
    return ReproProject(repo, env, monkeypatch)


def keys(outcome: Outcome) -> list[str]:
    """Return the keys of the findings."""
    return [finding.key for finding in outcome.findings]


def only(outcome: Outcome) -> Finding:
    """Return the one finding."""
    (found,) = outcome.findings
    return found


def place(finding: Finding) -> str:
    """Return `file:line`."""
    assert finding.location is not None
    line = f":{finding.location.line}" if finding.location.line else ""
    return finding.location.path + line


def states(outcome: Outcome) -> dict[str, str]:
    """Return the state of every stage in the table."""
    (table,) = [table for table in outcome.tables if table.title == "Stages"]
    assert table.folded
    return {row.cells[0].strip("`"): row.cells[1] for row in table.rows}


def test_run__true_lock_passes(project):
    outcome = project.ask()
    assert (outcome.status, outcome.summary, outcome.note) == (Status.PASSED, "lock is true, 3 stages", "")
    assert states(outcome) == {"prepare": "up to date", "train": "up to date", "evaluate": "up to date"}


def test_run__fresh_clone_without_data_passes(project):
    project.drop_data()
    outcome = project.ask()
    assert (outcome.status, keys(outcome)) == (Status.PASSED, [])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("params.yaml", "train:", "# a note\nother: 1\ntrain:", id="a parameter nobody reads"),
        pytest.param("dvc.yaml", "stages:", "# a note\nstages:", id="a comment"),
        pytest.param("dvc.yaml", "  train:\n", "  train:\n    desc: Fits the model\n", id="a description"),
    ],
)
def test_run__harmless_edit_passes(project, name, old, new):
    project.edit(name, old, new)
    assert project.ask().status is Status.PASSED


def test_run__frozen_stage_passes_and_says_so(project):
    project.edit("dvc.yaml", "  train:\n", "  train:\n    frozen: true\n")
    project.edit("params.yaml", "lr: 0.1", "lr: 0.2")
    outcome = project.ask()
    assert (outcome.status, outcome.summary) == (Status.PASSED, "lock is true, 3 stages, 1 frozen")
    assert states(outcome)["train"] == "frozen"


def test_run__stage_that_always_runs_passes_and_says_so(project):
    project.edit("dvc.yaml", "  train:\n", "  train:\n    always_changed: true\n")
    outcome = project.ask()
    assert (outcome.status, outcome.summary) == (Status.PASSED, "lock is true, 3 stages, 1 run every time")


def test_run__only_tracked_data_passes(empty):
    empty.init({"data.csv": "1\n"})
    empty.add("data.csv")
    outcome = empty.ask()
    assert (outcome.status, outcome.summary) == (Status.PASSED, "1 data file, no stages")


def test_run__nothing_of_dvc_is_skipped(empty):
    outcome = empty.ask()
    assert (outcome.status, outcome.summary) == (Status.SKIPPED, "no DVC pipeline in this repository")


def test_run__changed_parameter_is_stale_at_its_line(project):
    project.edit("params.yaml", "lr: 0.1", "lr: 0.2")
    outcome = project.ask()
    found = only(outcome)
    assert (outcome.status, outcome.summary, outcome.note) == (Status.FAILED, "1 of 3 stages is stale", "`train`")
    assert found.message == "stage `train` is stale: the parameter `train.lr` went from `0.1` to `0.2`"
    assert (found.key, place(found)) == ("repro/stale:train", "params.yaml:2")
    assert found.hint == "run `dvc repro train && git add dvc.lock`"
    assert states(outcome) == {"prepare": "up to date", "train": "stale", "evaluate": "up to date"}


def test_run__changed_source_is_stale_at_its_file(project):
    project.edit("src/train.py", "# train", "# other")
    found = only(project.ask())
    assert found.message == "stage `train` is stale: `src/train.py` changed"
    assert place(found) == "src/train.py"


def test_run__changed_command_is_stale_at_its_stage(project):
    project.edit("dvc.yaml", "cat clean.csv src/train.py", "cat src/train.py clean.csv")
    found = only(project.ask())
    assert "the command went from `cat clean.csv src/train.py > model.bin` to `cat src/train.py" in found.message
    assert place(found) == "dvc.yaml:6"


def test_run__metrics_edited_by_hand_are_told_from_stale_ones(project):
    project.edit("metrics.json", "0.9", "0.99")
    outcome = project.ask()
    found = only(outcome)
    assert (outcome.status, outcome.summary) == (Status.FAILED, "1 of 3 stages has edited metrics")
    assert found.message == (
        "stage `evaluate` did not write its metrics: `metrics.json` is not what the lock records of it"
    )
    assert (found.key, place(found)) == ("repro/hand-edited:evaluate", "metrics.json")
    assert states(outcome)["evaluate"] == "metrics edited"


def test_run__many_reasons_are_counted_and_all_in_the_detail(project):
    project.edit("params.yaml", "lr: 0.1\n  depth: 3", "lr: 0.2\n  depth: 4")
    project.edit("src/train.py", "# train", "# other")
    project.edit("dvc.yaml", "cat clean.csv src/train.py", "cat src/train.py clean.csv")
    found = only(project.ask())
    assert found.message.endswith("; and 1 more")
    assert found.detail is not None
    assert found.detail.splitlines()[-1] == "src/train.py changed"


def test_run__wrong_hash_in_the_lock_breaks_the_chain_at_its_line(project):
    """A hash that nobody made: the data are absent, so that only the chain inside the lock can tell."""
    project.drop_data()
    lock = (project.path / "dvc.lock").read_text()
    before, _, after = lock.rpartition("    - path: clean.csv\n      hash: md5\n      md5: ")
    (project.path / "dvc.lock").write_text(
        f"{before}    - path: clean.csv\n      hash: md5\n      md5: {'a' * 32}{after[32:]}"
    )
    outcome = project.ask()
    found = only(outcome)
    assert found.key == "repro/broken-chain:train"
    assert found.message.endswith("it ran on another `clean.csv` than the one that stage `prepare` records")
    assert place(found) == f"dvc.lock:{before.count(chr(10)) + 3}"
    assert outcome.summary == "1 of 3 stages is out of the chain"


def test_run__chain_to_tracked_data_breaks_where_the_data_file_changed(project):
    project.drop_data()
    text = (project.path / "raw.csv.dvc").read_text()
    md5 = text.partition("md5: ")[2].split("\n")[0]
    project.edit("raw.csv.dvc", md5, "1" * 32)
    found = only(project.ask())
    assert (found.key, "than the one that `raw.csv.dvc` records" in found.message) == (
        "repro/broken-chain:prepare",
        True,
    )


def test_run__lock_deleted_while_there_are_stages(project):
    (project.path / "dvc.lock").unlink()
    outcome = project.ask()
    found = only(outcome)
    assert (outcome.status, outcome.summary) == (Status.FAILED, "stages without a committed lock")
    assert found.message == "`dvc.yaml` has 3 stages and there is no `dvc.lock` beside it"
    assert set(states(outcome).values()) == {"not in the lock"}


def test_run__lock_that_git_ignores(project):
    project.repo.git("rm", "--cached", "--quiet", "dvc.lock")
    project.repo.write({".gitignore": "/clean.csv\n/model.bin\n/raw.csv\n/dvc.lock\n"})
    outcome = project.ask()
    assert (outcome.status, keys(outcome)) == (Status.FAILED, ["repro/no-lock:dvc.lock"])


def test_run__stage_that_was_never_run(project):
    new = "  deploy:\n    cmd: cp model.bin deployed.bin\n    deps: [model.bin]\n    outs: [deployed.bin]\n"
    (project.path / "dvc.yaml").write_text(FILES["dvc.yaml"] + new)
    found = only(project.ask())
    assert (found.key, place(found)) == ("repro/not-locked:deploy", "dvc.yaml:17")


def test_run__renamed_stage_names_its_old_entry(project):
    project.edit("dvc.yaml", "  train:", "  fit:")
    outcome = project.ask()
    assert keys(outcome) == ["repro/not-locked:fit", "repro/left-over:dvc.lock:train"]
    assert outcome.findings[0].message.endswith("; it looks like `train` under a new name")
    assert states(outcome)["train"] == "left over"


def test_run__stage_taken_out_only_warns(project):
    text = FILES["dvc.yaml"]
    (project.path / "dvc.yaml").write_text(text[: text.index("  evaluate:")])
    outcome = project.ask()
    assert (outcome.status, keys(outcome)) == (Status.WARNED, ["repro/left-over:dvc.lock:evaluate"])


def test_run__dependency_taken_out_only_warns(project):
    project.edit("dvc.yaml", "deps: [clean.csv, src/train.py]", "deps: [clean.csv]")
    outcome = project.ask()
    assert (outcome.status, keys(outcome)) == (Status.WARNED, ["repro/left-over:train"])
    assert only(outcome).hint == "run `dvc commit train && git add dvc.lock`, with the data pulled"


def test_run__lock_without_a_pipeline_only_warns(project):
    (project.path / "dvc.yaml").unlink()
    outcome = project.ask()
    assert (outcome.status, keys(outcome)) == (Status.WARNED, ["repro/left-over:dvc.lock"])


def test_run__dependency_deleted_from_git(project):
    (project.path / "src/train.py").unlink()
    project.repo.commit()
    found = only(project.ask())
    assert (found.key, place(found)) == ("repro/missing:train", "dvc.yaml:8")


def test_run__output_that_nobody_ever_kept_passes_and_is_told(project):
    project.repo.write({".gitignore": "/clean.csv\n/model.bin\n/raw.csv\n/metrics.json\n"})
    project.repo.git("rm", "--cached", "--quiet", "metrics.json")
    project.repo.commit()
    project.drop_data()
    outcome = project.ask()
    assert (outcome.status, keys(outcome)) == (Status.PASSED, ["repro/not-kept:evaluate"])
    assert only(outcome).message.endswith("the output `metrics.json` is kept neither in git nor by DVC")


@pytest.mark.parametrize("committed", [False, True], ids=["not committed yet", "committed"])
def test_run__output_taken_out_of_git_fails(project, committed):
    base = project.repo.head
    (project.path / "metrics.json").unlink()
    if committed:
        project.repo.commit()
    outcome = project.ask(base=base)
    assert (outcome.status, keys(outcome)) == (Status.FAILED, ["repro/not-kept:evaluate"])
    assert (outcome.note, states(outcome)["evaluate"]) == ("1 output not in git", "output not in git")


def test_run__files_that_a_sparse_checkout_leaves_out_are_not_missing(project):
    stage = "  score:\n    cmd: mkdir -p out && echo 1 > out/score\n    outs: [out/score: {cache: false}]\n"
    project.repo.write({"dvc.yaml": FILES["dvc.yaml"] + stage})
    project.reproduce()
    project.repo.git("sparse-checkout", "set", "docs")
    assert not (project.path / "out" / "score").exists()
    outcome = project.ask()
    assert keys(outcome) == ["repro/not-compared:prepare", "repro/not-compared:train"]
    assert outcome.status is Status.WARNED


def test_run__deleted_output_warns_and_says_how_it_comes_back(project):
    (project.path / "model.bin").unlink()
    outcome = project.ask()
    found = only(outcome)
    assert (outcome.status, outcome.summary) == (Status.WARNED, "lock is true, 3 stages")
    assert found.message == (
        "stage `train` lacks an output here: `model.bin` is not in the work tree, and DVC's cache has it: "
        "it was deleted, or not checked out; needed by `evaluate`"
    )
    assert (found.key, place(found)) == ("repro/deleted:train", "dvc.yaml:10")
    assert found.hint == "`dvc checkout model.bin` brings it back"
    assert outcome.note == "1 output not checked out"
    assert states(outcome) == {"prepare": "up to date", "train": "output not here", "evaluate": "input not here"}


def test_run__deleted_data_of_a_data_file_warns(project):
    (project.path / "raw.csv").unlink()
    outcome = project.ask()
    found = only(outcome)
    assert (outcome.status, found.key, place(found)) == (
        Status.WARNED,
        "repro/deleted:raw.csv.dvc",
        "raw.csv.dvc:2",
    )
    assert found.hint == "`dvc checkout raw.csv` brings it back"


@pytest.mark.parametrize(
    ("pulled", "gone"),
    [
        pytest.param((), "`clean.csv`, `model.bin`, `raw.csv` are", id="nothing"),
        pytest.param(("raw.csv",), "`clean.csv`, `model.bin` are", id="the smaller part"),
    ],
)
def test_run__cache_of_which_little_was_checked_out_passes_and_is_told_once(project, pulled, gone):
    """What a pipeline in CI has that keeps the cache and checks out what it needs: nobody deleted anything."""
    project.repo.git("clean", "-fdxq", "--exclude=.dvc", *(f"--exclude={path}" for path in pulled))
    outcome = project.ask()
    found = only(outcome)
    assert (outcome.status, found.rule, found.severity) == (Status.PASSED, "repro/deleted", Severity.INFO)
    assert found.message == (
        f"{gone} in DVC's cache and not in the work tree, where most of what DVC keeps was not checked out"
    )
    assert found.hint == "`dvc checkout` brings them back"


def test_run__output_that_was_never_pulled_is_not_called_deleted(project):
    """The cache has another version only: what is recorded was made elsewhere."""
    (project.path / "model.bin").unlink()
    project.forget("model.bin")
    assert project.ask().findings == ()


def test_run__long_listing_in_a_data_file_is_read(project):
    lines = "".join(f"  - relpath: images/{n:06}.png\n    md5: a{n:031x}\n    size: 1\n" for n in range(14_000))
    project.repo.write({"images.dvc": "outs:\n- path: images\n  hash: md5\n  files:\n" + lines})
    assert project.ask().status is Status.PASSED


@pytest.mark.parametrize(
    ("config", "status"),
    [(None, Status.WARNED), ("repro: {missing_data: fail}\n", Status.FAILED)],
    ids=["warn", "fail"],
)
def test_run__cache_missing_is_said_and_fails_where_the_config_says_so(project, config, status):
    project.depend_on_a_folder()
    project.drop_data()
    outcome = project.ask(config)
    assert (outcome.status, keys(outcome)) == (status, ["repro/not-compared:use"])
    assert outcome.note == "1 dependency not compared"


def test_run__output_of_two_stages(project):
    project.edit("dvc.yaml", "outs: [model.bin]", "outs: [clean.csv]")
    outcome = project.ask()
    found = only(outcome)
    assert (outcome.status, outcome.summary) == (Status.FAILED, "the pipeline is not one that DVC can run")
    assert found.message == "`clean.csv` is an output of both stage `prepare` and stage `train`"
    assert place(found) == "dvc.yaml:10"


def test_run__output_inside_another(project):
    project.edit("dvc.yaml", "outs: [model.bin]", "outs: [clean.csv/model.bin]")
    assert "lies in `clean.csv`, the output of stage `prepare`" in only(project.ask()).message


def test_run__circle(project):
    project.edit("dvc.yaml", "deps: [raw.csv, src/prepare.py]", "deps: [model.bin]")
    found = only(project.ask())
    assert found.rule == "repro/cycle"
    assert found.message == "stages need each other in a circle: `prepare` needs `train` needs `prepare`"


LOCK = "schema: '2.0'\nstages:\n  prepare:\n    cmd: x\n"
BROKEN = {
    "lock cut short": ({"dvc.lock": LOCK + "    deps: [\n"}, "dvc.lock:6", "not valid YAML"),
    "lock with conflict markers": (
        {"dvc.lock": f"<<<<<<< HEAD\n{LOCK}=======\n{LOCK}>>>>>>> other\n"},
        "dvc.lock:1",
        "conflict markers",
    ),
    "lock of DVC 1": ({"dvc.lock": "prepare:\n  cmd: x\n"}, "dvc.lock:1", "a lock of DVC 1"),
    "lock of another schema": ({"dvc.lock": "schema: '3.0'\nstages: {}\n"}, "dvc.lock:1", "`3.0` is not `2.0`"),
    "lock with a stage twice": (
        {"dvc.lock": LOCK + "  prepare:\n    cmd: y\n"},
        "dvc.lock:5",
        "duplicate key `prepare`",
    ),
    "lock with a hash that is none": (
        {"dvc.lock": LOCK + "    outs:\n    - path: a\n      md5: xyz\n"},
        "dvc.lock:7",
        "`xyz` is no md5",
    ),
    "lock with a path twice": (
        {"dvc.lock": LOCK + "    outs:\n    - path: a\n    - path: a\n"},
        "dvc.lock:7",
        "`a` is listed twice",
    ),
    "lock with an entry without a path": (
        {"dvc.lock": LOCK + "    deps:\n    - md5: a\n"},
        "dvc.lock:6",
        "`path` is missing",
    ),
    "lock with a stage that is a word": ({"dvc.lock": LOCK + "  b: c\n"}, "dvc.lock:5", "`b` must be keys and values"),
    "lock without a command": ({"dvc.lock": LOCK + "  b: {}\n"}, "dvc.lock:5", "the command of `b` is missing"),
    "lock with an unknown key": ({"dvc.lock": LOCK + "    out: []\n"}, "dvc.lock:5", "unknown key `out`"),
    "lock that is a list": ({"dvc.lock": "- a\n"}, "dvc.lock:1", "expected keys and values"),
    "lock that is not UTF-8": ({"dvc.lock": b"schema: '2.0'\nx: \xff\n"}, "dvc.lock:2", "not UTF-8"),
    "lock with a listing that leads out": (
        {
            "dvc.lock": LOCK
            + "    outs:\n    - path: a\n      files:\n      - relpath: ../../x\n        md5: "
            + "a" * 32
            + "\n"
        },
        "dvc.lock:8",
        "`../../x` leads out of its directory",
    ),
    "pipeline cut short": ({"dvc.yaml": "stages:\n  a: {cmd: [\n"}, "dvc.yaml:3", "not valid YAML"),
    "pipeline with a stage twice": (
        {"dvc.yaml": "stages:\n  a:\n    cmd: x\n  a:\n    cmd: y\n"},
        "dvc.yaml:4",
        "duplicate key `a`",
    ),
    "pipeline with a value that nobody defines": (
        {"dvc.yaml": "stages:\n  a:\n    cmd: run ${train.rl}\n"},
        "dvc.yaml:3",
        "`${train.rl}` has no value",
    ),
    "params file that cannot be read": ({"params.yaml": "train: {lr: 1\n"}, "params.yaml:2", "not valid YAML"),
    "data file that cannot be read": ({"raw.csv.dvc": "outs: 1\n"}, "raw.csv.dvc:1", "`outs` must be a list"),
    "params file that leads out of the repository": (
        {
            "dvc.yaml": "stages:\n  prepare:\n    cmd: x\n    params: [{/etc/hostname: [a]}]\n",
            "dvc.lock": LOCK,
        },
        "/etc/hostname",
        "leads out of the repository",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_run__broken_file_fails_at_its_line(project, case):
    files, where, words = BROKEN[case]
    project.repo.write(files)
    outcome = project.ask()
    assert outcome.status is Status.FAILED
    found = only(outcome)
    assert (found.rule, found.severity) == ("repro/unreadable", Severity.ERROR)
    assert words in found.message
    assert place(found) == where


def test_run__every_broken_file_is_told_at_once(project):
    project.repo.write({"dvc.lock": "- a\n", "sub/dvc.yaml": "stages: 1\n", "raw.csv.dvc": "outs: 1\n"})
    outcome = project.ask()
    assert [place(finding) for finding in outcome.findings] == ["sub/dvc.yaml:1", "raw.csv.dvc:1", "dvc.lock:1"]
    assert outcome.summary == "3 DVC files cannot be used"


def test_run__places_are_told_from_the_top_of_the_repository(empty):
    empty.repo.write({"models/a/dvc.yaml": "stages:\n  a:\n    cmd: ${x}\n"})
    assert place(only(empty.ask(folder="models/a"))) == "models/a/dvc.yaml:3"


def test_run__foreign_names_stay_in_code_spans(empty):
    """A stage's name may hold what a comment would read as markup."""
    empty.repo.write({"dvc.yaml": "stages:\n  'a|b @team <script>':\n    cmd: x\n    outs: [o]\n", "dvc.lock": LOCK})
    found = empty.ask().findings[0]
    assert found.message.startswith("stage `a|b @team <script>` has no entry")
