"""Metric files: the set that `dvc metrics show` reads."""

from __future__ import annotations

import pytest

from mlgate.dvc.cache import find_cache
from mlgate.dvc.pipeline import load_pipelines


def test_metrics__rich_project_as_dvc_shows(rich):
    assert rich.metrics() == rich.dvc_metrics()


DVCLIVE = """\
params: [params.yaml]
metrics: [metrics.json]
plots:
  - plots/metrics:
      x: step
"""


@pytest.mark.parametrize(
    ("files", "tracked"),
    [
        pytest.param({"dvc.yaml": "metrics:\n  - a.json\n", "a.json": "{}"}, [], id="top-level, no stages"),
        pytest.param(
            {"dvc.yaml": "vars: [{w: a}]\nmetrics:\n  - ${w}.json\n", "a.json": "{}"},
            [],
            id="top-level from a template",
        ),
        pytest.param({"dvc.yaml": "metrics:\n  - m\n", "m/a.json": "{}", "m/b/c.yaml": "x: 1"}, [], id="a directory"),
        pytest.param({"dvc.yaml": "metrics:\n  - gone.json\n"}, [], id="a file that is not there"),
        pytest.param(
            {"dvc.yaml": "metrics:\n  - a.json\n", "sub/dvc.yaml": "metrics: [../a.json, a.json]\n", "a.json": "{}"},
            [],
            id="the same file from two folders",
        ),
        pytest.param(
            {
                "dvclive/dvc.yaml": DVCLIVE,
                "dvclive/metrics.json": '{"a": 1}',
                "dvclive/params.yaml": "a: 1\n",
            },
            [],
            id="what DVCLive writes",
        ),
        pytest.param(
            {"dvc.yaml": "metrics: [data/a.json]\n", "data/a.json": "{}"}, ["data"], id="a file inside tracked data"
        ),
        pytest.param(
            {"dvc.yaml": "metrics: [data]\n", "data/a.json": "{}", "data/b/c.json": "{}"}, ["data"], id="tracked data"
        ),
    ],
)
def test_metrics__as_dvc_shows(project, files, tracked):
    project.init(files)
    if tracked:
        project.add(*tracked)
    assert project.metrics() == project.dvc_metrics()


def test_metrics__directory_that_is_only_in_the_cache(project):
    project.init({"dvc.yaml": "metrics: [data]\n", "data/a.json": "{}", "data/b/c.json": "{}"})
    project.add("data")
    for name in ("data/a.json", "data/b/c.json"):
        (project.path / name).unlink()
    assert project.metrics() == project.dvc_metrics() == {"data/a.json", "data/b/c.json"}


def test_metrics__say_who_writes_them_and_where_the_content_is(rich):
    cache = find_cache(rich.path, rich.path)
    with rich.files() as files:
        found = {metric.path: metric for metric in load_pipelines(files, cache=cache).metrics}
    cached = found["cached.json"]
    assert (cached.cached, cached.stage) == (True, "evaluate")
    assert cached.hash is not None
    assert cache.read(cached.hash) == b'{"loss":1}\n'
    assert (found["metrics.json"].cached, found["sub/scores/a.yaml"].stage) == (False, "sub/dvc.yaml:count")
    assert (found["sub/extra.yaml"].cached, found["sub/extra.yaml"].stage) == (False, None)


def test_metrics__path_out_of_the_repository_is_not_walked(project):
    project.init({"dvc.yaml": "metrics: [../outside, /etc/passwd]\n"})
    (project.path.parent / "outside").mkdir()
    (project.path.parent / "outside" / "a.json").write_text("{}")
    assert project.metrics() == {"../outside"}
