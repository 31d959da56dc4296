"""Templates, loops and variables: DVC itself says what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dvc_projects import DvcProject
from mlgate.dvc.pipeline import load_pipelines
from mlgate.errors import MlgateError

PARAMS = """\
lr: 0.1
tiny: 1e-5
big: 1_000
flag: true
off: false
none: null
name: "two words"
list: [a, b, 3]
flags: [true, 0.5, null, x]
nested: {a: {b: {c: deep}}, items: [{n: first}, {n: second}]}
options: {alpha: 0.1, on: true, no: false, text: two words, many: [1, "a b"], deep: {er: 1}, nothing: null}
models: {rf: {trees: 10}, svm: {trees: 0}}
"""

PIPELINES = {
    "plain": {"s": {"cmd": "echo", "deps": ["a", "./b/../c"], "outs": ["out/x"]}},
    "scalars as DVC writes them": {"s": {"cmd": "run ${lr} ${tiny} ${big} ${flag} ${off} ${none} ${name}"}},
    "a text that is one template": {"s": {"cmd": "${name}"}},
    "a dotted path and indices": {
        "s": {"cmd": "run ${nested.a.b.c} ${nested.items[1].n} ${nested.items.0.n} ${list[2]}"}
    },
    "an escaped template": {"s": {"cmd": "echo \\${HOME} $${lr} \\${lr} ${lr}"}},
    "shell variables without braces": {"s": {"cmd": "echo $HOME $(pwd)"}},
    "a mapping as options": {"s": {"cmd": "run ${options}"}},
    "commands in a list": {"s": {"cmd": ["echo ${lr}", "echo ${name}"]}},
    "a command of many lines": {"s": {"cmd": "one \\\n  --lr ${lr}\ntwo\n"}},
    "templates in paths and keys": {
        "s": {
            "cmd": "x",
            "deps": ["${nested.a.b.c}/in"],
            "outs": ["${nested.a.b.c}/o", {"${name}.txt": {"cache": False, "persist": True}}],
            "params": ["${nested.a.b.c}", {"conf/${nested.a.b.c}.yaml": ["${list[0]}"]}],
            "metrics": [{"m/${list[1]}.json": {"cache": False}}],
            "plots": [{"p.csv": {"x": "${list[0]}", "cache": False}}],
        }
    },
    "a working folder from a template": {"s": {"cmd": "x", "wdir": "${nested.a.b.c}", "deps": ["../a"], "outs": ["b"]}},
    "params of all kinds": {
        "s": {"cmd": "x", "params": ["lr", {"other.toml": ["a.b", "c"]}, "name", {"whole.json": None}, {"p.py": ["X"]}]}
    },
    "the default file taken whole, then again by key": {
        "s": {"cmd": "x", "params": ["lr", {"params.yaml": None}, {"whole.json": ["a"]}, {"whole.json": None}]}
    },
    "variables of a stage": {"s": {"vars": [{"own": {"x": 5}}, "extra.yaml:k"], "cmd": "run ${own.x} ${k}"}},
    "variables of a stage merge into those of the file": {
        "s": {"vars": [{"nested": {"z": 1}}], "cmd": "run ${nested.z}"}
    },
    "foreach over a list": {
        "s": {"foreach": ["a", 2, 0.5, True, None], "do": {"cmd": "x ${item}", "outs": ["${item}.o"]}}
    },
    "foreach over a list of mappings": {
        "s": {"foreach": [{"n": 1, "f": "x"}, {"n": 2, "f": "y"}], "do": {"cmd": "x ${item.n}", "outs": ["${item.f}"]}}
    },
    "foreach over a mapping": {
        "s": {"foreach": {"us": {"n": 1}, "uk": {"n": 2}}, "do": {"cmd": "${key} ${item.n}", "outs": ["${key}.o"]}}
    },
    "foreach over a template": {"s": {"foreach": "${list}", "do": {"cmd": "x ${item} ${lr}"}}},
    "foreach over a template with flags": {"s": {"foreach": "${flags}", "do": {"cmd": "x ${item}"}}},
    "foreach over a mapping from a template": {"s": {"foreach": "${models}", "do": {"cmd": "${key} ${item.trees}"}}},
    "foreach over items that are templates": {
        "s": {"foreach": ["${lr}", "${flag}", "n${lr}"], "do": {"cmd": "x ${item}"}}
    },
    "foreach with a working folder and variables": {
        "s": {
            "foreach": ["a", "b"],
            "do": {"cmd": "${item} ${own}", "wdir": "w/${item}", "vars": [{"own": 1}], "outs": ["o"], "frozen": True},
        }
    },
    "foreach with the same item twice": {"s": {"foreach": ["a", "a"], "do": {"cmd": "${item}"}}},
    "foreach over nothing": {"s": {"foreach": [], "do": {"cmd": "${item}"}}},
    "a matrix": {
        "s": {
            "matrix": {"m": ["cnn", "xgb"], "f": [1, 2.5, True]},
            "cmd": "x ${item.m} ${item.f}",
            "outs": ["${key}.pkl"],
        }
    },
    "a matrix over templates and mappings": {
        "s": {"matrix": {"m": "${flags}", "f": [{"a": 1}, {"a": 2}], "l": ["${lr}"]}, "cmd": "x ${item.m} ${item.f.a}"}
    },
    "a matrix with variables": {"s": {"matrix": {"m": ["a"]}, "vars": [{"q": 1}], "cmd": "${q} ${item.m}"}},
    "flags of a stage": {"s": {"cmd": "x", "frozen": True, "always_changed": True, "desc": "d", "meta": {"a": 1}}},
    "an output listed twice with flags": {"s": {"cmd": "x", "outs": ["o", {"o": {"persist": True}}]}},
    "all kinds of outputs": {
        "s": {
            "cmd": "x",
            "outs": ["a", {"b": {"cache": False, "desc": "d", "type": "model", "labels": ["x"], "push": False}}],
            "metrics": ["c.json", {"d.json": {"cache": False}}],
            "plots": ["e.csv", {"f.csv": {"x": "a", "y": "b", "title": "t", "header": False}}],
        }
    },
    "paths that leave the repository": {"s": {"cmd": "x", "deps": ["/abs/file", "../beside"]}},
}

OTHERS = {
    "params.yaml": PARAMS,
    "extra.yaml": "k: from-extra\nl: 2\n",
    "b/.gitkeep": "",
    "other.toml": "c = 1\n[a]\nb = 2\n",
    "whole.json": '{"a": 1}',
    "p.py": "X = 1\n",
}


def dvc_stages(project: DvcProject) -> dict[str, Any]:
    """Return DVC's own reading of all stages, paths from the project folder."""
    from dvc.dependency import ParamsDependency

    found = {}
    with project.dvc() as repo:
        for stage in repo.index.stages:
            plain = [dep for dep in stage.deps if not isinstance(dep, ParamsDependency)]
            found[stage.addressing] = {
                "cmd": stage.cmd,
                "deps": [shown(project, dep) for dep in plain],
                "params": {shown(project, dep): list(dict.fromkeys(dep.params)) for dep in stage.params},
                "outs": [
                    (shown(project, out), out.use_cache, out.persist, bool(out.metric), bool(out.plot))
                    for out in stage.outs
                ],
                "wdir": project.repo.path.joinpath(stage.wdir).relative_to(project.path).as_posix(),
                "frozen": stage.frozen,
                "always_changed": stage.always_changed,
            }
    return found


def shown(project: DvcProject, output: Any) -> str:
    """Return a path of DVC's as we write it."""
    import posixpath

    if output.protocol != "local" or output.def_path.startswith("/"):
        return str(output.def_path)
    return posixpath.relpath(output.fs_path, project.path.as_posix())


def our_stages(project: DvcProject) -> dict[str, Any]:
    """Return our reading in the same form."""
    with project.files() as files:
        stages = load_pipelines(files).stages
    return {
        stage.address: {
            "cmd": list(stage.cmd) if isinstance(stage.cmd, tuple) else stage.cmd,
            "deps": [dep.path for dep in stage.deps],
            "params": {file.path: list(file.keys) for file in stage.params},
            "outs": [(o.path, o.cache, o.persist, o.kind == "metric", o.kind == "plot") for o in stage.outs],
            "wdir": stage.wdir or ".",
            "frozen": stage.frozen,
            "always_changed": stage.always_changed,
        }
        for stage in stages
    }


def write(project: DvcProject, top: Mapping[str, Any], more: Mapping[str, str] | None = None) -> None:
    """Make a project of a `dvc.yaml` and the usual files."""
    from ruamel.yaml import YAML

    project.init({**OTHERS, **(more or {})})
    with (project.path / "dvc.yaml").open("w") as stream:
        YAML().dump(dict(top), stream)


@pytest.mark.parametrize("case", PIPELINES)
def test_stages__as_dvc_resolves_them(project, case):
    write(project, {"stages": PIPELINES[case]})
    assert our_stages(project) == dvc_stages(project)


@pytest.mark.parametrize("parsing", ["bool = boolean_optional", "list = append", "bool = store_true\n    list = nargs"])
def test_stages__options_are_written_as_the_config_says(project, parsing):
    write(project, {"stages": PIPELINES["a mapping as options"]})
    (project.path / ".dvc" / "config").write_text(f"[parsing]\n    {parsing}\n")
    assert our_stages(project) == dvc_stages(project)


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([{"a": 1}, {"b": {"c": 2}}, {"b": {"d": 3}}], id="inline values that merge"),
        pytest.param(["extra.yaml", {"a": 1}], id="a file"),
        pytest.param(["extra.yaml:k", "extra.yaml:l"], id="keys of a file, one after the other"),
        pytest.param(["extra.yaml:k,l"], id="two keys of a file"),
        pytest.param(["params.yaml"], id="the default file, named once more"),
        pytest.param(["other.toml", "p.py"], id="TOML and Python"),
    ],
)
def test_vars__as_dvc_loads_them(project, listed):
    command = "${lr} " + " ".join(
        f"${{{name}}}"
        for name, source in {"a": {"a": 1}, "b.c": {"b": {"c": 2}}, "k": "extra.yaml", "c": "other.toml"}.items()
        if source in listed
    )
    write(project, {"vars": listed, "stages": {"s": {"cmd": command}}})
    assert our_stages(project) == dvc_stages(project)


BROKEN = {
    "a value that nobody defines": ("stages:\n  s:\n    cmd: run ${lrr}\n", 3, "`${lrr}` has no value"),
    "a value below one that is no mapping": ("stages:\n  s:\n    cmd: run ${lr.x}\n", 3, "`${lr.x}` has no value"),
    "an index past the end": ("stages:\n  s:\n    cmd: run ${list[9]}\n", 3, "has no value"),
    "an empty template": ("stages:\n  s:\n    cmd: run ${}\n", 3, "is no template"),
    "a list inside a command": ("stages:\n  s:\n    cmd: run ${list}\n", 3, "is a list"),
    "a mapping as a path": (
        "stages:\n  s:\n    cmd: x\n    deps:\n      - a\n      - ${models}\n",
        6,
        "keys and values",
    ),
    "a foreach over a word": ("stages:\n  s:\n    foreach: abc\n    do:\n      cmd: x\n", 3, "`foreach` must be"),
    "a foreach over a number": ("stages:\n  s:\n    foreach: ${lr}\n    do:\n      cmd: x\n", 3, "`foreach` must be"),
    "a foreach without do": ("stages:\n  s:\n    foreach: [a]\n", 2, "`do` is missing"),
    "a bad template inside a loop": (
        "stages:\n  s:\n    foreach: [a]\n    do:\n      cmd: x\n      deps:\n        - ${itme}\n",
        7,
        "has no value",
    ),
    "variables that do not exist": ("vars:\n  - nowhere.yaml\nstages: {}\n", 2, "`nowhere.yaml` does not exist"),
    "a key that the file does not have": ("vars:\n  - extra.yaml:zz\nstages: {}\n", 2, "has no key `zz`"),
    "a value defined twice": ("vars:\n  - {a: 1}\n  - {lr: 2}\nstages: {}\n", 3, "`lr`, which has a value already"),
    "a file loaded twice": ("vars:\n  - extra.yaml\n  - extra.yaml:k\nstages: {}\n", 3, "is loaded already"),
    "a template inside vars": ("vars:\n  - {a: '${lr}'}\nstages: {}\n", 2, "allows none"),
    "variables of a stage that hide those of the file": (
        "stages:\n  s:\n    vars:\n      - {lr: 3}\n    cmd: x\n",
        4,
        "has a value already",
    ),
    "variables of a stage that take the loop's word": (
        "stages:\n  s:\n    foreach: [a]\n    do:\n      vars: [{item: 1}]\n      cmd: x\n",
        5,
        "belongs to the loop",
    ),
    "an unknown key": ("stages:\n  s:\n    cmd: x\n    dep: [a]\n", 4, "unknown key `dep`"),
    "an unknown key at the top": ("stage:\n  s:\n    cmd: x\n", 1, "unknown key `stage`"),
    "an unknown flag of an output": (
        "stages:\n  s:\n    cmd: x\n    outs:\n      - o: {cached: false}\n",
        5,
        "`cached`",
    ),
    "a stage without a command": ("stages:\n  s:\n    deps: [a]\n", 2, "`cmd` is missing"),
    "dependencies that are no list": ("stages:\n  s:\n    cmd: x\n    deps: a\n", 4, "`deps` must be a list"),
    "dependencies left empty": ("stages:\n  s:\n    cmd: x\n    deps:\n    outs: [a]\n", 4, "`deps` must be a list"),
    "a dependency that is a number": ("stages:\n  s:\n    cmd: x\n    deps: [1]\n", 4, "must be text"),
    "a flag that is a word": ("stages:\n  s:\n    cmd: x\n    frozen: 'yes'\n", 4, "`frozen` must be `true`"),
    "stages that are a list": ("stages:\n  - s\n", 1, "`stages` must be keys and values"),
    "metrics that are a mapping": ("metrics: {a: 1}\n", 1, "`metrics` must be a list"),
    "a list at the top": ("- a\n", 1, "expected keys and values"),
    "a duplicate stage": ("stages:\n  s:\n    cmd: x\n  s:\n    cmd: y\n", 4, "duplicate key `s`"),
    "a tab": ("stages:\n\ts:\n", 2, "tab"),
    "a bracket left open": ("stages:\n  s:\n    cmd: x\n    deps: [a\n", 5, "not valid YAML"),
    "conflict markers": (
        "stages:\n<<<<<<< HEAD\n  s:\n    cmd: x\n=======\n  t:\n    cmd: y\n>>>>>>> other\n",
        2,
        "conflict markers",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_stages__what_dvc_refuses_is_told_at_its_line(project, case):
    from dvc.exceptions import DvcException

    text, line, words = BROKEN[case]
    project.init({**OTHERS, "dvc.yaml": text})
    with pytest.raises(MlgateError) as told:
        our_stages(project)
    assert words in told.value.message
    assert str(told.value.where).split(":")[:2] == ["dvc.yaml", str(line)]
    with pytest.raises((DvcException, TypeError)):
        dvc_stages(project)


def test_stages__bad_params_file_is_told_with_its_own_name(project):
    project.init({"params.yaml": "a: 1\na: 2\n", "dvc.yaml": "stages:\n  s:\n    cmd: ${a}\n"})
    with pytest.raises(MlgateError, match="duplicate key `a`") as told:
        our_stages(project)
    assert told.value.where == "params.yaml:2:1"


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        pytest.param("    cmd: ${options}\n", "a command must be text", id="a command that is a mapping"),
        pytest.param("    cmd:\n    - {1: x}\n", "a command must be text", id="a line that is a mapping"),
        pytest.param(
            "    cmd: x\n    params:\n    - p.yaml: [{1: x}]\n", "name of a parameter", id="a key that is none"
        ),
    ],
)
def test_stages__what_dvc_could_not_run_is_refused(project, stage, words):
    project.init({**OTHERS, "dvc.yaml": f"stages:\n  s:\n{stage}"})
    with pytest.raises(MlgateError, match=words):
        our_stages(project)


def test_stages__matrix_that_explodes_is_refused(project):
    axes = "".join(f"      a{number}: [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" for number in range(12))
    project.init({"dvc.yaml": f"stages:\n  s:\n    matrix:\n{axes}    cmd: x\n"})
    with pytest.raises(MlgateError, match="more than 10,000 stages"):
        our_stages(project)


def test_stages__template_in_brackets_wants_quotes(project):
    project.init({**OTHERS, "dvc.yaml": "stages:\n  s:\n    cmd: x\n    deps: [a/${lr}]\n"})
    with pytest.raises(MlgateError) as told:
        our_stages(project)
    assert told.value.hint == "inside `[...]` and `{...}`, put a template in quotes"


def test_stages__hint_names_the_value_that_was_meant(project):
    project.init({**OTHERS, "dvc.yaml": "stages:\n  s:\n    cmd: ${nested.a.b.d}\n"})
    with pytest.raises(MlgateError) as told:
        our_stages(project)
    assert told.value.hint == "did you mean `${nested.a.b.c}`?"
