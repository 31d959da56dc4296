"""Finds pandera contracts in a repository without running any code of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from mlgate import documents
from mlgate.context import Context
from mlgate.data.convention import FOLDER, fitting
from mlgate.documents import DocumentError
from mlgate.errors import MlgateError

_MODELS = ("DataFrameModel", "SchemaModel")
_SCHEMAS = ("DataFrameSchema", "infer_schema")
MOST_FILES = 2_000


class ContractFile(Struct, frozen=True):
    """A contract: its file from the project folder, and its name in it, where it is Python."""

    path: str
    name: str = ""

    def __str__(self) -> str:
        """Return it as the config names it."""
        return f"{self.path}:{self.name}" if self.name else self.path


def find_contracts(context: Context) -> Iterator[ContractFile]:
    """Yield the contracts in the files of the project, those of tests left out."""
    for path in sorted(context.files)[:MOST_FILES]:
        if "test" in PurePosixPath(path).parts[0] or not path.endswith((".py", ".yaml", ".yml")):
            continue
        try:
            data = context.head_files.read(path) or b""
        except MlgateError:
            continue
        if path.endswith(".py"):
            if b"pandera" in data:
                yield from (ContractFile(path, name) for name in _in_python(data))
        elif b"schema_type" in data and _is_yaml_contract(data):
            yield ContractFile(path)


def match_contracts(datasets: Mapping[str, str], contracts: tuple[ContractFile, ...]) -> dict[str, ContractFile]:
    """Return the contract of each dataset: the one that stands by its name, or is called like it, else the only one."""
    found = {}
    here = [contract.path.removeprefix(f"{FOLDER}/") for contract in contracts if contract.path.startswith(FOLDER)]
    for name in datasets:
        by_name = fitting(name, here)
        alike = [contract for contract in contracts if contract.path in by_name]
        alike = alike or [one for one in contracts if _key(name) in (_key(one.name), _key(_stem(one.path)))]
        if len(alike) == 1 or len(contracts) == 1:
            found[name] = (alike or list(contracts))[0]
    return found


def _in_python(data: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_last(base) in _MODELS for base in node.bases):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _last(node.value.func) in _SCHEMAS:
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_yaml_contract(data: bytes) -> bool:
    try:
        value = documents.parse(data, "contract.yaml")
    except DocumentError:
        return False
    return isinstance(value, dict) and value.get("schema_type") == "dataframe"


def _stem(path: str) -> str:
    return PurePosixPath(path).name.partition(".")[0]


def _key(name: str) -> str:
    """Return a name without what people vary: case, separators, the plural, and words such as `schema`."""
    plain = "".join(char for char in name.lower() if char.isalnum())
    for word in ("schema", "contract", "model", "data", "set"):
        plain = plain.removesuffix(word) or plain
    return plain.removesuffix("s")
