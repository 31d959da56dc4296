"""Every hook that users can install, in one table; `.pre-commit-hooks.yaml` and the README are made from it."""

from __future__ import annotations

from typing import NamedTuple


class Hook(NamedTuple):
    """One hook: its id is its name for users, and its module and console script follow from it.

    `files` is the pattern of the paths it is given; `dependencies` are installed for it beside the light base. One
    that `is_whole` is given all paths at once, for it asks something of them together.
    """

    id: str
    name: str
    does: str
    files: str = ""
    stages: tuple[str, ...] = ("pre-commit",)
    takes_files: bool = True
    dependencies: tuple[str, ...] = ()
    is_whole: bool = False

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
        id="mlgate-contracts",
        name="mlgate: changed data satisfies its contract",
        does="tests the datasets of the config whose data, contract or record in DVC changed, and no others",
        files=(
            r"\.(csv|tsv|jsonl|ndjson)(\.gz|\.zst)?$|\.(parquet|pq|arrow|feather|ipc|dvc|py|ya?ml)$"
            r"|(^|/)(dvc\.lock|pyproject\.toml)$"
        ),
        stages=("pre-push", "manual"),
        dependencies=(".[data]",),
        is_whole=True,
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
    Hook(
        id="mlgate-readme-references",
        name="mlgate: README references lead somewhere",
        does="finds links, anchors and paths in the README that do not exist, and suggests what is meant",
        takes_files=False,
    ),
    Hook(
        id="mlgate-absolute-paths",
        name="mlgate: no absolute paths",
        does="finds paths of one person's machine in code and config, and says what to write instead",
        files=(
            r"\.(py|pyi|ipynb|R|r|jl|sh|bash|zsh|ya?ml|json|toml|ini|cfg|conf|env|properties|dvc)$"
            r"|(^|/)(Makefile|dvc\.lock|\.dvc/config)$"
        ),
    ),
    Hook(
        id="mlgate-data-in-git",
        name="mlgate: data is in DVC, not in git",
        does="finds data files, models and large files that are about to be added to git",
        files=r".",
    ),
    Hook(
        id="mlgate-notebooks",
        name="mlgate: notebooks are clean",
        does="finds outputs in notebooks, and cells not run in order; with `--fix` removes them and nothing else",
        files=r"\.ipynb$",
    ),
    Hook(
        id="mlgate-plain-secrets",
        name="mlgate: no secrets in params and settings",
        does="finds passwords, keys and tokens in parameters, settings and notebooks",
        files=(
            r"\.(ya?ml|toml|ini|cfg|conf|env|properties|ipynb)$|(^|/)(\.env[^/]*|\.dvc/config|MLproject)$"
            r"|(^|/)[^/]*(params|conf|settings|secret|credential|kaggle|hparams|service)[^/]*\.(json|py)$"
        ),
        dependencies=(".[secrets]",),
    ),
    Hook(
        id="mlgate-empty-contracts",
        name="mlgate: contracts check something",
        does="finds pandera contracts, columns and checks that pass whatever the data are",
        files=r"\.py$|(contract|schema)[^/]*(/[^/]+)*\.ya?ml$",
    ),
    Hook(
        id="mlgate-remote-pickles",
        name="mlgate: no pickles from the network",
        does="finds code that unpickles what it fetched from the network, which runs any program in it",
        files=r"\.py$",
    ),
)
