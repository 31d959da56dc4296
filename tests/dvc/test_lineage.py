"""Which data, code and parameters made each model, by the lock alone."""

from __future__ import annotations

import sys

import pytest

from asking import ask
from mlgate.checks.repro import CHECK
from mlgate.dvc.lineage.models import looks_like_model
from mlgate.report import Outcome, Table

_STAGES = """\
stages:
  clean:
    cmd: cp raw.csv clean.csv
    deps: [raw.csv, labels.csv]
    outs: [clean.csv]
  train:
    cmd: cp clean.csv model.pkl
    deps: [clean.csv, train.py]
    params: [train]
    outs: [model.pkl, out.bin]
"""
_FILES = {
    "dvc.yaml": _STAGES.replace("cp clean.csv model.pkl", "cp clean.csv model.pkl && cp clean.csv out.bin"),
    "params.yaml": "train:\n  lr: 0.1\n  layers: [64, 32]\n  optimizer: {name: sgd, seed: null}\n",
    "train.py": "# the training\n",
    "raw.csv": "a,b\n1,2\n3,4\n",
    "labels.csv": 'name\n"two\nlines"\n',
}


@pytest.fixture
def trained(project):
    """A project whose model comes from data of a stage, of a `.dvc` file and of git."""
    project.init(_FILES)
    project.add("raw.csv")
    project.reproduce()
    return project


def lineage(outcome: Outcome) -> Table | None:
    """Return the table of lineage."""
    return next((table for table in outcome.tables if table.title.startswith("Lineage: ")), None)


def facts(project, config: str = "") -> list[tuple[str, str]]:
    """Return what the table says of the models, kind and words."""
    if config:
        project.repo.commit({"mlgate.yaml": config})
    table = lineage(ask(CHECK, project.repo))
    assert table is not None
    return [(row.cells[1], row.cells[2]) for row in table.rows]


def test_lineage__no_model_no_table(trained):
    trained.edit("dvc.yaml", "outs: [model.pkl, out.bin]", "outs: [features.pkl, out.bin]")
    trained.edit("dvc.yaml", "model.pkl", "features.pkl")
    trained.reproduce()
    assert lineage(ask(CHECK, trained.repo)) is None


def test_lineage__data_sources_code_and_parameters(trained):
    told = facts(trained)
    assert [kind for kind, _ in told] == ["data", "its source", "its source", "code", "parameters"]
    assert told[0][1] == "`clean.csv` md5 `c3c6bc2ae8ece4bd2510dca21225c041`, 2 rows, 12 B, by stage `clean`"
    assert told[1][1].endswith(", 2 rows, 12 B, by `raw.csv.dvc`")
    assert told[2][1].startswith("`labels.csv` md5 ")
    assert told[2][1].endswith(", 1 row, 17 B, in git")
    assert told[3][1] == "stage `train`: `cp clean.csv model.pkl && cp clean.csv out.bin`"
    assert told[4][1] == (
        "`train.lr` `0.1`, `train.layers` `[64, 32]`, `train.optimizer.name` `sgd`, `train.optimizer.seed` `null`"
    )


def test_lineage__the_head_commit_is_the_code(trained, mlgate):
    done = mlgate("run", "repro", "--base", "HEAD", "--format", "markdown", cwd=trained.path)
    assert f"| code | `{trained.repo.head[:12]}`, stage `train`" in done.out


def test_lineage__stale_model_is_not_of_this_code(trained):
    trained.repo.commit({"train.py": "# another training\n"})
    assert dict(facts(trained))["code"].startswith("another than that of the head (the lock is stale), stage `train`")


def test_lineage__source_that_was_changed_since_is_not_named_as_what_was_read(trained):
    """The stage read the old file; the `.dvc` file is of a new one, and nobody ran the stage on it."""
    read = (trained.path / "raw.csv.dvc").read_text().partition("md5: ")[2].split("\n")[0]
    trained.repo.write({"raw.csv": "a,b\n1,2\n3,4\n5,6\n"})
    trained.add("raw.csv")
    trained.repo.commit()
    told = facts(trained)
    assert told[1] == (
        "its source",
        f"`raw.csv` md5 `{read}`, 2 rows, 12 B, another version than `raw.csv.dvc` records",
    )


def test_lineage__what_is_behind_a_broken_chain_is_nobodys_source(trained):
    """The first stage ran on other data, and the training did not follow."""
    trained.repo.write({"raw.csv": "a,b\n1,2\n3,4\n5,6\n"})
    trained.add("raw.csv")
    with trained.dvc() as repo:
        repo.reproduce("clean", single_item=True)
    trained.repo.commit()
    told = facts(trained)
    assert [kind for kind, _ in told] == ["data", "code", "parameters"]
    assert told[0][1] == (
        "`clean.csv` md5 `c3c6bc2ae8ece4bd2510dca21225c041`, 2 rows, 12 B, another version than stage `clean` records"
    )


@pytest.mark.parametrize(
    ("reads", "told"),
    [
        pytest.param(
            "images/a.txt",
            "`images/a.txt` md5 `0cc175b9c0f1b6a831c399e269772661`, 1 B, another version than `images.dvc` records",
            id="file in it",
        ),
        pytest.param(
            "images",
            "`images` md5 `{whole}`, 2 files, 2 B, another version than `images.dvc` records",
            id="as a whole",
        ),
    ],
)
def test_lineage__directory_that_was_changed_since(trained, reads, told):
    trained.repo.write({"images/a.txt": "a", "images/b.txt": "b"})
    trained.add("images")
    trained.edit("dvc.yaml", "deps: [raw.csv, labels.csv]", f"deps: [{reads}]")
    trained.reproduce()
    whole = (trained.path / "images.dvc").read_text().partition("md5: ")[2].split("\n")[0]
    assert ("its source", f"`images` md5 `{whole}`, 2 files, 2 B, by `images.dvc`") in facts(trained)
    trained.repo.write({"images/a.txt": "other"})
    trained.add("images")
    trained.repo.commit()
    assert ("its source", told.format(whole=whole)) in facts(trained)


def test_lineage__without_data_its_rows_are_unknown(trained):
    trained.drop_data()
    (trained.path / "clean.csv").unlink(missing_ok=True)
    assert facts(trained)[0][1] == "`clean.csv` md5 `c3c6bc2ae8ece4bd2510dca21225c041`, 12 B, by stage `clean`"


def test_lineage__artifacts_say_what_a_model_is(trained):
    artifacts = (
        "vars: [{name: out}]\nartifacts:\n  net: {path: '${name}.bin', type: model}\n  data: {path: clean.csv}\n"
    )
    trained.repo.commit({"dvc.yaml": artifacts + (trained.path / "dvc.yaml").read_text()})
    table = lineage(ask(CHECK, trained.repo))
    assert table is not None
    assert table.title == "Lineage: what made `out.bin`"


def test_lineage__config_says_what_a_model_is(trained):
    trained.repo.commit({"mlgate.yaml": 'repro: {models: ["out.*"]}\n'})
    table = lineage(ask(CHECK, trained.repo))
    assert table is not None
    assert table.title == "Lineage: what made `out.bin`"


def test_lineage__directory_of_data_and_the_remote_without_its_password(trained):
    trained.repo.write({"images/a.txt": "a", "images/b.txt": "b"})
    trained.add("images")
    trained.edit("dvc.yaml", "deps: [clean.csv, train.py]", "deps: [clean.csv, train.py, images]")
    remote = "[core]\n    remote = far\n['remote \"far\"']\n    url = https://me:secret@host/data?key=1\n"
    trained.repo.write({".dvc/config": remote})
    trained.reproduce()
    table = lineage(ask(CHECK, trained.repo))
    assert table is not None
    assert any(", 2 files, 2 B, by `images.dvc`" in row.cells[2] for row in table.rows)
    assert table.note == "data is in the remote `far` (`https://host/data`)"


def test_lineage__training_time_of_a_run_here(rerun_project):
    outcome = rerun_project.ask("[train]", ", models: [model.bin]")
    table = lineage(outcome)
    assert table is not None
    assert table.rows[-1].cells[1:] == ("training", table.rows[-1].cells[2])
    assert table.rows[-1].cells[2].endswith(" s, by runs here")


def test_lineage__parquet_rows_by_its_footer(project):
    import polars

    project.init(
        {"dvc.yaml": "stages: {train: {cmd: cp a.parquet model.onnx, deps: [a.parquet], outs: [model.onnx]}}\n"}
    )
    polars.DataFrame({"a": range(7)}).write_parquet(project.path / "a.parquet")
    project.reproduce()
    assert ", 7 rows, " in facts(project)[0][1]


def test_lineage__mlflow_run_of_the_head(trained, mlgate, env, tmp_path):
    import mlflow

    uri = f"sqlite:///{tmp_path / 'runs.db'}"
    config = "metrics: {mlflow: {experiment: flights}}\n"
    trained.repo.commit({"mlgate.yaml": config})
    client = mlflow.MlflowClient(tracking_uri=uri)
    experiment = client.create_experiment("flights", artifact_location=str(tmp_path / "artifacts"))
    tags = {"mlflow.source.git.commit": trained.repo.head}
    run = client.create_run(experiment, start_time=1_000, tags=tags, run_name="brave")
    client.set_terminated(run.info.run_id, end_time=181_000)
    env["MLFLOW_TRACKING_URI"] = uri
    command = ("run", "repro", "--base", "HEAD", "--format", "markdown", "--python", sys.executable)
    done = mlgate(*command, cwd=trained.path)
    assert f"| MLflow run | `brave` `{run.info.run_id[:8]}` of `flights`, 3.0 min |" in done.out


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("out/model.joblib", True, id="pickled and called a model"),
        pytest.param("models/net.onnx", True, id="of a kind that is always a model"),
        pytest.param("checkpoint", True, id="directory"),
        pytest.param("model-big.bin", True, id="one of several"),
        pytest.param("model.txt", True, id="text of a boosted model"),
        pytest.param("features/train.pkl", False, id="pickled features"),
        pytest.param("model_metrics.json", False, id="metrics of a model"),
        pytest.param("remodel.bin", False, id="part of a word"),
        pytest.param("data/train.csv", False, id="data"),
    ],
)
def test_looks_like_model(path, expected):
    assert looks_like_model(path) is expected
