"""What the tests of DVC's files share: projects that DVC itself made and ran."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dvc_projects import DvcProject
from repositories import Repository, clean_environment
from rerun_projects import FILES, RerunProject

RICH = {
    "dvc.yaml": """\
vars:
  - conf/paths.yaml
  - threads: 4

stages:
  prepare:
    desc: Cleans the raw data
    cmd:
      - cat src/prepare.sh raw.csv > ${paths.data}/clean.csv
      - echo ${threads} > ${paths.data}/threads.txt
    deps:
      - src/prepare.sh
      - raw.csv
    params:
      - prepare.rows
    outs:
      - ${paths.data}/clean.csv
      - ${paths.data}/threads.txt:
          cache: false

  train:
    foreach: ${models}
    do:
      cmd: (cat ${paths.data}/clean.csv src/lib/a.py; echo ${item.depth}) > model-${item.name}.bin
      deps:
        - ${paths.data}/clean.csv
        - src/lib
      params:
        - conf/train.json:
            - optimizer.lr
            - layers.1
        - conf/settings.py:
            - Train.epochs
            - SEED
      outs:
        - model-${item.name}.bin

  grid:
    matrix:
      size: [s, m]
      rate: ${rates}
    cmd: echo ${item.size} ${item.rate} > grid-${key}.txt
    params:
      - conf/all.toml:
    outs:
      - grid-${key}.txt:
          persist: true

  report:
    wdir: reports
    cmd: mkdir -p pages && cat ../model-*.bin > pages/one.txt && echo two > pages/two.txt
    deps:
      - ../model-big.bin
      - ../model-small.bin
    outs:
      - pages

  evaluate:
    cmd: |
      cat reports/pages/one.txt src/evaluate.sh > /dev/null
      echo '{"acc":0.9}' > metrics.json
      echo '{"loss":1}' > cached.json
    deps:
      - reports/pages/one.txt
      - src/evaluate.sh
    metrics:
      - metrics.json:
          cache: false
      - cached.json

  deploy:
    cmd: cp metrics.json deployed.json
    deps:
      - metrics.json
    outs:
      - deployed.json

  notify:
    cmd: "true"

  snapshot:
    always_changed: true
    cmd: echo now > snapshot.txt
    outs:
      - snapshot.txt
""",
    "params.yaml": """\
prepare:
  rows: 100
models:
  - name: small
    depth: 2
  - name: big
    depth: 8
rates: [0.1, 1e-3]
""",
    "conf/paths.yaml": "paths:\n  data: data\n",
    "conf/train.json": '{"optimizer": {"lr": 0.01, "name": "sgd"}, "layers": [64, 32]}',
    "conf/settings.py": "SEED = 1\nOTHER = 2\n\n\nclass Train:\n    epochs = 10\n    shape: tuple = (1, 2)\n",
    "conf/all.toml": 'title = "grid"\n\n[deep]\nvalue = 1\n',
    "data/.gitkeep": "",
    "reports/.gitkeep": "",
    "raw.csv": "a,b\n1,2\n",
    "src/prepare.sh": "# prepare\n",
    "src/evaluate.sh": "# evaluate\n",
    "src/lib/a.py": "A = 1\n",
    "src/lib/deep/b.py": "B = 1\n",
    "sub/dvc.yaml": """\
stages:
  count:
    cmd:
      - wc -l < ../raw.csv > count.txt; echo ${limit} >> count.txt
      - "mkdir -p scores/b; echo 'f1: 0.5' > scores/a.yaml; echo 'f1: 0.6' > scores/b/c.yaml"
    deps: [../raw.csv, tool.sh]
    params: [limit]
    outs: [count.txt]
    metrics:
      - scores:
          cache: false
metrics:
  - extra.yaml
""",
    "sub/params.yaml": "limit: 5\n",
    "sub/tool.sh": "# tool\n",
    "sub/extra.yaml": "rmse: 2.0\n",
}


@pytest.fixture
def project(repo: Repository, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> DvcProject:
    """An empty git repository that can become a DVC project."""
    return DvcProject(repo, env, monkeypatch)


@pytest.fixture(scope="session")
def _rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rich project, run once."""
    folder = tmp_path_factory.mktemp("rich")
    env = clean_environment(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        made = DvcProject(Repository.create(folder / "repo", env), env, patch)
        made.init(RICH)
        made.add("raw.csv")
        made.reproduce()
        made.edit("dvc.yaml", "    cmd: cp metrics", "    frozen: true\n    cmd: cp metrics")
        made.repo.commit()
    return made.path


@pytest.fixture
def rich(_rich: Path, tmp_path: Path, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> DvcProject:
    """A copy of a project with all that a `dvc.yaml` can say, run by DVC and committed."""
    folder = tmp_path / "rich"
    shutil.copytree(_rich, folder, symlinks=True)
    return DvcProject(Repository(folder, env), env, monkeypatch)


@pytest.fixture(scope="session")
def rerun_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three stages, run once for all tests."""
    folder = tmp_path_factory.mktemp("rerun")
    env = clean_environment(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{env['PATH']}")
        made = DvcProject(Repository.create(folder / "repo", env), {k: v for k, v in env.items() if k != "PATH"}, patch)
        made.init(FILES)
        made.add("raw.csv")
        made.reproduce()
    return made.path


@pytest.fixture
def rerun_project(
    rerun_made: Path, tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[RerunProject]:
    """A copy of a project of three stages, in an environment whose temporary folder is the test's own."""
    shutil.copytree(rerun_made, tmp_path / "repo", symlinks=True)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    return RerunProject(Repository(tmp_path / "repo", env), env, monkeypatch)
