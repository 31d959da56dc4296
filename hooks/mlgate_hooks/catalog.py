"""Every hook that users can install, in one table; `.pre-commit-hooks.yaml` and the README are made from it."""

from __future__ import annotations

from typing import NamedTuple


class Hook(NamedTuple):
    """One hook: its id is its name for users, and its module and console script follow from it.

    `files` is the pattern of the paths it is given; `dependencies` are installed for it beside the light base.
    """

    id: str
    name: str
    does: str
    files: str = ""
    stages: tuple[str, ...] = ("pre-commit",)
    takes_files: bool = True
    dependencies: tuple[str, ...] = ()

    @property
    def entry(self) -> str:
        """Return the console script."""
        return self.id


HOOKS: tuple[Hook, ...] = (
    Hook(
        id="mlgate-gate",
        name="mlgate: the whole gate",
        does="runs every check on what is about to be pushed, as the pull request will",
        stages=("pre-push", "manual"),
        takes_files=False,
        dependencies=(".[data,dvc,tools]",),
    ),
    Hook(
        id="mlgate-metric-files",
        name="mlgate: metric files are sane",
        does="finds metric files that cannot be read, and values that are not finite numbers",
        files=r"(^|/)(metrics?|scores?|eval(uation)?)[^/]*\.(json|ya?ml|toml)$",
    ),
    Hook(
        id="mlgate-dvc-lock",
        name="mlgate: dvc.lock is in step",
        does="finds stages whose command, parameters or code changed since `dvc repro`",
        files=r"(^|/)(dvc\.(yaml|lock)|params[^/]*\.(ya?ml|json|toml|py))$|\.(py|ipynb|R|sh|sql|dvc)$",
        takes_files=False,
    ),
    Hook(
        id="mlgate-readme",
        name="mlgate: README blocks are current",
        does="rewrites generated blocks and bound numbers that no longer match their source",
        files=r"\.md$|(^|/)(params|metrics)[^/]*\.(ya?ml|json|toml)$",
        takes_files=False,
    ),
)
