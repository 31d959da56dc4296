"""Pipelines made at random from a seed, and faults that can be planted in any of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import yaml

from dvc_projects import DvcProject


class Generated:
    """One pipeline as data: plain stages in a chain with branches, a foreach, a matrix, and a template variable."""

    def __init__(self, seed: int) -> None:
        """Make it up."""
        self.chance = random.Random(seed)
        self.sources: dict[str, str] = {}
        self.params: dict[str, Any] = {"depth": self.chance.randint(1, 9)}
        self.plain = [f"s{number}" for number in range(self.chance.randint(3, 5))]
        self.before: dict[str, list[str]] = {}
        self.document: dict[str, Any] = {"vars": [{"word": "one"}], "stages": {}}
        for number, name in enumerate(self.plain):
            count = min(number, self.chance.randint(1, 2))
            self.before[name] = sorted(self.chance.sample(self.plain[:number], count))
            self.stages[name] = self._plain(name)
        self.arms = ["a", "b", "c"][: self.chance.randint(2, 3)]
        self.params["arms"] = {arm: {"rate": index} for index, arm in enumerate(self.arms)}
        self.stages["arm"] = {
            "foreach": "${arms}",
            "do": self._stage("src/arm.txt", self.plain[:1], "arm-${key}", " && echo ${item.rate}"),
        }
        self.sizes = [1, 2]
        self.stages["grid"] = {
            "matrix": {"size": self.sizes, "kind": ["x", "y"]},
            **self._stage("src/grid.txt", self.plain[-1:], "grid-${key}", " && echo ${item.size}"),
        }
        self.sources |= {"src/arm.txt": "arm\n", "src/grid.txt": "grid\n"}
        names = list(self.stages)
        self.chance.shuffle(names)
        self.document["stages"] = {name: self.stages[name] for name in names}

    @property
    def stages(self) -> dict[str, Any]:
        """Return the stages as `dvc.yaml` has them."""
        found: dict[str, Any] = self.document["stages"]
        return found

    def after(self, name: str) -> set[str]:
        """Return the stages that read what a plain stage makes."""
        found = {other for other, before in self.before.items() if name in before}
        found |= {f"arm@{arm}" for arm in self.arms} if name == self.plain[0] else set()
        return found | (set(self.cells(self.sizes)) if name == self.plain[-1] else set())

    def cells(self, sizes: list[int]) -> list[str]:
        """Return the names of the matrix's stages for some sizes."""
        return [f"grid@{size}-{kind}" for size in sizes for kind in ("x", "y")]

    def write(self, project: DvcProject) -> None:
        """Write it as files."""
        project.repo.write({
            "dvc.yaml": yaml.safe_dump(self.document, sort_keys=False),
            "params.yaml": yaml.safe_dump(self.params, sort_keys=False),
            **self.sources,
        })  # fmt: skip

    def _plain(self, name: str) -> dict[str, Any]:
        self.sources[f"src/{name}.txt"] = f"{name}\n"
        self.params[name] = {"value": self.chance.randint(0, 99)}
        word = " && echo ${word}" if self.chance.random() < 0.5 or name == self.plain[-1] else ""
        stage = self._stage(f"src/{name}.txt", self.before[name], name, word)
        return {**stage, "params": [f"{name}.value"]}

    def _stage(self, source: str, before: list[str], name: str, more: str) -> dict[str, Any]:
        deps = [source, *(f"{other}.out" for other in before)]
        return {"cmd": f"cat {' '.join(deps)} > {name}.out{more}", "deps": deps, "outs": [f"{name}.out"]}


Plant = Callable[[Generated, DvcProject], set[str]]


def clean(made: Generated, project: DvcProject) -> set[str]:
    """Plant nothing."""
    return set()


def changed_dependency(made: Generated, project: DvcProject) -> set[str]:
    """Change a source file."""
    name = made.chance.choice(made.plain)
    project.repo.write({f"src/{name}.txt": "other\n"})
    return {name}


def changed_parameter(made: Generated, project: DvcProject) -> set[str]:
    """Change a parameter that one stage takes."""
    name = made.chance.choice(made.plain)
    made.params[name]["value"] += 1
    made.write(project)
    return {name}


def unused_parameter(made: Generated, project: DvcProject) -> set[str]:
    """Change a parameter that no stage takes."""
    made.params["depth"] += 1
    made.write(project)
    return set()


def changed_command(made: Generated, project: DvcProject) -> set[str]:
    """Change the command of a stage."""
    name = made.chance.choice(made.plain)
    made.stages[name]["cmd"] += " && true"
    made.write(project)
    return {name}


def changed_output(made: Generated, project: DvcProject) -> set[str]:
    """Type into an output."""
    name = made.chance.choice(made.plain)
    place = project.path / f"{name}.out"
    place.chmod(0o644)
    place.write_text("by hand\n")
    return {name, *made.after(name)}


def other_order(made: Generated, project: DvcProject) -> set[str]:
    """Write the stages in another order."""
    made.document["stages"] = dict(reversed(made.stages.items()))
    made.write(project)
    return set()


def renamed_stage(made: Generated, project: DvcProject) -> set[str]:
    """Give a stage another name."""
    name = made.chance.choice(made.plain)
    made.stages["renamed"] = made.stages.pop(name)
    made.write(project)
    return {"renamed"}


def output_taken_out(made: Generated, project: DvcProject) -> set[str]:
    """Let a stage make another output than the recorded one."""
    name = made.chance.choice([name for name in made.plain if not made.after(name)] or made.plain[-1:])
    made.stages[name]["outs"] = [f"{name}.txt"]
    made.write(project)
    project.repo.write({f"{name}.txt": "new\n"})
    return {name}


def broken_chain(made: Generated, project: DvcProject) -> set[str]:
    """Run one stage on another source, and not those that read what it makes."""
    name = made.plain[0]
    project.repo.write({f"src/{name}.txt": "other\n"})
    with project.dvc() as repo:
        repo.reproduce(name, single_item=True)
    return made.after(name)


def arm_added(made: Generated, project: DvcProject) -> set[str]:
    """Add an arm to the foreach."""
    made.params["arms"]["new"] = {"rate": 9}
    made.write(project)
    return {"arm@new"}


def arm_removed(made: Generated, project: DvcProject) -> set[str]:
    """Take an arm of the foreach out."""
    made.params["arms"].pop(made.arms[-1])
    made.write(project)
    return set()


def arm_changed(made: Generated, project: DvcProject) -> set[str]:
    """Change a value of an arm."""
    made.params["arms"][made.arms[0]]["rate"] = 77
    made.write(project)
    return {f"arm@{made.arms[0]}"}


def matrix_value_changed(made: Generated, project: DvcProject) -> set[str]:
    """Put another value into the matrix."""
    made.stages["grid"]["matrix"]["size"] = [1, 3]
    made.write(project)
    return set(made.cells([3]))


def template_variable_changed(made: Generated, project: DvcProject) -> set[str]:
    """Change the variable that some commands name."""
    made.document["vars"] = [{"word": "two"}]
    made.write(project)
    return {name for name in made.plain if "${word}" in made.stages[name]["cmd"]}


def touched_dependency(made: Generated, project: DvcProject) -> set[str]:
    """Write every source again as it was, and another file beside them."""
    made.write(project)
    project.repo.write({"src/other.txt": "nobody reads this\n"})
    return set()


def respelt_parameters(made: Generated, project: DvcProject) -> set[str]:
    """Write the parameters in another style and order, with a comment."""
    spelt = yaml.safe_dump(dict(reversed(made.params.items())), default_flow_style=True, sort_keys=False)
    project.repo.write({"params.yaml": f"# spelt otherwise\n{spelt}"})
    return set()


def respelt_commands(made: Generated, project: DvcProject) -> set[str]:
    """Write the pipeline in another style, and describe its stages."""
    for name in made.plain:
        made.stages[name]["desc"] = f"makes {name}"
    spelt = yaml.safe_dump(made.document, default_style='"', width=40, sort_keys=False)
    project.repo.write({"dvc.yaml": spelt.replace("!!int ", "")})
    return set()


def same_output(made: Generated, project: DvcProject) -> set[str]:
    """Write an output again as it was."""
    place = project.path / f"{made.chance.choice(made.plain)}.out"
    data = place.read_bytes()
    place.unlink()
    place.write_bytes(data)
    return set()


def renamed_with_its_entry(made: Generated, project: DvcProject) -> set[str]:
    """Give a stage another name in the lock, too."""
    name = made.chance.choice(made.plain)
    made.stages["renamed"] = made.stages.pop(name)
    made.write(project)
    project.edit("dvc.lock", f"\n  {name}:\n", "\n  renamed:\n")
    return set()


def whole_chain(made: Generated, project: DvcProject) -> set[str]:
    """Run a stage on another source, and all that read what it makes."""
    project.repo.write({f"src/{made.plain[0]}.txt": "other\n"})
    project.reproduce()
    return set()


def other_order_of_arms(made: Generated, project: DvcProject) -> set[str]:
    """List the arms and the values of the matrix in another order."""
    made.params["arms"] = dict(reversed(made.params["arms"].items()))
    made.stages["grid"]["matrix"]["size"] = made.sizes[::-1]
    made.write(project)
    return set()


def arm_come_and_gone(made: Generated, project: DvcProject) -> set[str]:
    """Add an arm to the foreach, and take it out again."""
    arm_added(made, project)
    made.params["arms"].pop("new")
    made.write(project)
    return set()


def unused_variable(made: Generated, project: DvcProject) -> set[str]:
    """Add a variable that no command names, and write the others apart."""
    made.document["vars"] = [{"other": "x"}, *made.document["vars"]]
    made.write(project)
    return set()


PLANTS: dict[str, Plant] = {
    "nothing": clean,
    "dependencies as they were": touched_dependency,
    "parameters in another spelling": respelt_parameters,
    "commands in another spelling": respelt_commands,
    "an output as it was": same_output,
    "a stage renamed with its entry": renamed_with_its_entry,
    "a whole chain run": whole_chain,
    "arms and values in another order": other_order_of_arms,
    "an arm of a foreach come and gone": arm_come_and_gone,
    "a template variable that nobody names": unused_variable,
    "a dependency changed": changed_dependency,
    "a parameter changed": changed_parameter,
    "a parameter changed that nobody takes": unused_parameter,
    "a command changed": changed_command,
    "an output changed": changed_output,
    "another order of stages": other_order,
    "a stage renamed": renamed_stage,
    "an output taken out": output_taken_out,
    "a broken chain": broken_chain,
    "an arm of a foreach added": arm_added,
    "an arm of a foreach taken out": arm_removed,
    "an arm of a foreach changed": arm_changed,
    "a value of a matrix changed": matrix_value_changed,
    "a template variable changed": template_variable_changed,
}
