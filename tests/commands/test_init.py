"""`mlgate init`: what it writes for which repository, what it leaves alone, and that a second run changes nothing."""

from __future__ import annotations

import shutil
import subprocess  # noqa: TID251 - the linters of workflows are programs
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from conftest import Ran
from mlgate.scaffold import hooks
from mlgate.scaffold.shipped import templates
from mlgate_hooks.catalog import HOOKS
from repositories import Repository

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Ran]

CONTRACT = "import pandera.pandas as pa\n\n\nclass Rows(pa.DataFrameModel):\n    rate: float\n"
PIPELINE = """\
stages:
  train:
    cmd: python train.py
    outs: [data/train.csv, model.pkl]
    metrics: [metrics.json: {cache: false}]
"""
METRICS = '{"recall": 0.8, "rmse": 1.5, "lift_at_k": 2.0, "n_rows": 10, "train_seconds": 3.0, "note": "x"}'
TODO = "# Model\n\nOf churn.\n"


def files_of(repo: Repository) -> dict[str, bytes]:
    return {
        path.relative_to(repo.path).as_posix(): path.read_bytes()
        for path in sorted(repo.path.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(repo.path).parts
    }


def config_of(repo: Repository, name: str = "mlgate.yaml") -> dict[str, object]:
    return dict(yaml.safe_load((repo.path / name).read_text()))


def test_hooks__are_those_of_the_catalog() -> None:
    assert set(hooks.KNOWN) == {hook.id for hook in HOOKS}


def test_init__again_changes_nothing(repo: Repository, mlgate: Run) -> None:
    repo.commit({"dvc.yaml": PIPELINE, "metrics.json": METRICS, "README.md": TODO, "contracts/rows.py": CONTRACT})
    assert mlgate("init", cwd=repo.path).code == 0
    before = files_of(repo)
    ran = mlgate("init", cwd=repo.path)
    assert ran.code == 0
    assert ran.out.endswith("nothing to write\n")
    assert files_of(repo) == before


def test_init__dry_run_writes_nothing(repo: Repository, mlgate: Run) -> None:
    repo.commit({"README.md": TODO, ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks: []\n"})
    before = files_of(repo)
    ran = mlgate("init", "--dry-run", cwd=repo.path)
    assert ran.code == 0
    assert files_of(repo) == before
    assert "--- /dev/null\n+++ mlgate.yaml\n" in ran.out
    assert "--- .pre-commit-config.yaml\n+++ .pre-commit-config.yaml\n" in ran.out
    assert "+<!-- mlgate:section features -->" in ran.out


def test_init__overwrites_nothing_unless_forced(repo: Repository, mlgate: Run) -> None:
    mine = {"mlgate.yaml": "version: 1\n", ".github/workflows/mlgate.yml": "name: mine\n"}
    repo.commit({**mine, "README.md": TODO})
    ran = mlgate("init", "config", "workflow", cwd=repo.path)
    assert {name: (repo.path / name).read_text() for name in mine} == mine
    assert ran.out.count("left alone") == 2
    mlgate("init", "config", "workflow", "--force", cwd=repo.path)
    assert all((repo.path / name).read_text() != text for name, text in mine.items())


def test_init__leaves_the_table_of_pyproject(repo: Repository, mlgate: Run) -> None:
    repo.commit({"pyproject.toml": "[tool.mlgate]\nversion = 1\n"})
    ran = mlgate("init", "config", "--force", cwd=repo.path)
    assert "left alone  pyproject.toml: it is there already" in ran.out
    assert not (repo.path / "mlgate.yaml").exists()


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="bare"),
        pytest.param({"train.py": "X = 1\n", "README.md": TODO, "params.yaml": "rate: 0.1\n"}, id="small"),
        pytest.param({"metrics.json": '{"a: b": 1, "yes": 2, "#x": 3, "accuracy {x}": 0.5}'}, id="nasty names"),
    ],
)
def test_init__what_it_wrote_is_a_config_that_the_gate_reads(repo: Repository, mlgate: Run, files: dict) -> None:
    repo.commit(files)
    assert mlgate("init", cwd=repo.path).code == 0
    repo.commit()
    ran = mlgate("run", "metrics", "readme", cwd=repo.path)
    assert ran.code == 0, ran.text
    assert "names no metric" not in ran.text


def test_init__on_the_example(repo: Repository, mlgate: Run) -> None:
    shutil.copytree(ROOT / "examples" / "breast-cancer", repo.path, dirs_exist_ok=True)
    (repo.path / "mlgate.yaml").unlink()
    repo.commit()
    readme = (repo.path / "README.md").read_bytes()
    mlgate("init", cwd=repo.path)
    config = config_of(repo)
    assert config["datasets"] == {
        name: {"path": f"data/{name}.csv", "contract": "contracts/tumours.py:Tumours"} for name in ("train", "test")
    }
    assert config["metrics"]["rules"]["test.log_loss"] == {"better": "lower"}
    assert config["metrics"]["rules"]["test.recall"] == {"better": "higher"}
    assert list(config["readme"]["sections"]) == ["data", "features", "params", "deploy"]
    assert (repo.path / "README.md").read_bytes() == readme
    assert mlgate("run", "metrics", "readme", "repro", cwd=repo.path).code == 0


def test_config__directions_are_never_guessed(repo: Repository, mlgate: Run) -> None:
    repo.commit({"metrics.json": METRICS})
    mlgate("init", "config", cwd=repo.path)
    text = (repo.path / "mlgate.yaml").read_text()
    assert yaml.safe_load(text)["metrics"]["rules"] == {"recall": {"better": "higher"}, "rmse": {"better": "lower"}}
    assert "# lift_at_k: {better: higher}" in text
    assert "n_rows" not in text
    assert "train_seconds" not in text


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"metrics.json": '{"lift_at_k": 2.0}'}, id="metrics"),
        pytest.param({"metrics.json": '{"lift_at_k": 2.0}', "predictions.csv": "a,b\n1,2\n"}, id="and predictions"),
        pytest.param({"predictions.csv": "a,b\n1,2\n"}, id="predictions alone"),
    ],
)
def test_config__what_only_a_person_knows_can_be_switched_on(repo: Repository, mlgate: Run, files: dict) -> None:
    repo.commit(files)
    mlgate("init", "config", cwd=repo.path)
    assert "metrics" not in config_of(repo)
    text = (repo.path / "mlgate.yaml").read_text()
    start = text.index("# metrics:")
    block = "".join(line.removeprefix("# ") for line in text[start:].partition("\n\n")[0].splitlines(keepends=True))
    metrics = yaml.safe_load(block)["metrics"]
    assert metrics.get("rules", {"lift_at_k": {"better": "higher"}}) == {"lift_at_k": {"better": "higher"}}
    assert ("predictions" in metrics) == ("predictions.csv" in files)


def test_config__contracts_by_their_names(repo: Repository, mlgate: Run) -> None:
    flights = CONTRACT.replace("Rows", "FlightSchema")
    rows = {"data/flights.csv": "rate\n1\n", "data/users.parquet": b"PAR1", "data/other.csv": "x\n1\n"}
    contracts = {"contracts/users.yaml": "schema_type: dataframe\ncolumns: {}\n", "contracts/all.py": flights}
    repo.commit({**rows, **contracts, "tests/data/small.csv": "a\n", "tests/contract.py": CONTRACT})
    mlgate("init", "config", cwd=repo.path)
    assert config_of(repo)["datasets"] == {
        "flights": {"path": "data/flights.csv", "contract": "contracts/all.py:FlightSchema"},
        "users": {"path": "data/users.parquet", "contract": "contracts/users.yaml"},
        "other": {"path": "data/other.csv"},
    }


def test_config__predictions_by_their_columns(repo: Repository, mlgate: Run) -> None:
    repo.commit({"out/predictions.csv": "sample_id,Label,pred,Score,fold\n1,0,1,0.7,2\n"})
    mlgate("init", "config", cwd=repo.path)
    config = config_of(repo)
    assert config["metrics"]["predictions"] == {
        "path": "out/predictions.csv", "id": "sample_id", "truth": "Label", "prediction": "pred", "score": "Score",
    }  # fmt: skip
    assert "datasets" not in config


def test_config__broken_pipeline_is_told(repo: Repository, mlgate: Run) -> None:
    repo.commit({"dvc.yaml": "stages: [\n", "metrics.json": METRICS})
    ran = mlgate("init", "config", cwd=repo.path)
    assert ran.code == 0
    assert ran.out.startswith("could not be read: dvc.yaml:")


REPOS = "repos:\n  - repo: https://example.org/ruff # fast\n    rev: v0.12.0\n    hooks:\n      - id: ruff\n"
STAGES = "# ours\ndefault_stages: [pre-commit]\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(REPOS, "", id="at the end"),
        pytest.param(REPOS.removesuffix("\n"), "", id="no line end"),
        pytest.param(
            STAGES + REPOS,
            "\n# for CI\nci: {autofix_prs: false}\n",
            id="a key after it",
        ),
        pytest.param("repos:\n- repo: local # mine\n  hooks: []\n", "exclude: ^docs/\n", id="list at the margin"),
        pytest.param("default_install_hook_types: [pre-push]\n" + REPOS, "", id="hook types are there"),
        pytest.param(REPOS.replace("\n", "\r\n"), "", id="CRLF"),
        pytest.param(REPOS + "      # - id: ruff-format\n", "", id="a comment in the list"),
    ],
)
def test_hooks__spliced_in_without_losing_a_line(repo: Repository, mlgate: Run, before: str, after: str) -> None:
    repo.commit({".pre-commit-config.yaml": before + after, "metrics.json": METRICS})
    mlgate("init", "hooks", cwd=repo.path)
    made = (repo.path / ".pre-commit-config.yaml").read_bytes().decode()
    rest = iter(made.splitlines())
    assert all(line in rest for line in (before + after).splitlines())
    old, new = yaml.safe_load(before + after), yaml.safe_load(made)
    assert new["repos"][:-1] == old["repos"]
    assert new["repos"][-1]["repo"] == hooks.REPOSITORY
    assert {"id": "mlgate-metric-files"} in new["repos"][-1]["hooks"]
    types = old.get("default_install_hook_types", ["pre-commit", "pre-push"])
    assert new == {**old, "default_install_hook_types": types, "repos": new["repos"]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("repos: []\n", id="empty list"),
        pytest.param("repos: [{repo: local, hooks: []}]\n", id="flow style"),
        pytest.param("repos: &all\n  - repo: local\n    hooks: []\nrepos: 1\n", id="not YAML that can be read"),
        pytest.param("ci: {}\n", id="no list"),
    ],
)
def test_hooks__says_the_lines_where_it_cannot_splice(repo: Repository, mlgate: Run, text: str) -> None:
    repo.commit({".pre-commit-config.yaml": text})
    ran = mlgate("init", "hooks", cwd=repo.path)
    assert (repo.path / ".pre-commit-config.yaml").read_text() == text
    assert "add these lines to its repos:" in ran.out
    assert "      - id: mlgate-gate" in ran.out


def test_hooks__those_that_are_there_stay(repo: Repository, mlgate: Run) -> None:
    text = "repos:\n- repo: https://example.org/fork/mlgate\n  rev: v1\n  hooks: [{id: mlgate-gate}]\n"
    repo.commit({".pre-commit-config.yaml": text})
    ran = mlgate("init", "hooks", cwd=repo.path)
    assert "it has hooks of mlgate already" in ran.out
    assert (repo.path / ".pre-commit-config.yaml").read_text() == text


def test_readme__sections_are_appended_and_filled(repo: Repository, mlgate: Run) -> None:
    text = "# Model\r\n\r\n## Features we use\r\n\r\nTen of them, all numbers between zero and one.\r\n"
    repo.commit({"README.md": text, "params.yaml": "rate: 0.1\ndepth: 3\n"})
    mlgate("init", cwd=repo.path)
    made = (repo.path / "README.md").read_bytes().decode()
    assert made.startswith(text)
    assert "\n" not in made.replace("\r\n", "")
    assert '<!-- mlgate:section params watch="params.yaml#keys" -->' in made
    assert "| depth | 3 |" in made
    assert made.count("## ") == 4
    assert config_of(repo)["readme"]["sections"]["features"] == "Features we use"
    repo.commit()
    ran = mlgate("run", "readme", cwd=repo.path)
    assert ran.code == 0
    assert "3 sections to mend" in ran.text


def test_readme__in_another_format_is_left_alone(repo: Repository, mlgate: Run) -> None:
    repo.commit({"README.rst": "Model\n=====\n"})
    mlgate("init", cwd=repo.path)
    assert not (repo.path / "README.md").exists()
    assert "readme" not in config_of(repo)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"requirements.txt": "x\n"}, "run: pip install -r requirements.txt\n", id="requirements"),
        pytest.param({"uv.lock": "\n", "pyproject.toml": "[project]\n"}, "uv sync --locked\n", id="uv"),
        pytest.param({"pyproject.toml": "[project]\nname='x'\n"}, "run: pip install .\n", id="package"),
        pytest.param({"pyproject.toml": "[tool.ruff]\n"}, "Nothing here says what the project needs", id="nothing"),
        pytest.param({".python-version": "3.11.4\n"}, 'python-version: "3.11"\n', id="Python"),
        pytest.param({"dvc.yaml": PIPELINE}, "dvc pull\n", id="data in DVC"),
    ],
)
def test_workflow__fits_the_repository(repo: Repository, mlgate: Run, files: dict, expected: str) -> None:
    repo.commit(files)
    mlgate("init", "workflow", cwd=repo.path)
    text = (repo.path / ".github/workflows/mlgate.yml").read_text()
    assert expected in text
    steps = yaml.safe_load(text)["jobs"]["gate"]["steps"]
    assert [step["name"] for step in steps[:3]] == ["Check out", "Set up Python", "Install the project"]
    assert steps[-1]["uses"].startswith("mlgate/mlgate@")
    assert "pull_request_target" not in text
    assert "copy this file" not in text


def test_workflow__others_by_name(repo: Repository, mlgate: Run) -> None:
    repo.commit({"README.md": TODO})
    mlgate("init", "workflow", "--workflow", "mlgate", "--workflow", "mlgate-comment", cwd=repo.path)
    assert sorted(path.name for path in (repo.path / ".github/workflows").iterdir()) == [
        "mlgate-comment.yml", "mlgate.yml",
    ]  # fmt: skip
    ran = mlgate("init", "workflow", "--workflow", "mlgate-coment", cwd=repo.path)
    assert ran.code == 2
    assert "did you mean mlgate-comment?" in ran.err


def test_workflow__another_one_runs_the_gate_already(repo: Repository, mlgate: Run) -> None:
    text = "on: [push, pull_request]\njobs:\n  gate:\n    steps:\n      - uses: mlgate/mlgate@v0\n"
    repo.commit({".github/workflows/ci.yml": text})
    ran = mlgate("init", "workflow", cwd=repo.path)
    assert "left alone  .github/workflows/ci.yml: it runs the gate already" in ran.out
    assert not (repo.path / ".github/workflows/mlgate.yml").exists()


def test_init__a_folder_with_an_odd_name(repo: Repository, mlgate: Run) -> None:
    name = "a, b: [c]"
    repo.commit({f"{name}/metrics.json": METRICS, "${{ x }}/metrics.json": METRICS})
    assert mlgate("init", "--project", name, cwd=repo.path).code == 0
    workflow = yaml.safe_load((repo.path / ".github/workflows/mlgate.yml").read_text())
    assert workflow["jobs"]["gate"]["steps"][-1]["with"]["project"] == name
    config = yaml.safe_load((repo.path / ".pre-commit-config.yaml").read_text())
    assert config["repos"][0]["hooks"][-1] == {"id": "mlgate-gate", "args": ["--project", name]}
    ran = mlgate("init", "workflow", "--force", "--project", "${{ x }}", cwd=repo.path)
    assert ran.code == 2
    assert "would be run by GitHub" in ran.err


def test_workflow__what_is_written_is_safe_and_valid(repo: Repository, mlgate: Run) -> None:
    repo.commit({"models/churn/requirements.txt": "x\n", "models/churn/dvc.yaml": PIPELINE})
    names = [word for name in templates() for word in ("--workflow", name)]
    mlgate("init", "workflow", "--project", "models/churn", *names, cwd=repo.path)
    written = sorted((repo.path / ".github/workflows").iterdir())
    assert {path.stem for path in written} == set(templates())
    programs = Path(sys.executable).parent
    zizmor = [programs / "zizmor", "--offline", "--persona", "auditor", "--strict-collection", "--quiet", *written]
    schema = [programs / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *written]
    for command in (zizmor, schema):
        done = subprocess.run(command, cwd=repo.path, env=repo.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_init__leaves_nothing_of_the_gate_for_doctor_to_miss(repo: Repository, mlgate: Run) -> None:
    repo.commit({"metrics.json": '{"accuracy": 0.9}', "train.py": "X = 1\n"})
    practices = ("metrics", "readme-sections", "config", "workflow", "workflow-trigger", "workflow-history", "hooks")
    assert mlgate("doctor", "--strict", *practices, cwd=repo.path).code == 1
    mlgate("init", cwd=repo.path)
    repo.commit()
    ran = mlgate("doctor", "--strict", *practices, cwd=repo.path)
    assert ran.code == 0, ran.out
    assert ran.out.endswith("7 practices: 7 fine\n")


def test_workflow__not_for_another_forge(repo: Repository, mlgate: Run) -> None:
    repo.commit({"README.md": TODO})
    repo.git("remote", "add", "origin", "git@gitlab.com:ana/churn.git")
    ran = mlgate("init", "workflow", cwd=repo.path)
    assert "not written: the remote is gitlab" in ran.out
    assert not (repo.path / ".github").exists()


def test_init__project_in_a_folder(repo: Repository, mlgate: Run) -> None:
    repo.commit({"models/churn/metrics.json": METRICS, "models/churn/README.md": TODO})
    mlgate("init", "--project", "models/churn", cwd=repo.path)
    assert config_of(repo, "models/churn/mlgate.yaml")["metrics"]["rules"]["recall"] == {"better": "higher"}
    workflow = yaml.safe_load((repo.path / ".github/workflows/mlgate.yml").read_text())
    assert workflow["jobs"]["gate"]["steps"][-1]["with"]["project"] == "models/churn"
    config = yaml.safe_load((repo.path / ".pre-commit-config.yaml").read_text())
    assert {"id": "mlgate-gate", "args": ["--project", "models/churn"]} in config["repos"][0]["hooks"]
    assert not (repo.path / "mlgate.yaml").exists()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(["confg"], "did you mean config?", id="unknown part"),
        pytest.param(["--project", "nowhere"], "nowhere does not exist", id="no such folder"),
    ],
)
def test_init__refuses(repo: Repository, mlgate: Run, argv: list[str], said: str) -> None:
    ran = mlgate("init", *argv, cwd=repo.path)
    assert ran.code == 2
    assert said in ran.err
    assert files_of(repo) == {}


def test_init__writes_through_no_link(repo: Repository, mlgate: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("repos:\n- repo: local\n  hooks: []\n")
    (repo.path / ".pre-commit-config.yaml").symlink_to(outside)
    ran = mlgate("init", "hooks", cwd=repo.path)
    assert ran.code == 2
    assert ".pre-commit-config.yaml is a link" in ran.err
    assert "mlgate" not in outside.read_text()


def test_init__outside_a_repository(tmp_path: Path, mlgate: Run) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    ran = mlgate("init", cwd=folder)
    assert ran.code == 2
    assert "git init" in ran.err
