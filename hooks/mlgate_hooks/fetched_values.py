"""Follows what a Python file fetches from the network, through names, files and functions, from the syntax tree alone.

A name, an attribute or a file name is tainted once something fetched was put into it; order within a function does
not count. What is compared with a digest in the same function counts as looked at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlgate_hooks.imported_names import Names

_URL = re.compile(r"(?:https?|ftp|s3|gs|gcs|abfss?|az|hf)://")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_CLIENTS = ("requests.", "httpx.", "urllib3.", "aiohttp.")
_FETCHERS = frozenset(
    {
        *("urllib.request.urlopen", "urllib.request.urlretrieve", "wget.download", "gdown.download"),
        *("huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download", "huggingface_hub.cached_download"),
        *("pooch.retrieve", "torch.hub.download_url_to_file"),
    }
)
# These keep the fetched thing in the file that an argument names.
_INTO_FILES = frozenset(
    {"urllib.request.urlretrieve", "wget.download", "gdown.download", "torch.hub.download_url_to_file"}
)
_OPENERS = frozenset({"fsspec.open", "smart_open.open", "smart_open.smart_open"})
_CLOUDS = ("boto3", "google.cloud", "azure.storage")
_CLOUD_INTO_FILES = frozenset({"download_file", "download_fileobj", "download_to_filename", "download_to_file"})
_CLOUD_FETCHERS = frozenset({"download_as_bytes", "download_as_string", "get_object", "download_blob"})
_WRITERS = frozenset({"write", "write_bytes", "writelines"})
_ROUNDS = 8

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


class Known(NamedTuple):
    """What is known of the whole file: its imports, and by name what its functions do with what they fetch.

    `sources` return it, `verifiers` take a digest, and `fillers` put it into the parameters listed.
    """

    names: Names
    sources: set[str]
    verifiers: set[str]
    fillers: dict[str, list[str]]


class Fetched:
    """The nodes of one function (or of the module around all) and what is tainted in it."""

    def __init__(self, root: ast.AST, known: Known, outer: Fetched | None = None) -> None:
        """Follow the values until nothing more is found."""
        self.nodes = list(_own_nodes(root))
        self.addresses: set[str] = set(outer.addresses) if outer else set()
        self.tainted: set[str] = set(outer.tainted) if outer else set()
        self._known = known
        self._names = known.names
        self._cloud = any(name.startswith(_CLOUDS) for name in known.names.modules)
        self._links: dict[str, set[str]] = {}
        for _ in range(_ROUNDS):
            before = len(self.tainted), len(self.addresses)
            for node in self.nodes:
                self._follow(node)
            if before == (len(self.tainted), len(self.addresses)):
                break

    @property
    def is_verified(self) -> bool:
        """Return whether a digest is taken here, as one does to compare it with the expected one."""
        calls = [node.func for node in self.nodes if isinstance(node, ast.Call)]
        return any(
            self._names.of(call).startswith("hashlib.") or _local(call) in self._known.verifiers for call in calls
        )

    @property
    def returns_it(self) -> bool:
        """Return whether the function gives back something fetched that it did not look at."""
        returned = (node.value for node in self.nodes if isinstance(node, (ast.Return, ast.Yield)))
        return not self.is_verified and any(value is not None and self.holds(value) for value in returned)

    def holds(self, node: ast.expr) -> bool:
        """Return whether an expression has to do with something fetched."""
        if not self.tainted.isdisjoint(_keys(node)):
            return True
        return any(isinstance(inner, ast.Call) and self._fetches(inner) for inner in ast.walk(node))

    def _fetches(self, call: ast.Call) -> bool:
        name = self._names.of(call.func)
        if name in _OPENERS:
            return any(is_address(argument, self.addresses) for argument in call.args[:1])
        if name.startswith("huggingface_hub.") and any(
            word.arg == "revision" and isinstance(word.value, ast.Constant) and _COMMIT.fullmatch(str(word.value.value))
            for word in call.keywords
        ):
            return False
        last = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        return (
            name in _FETCHERS
            or name.startswith(_CLIENTS)
            or _local(call.func) in self._known.sources
            or (self._cloud and last in _CLOUD_FETCHERS)
        )

    def _follow(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            if node.value is not None:
                self._bind(node.target, node.value)
        elif isinstance(node, ast.withitem):
            if node.optional_vars is not None:
                self._bind(node.optional_vars, node.context_expr)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            self._bind(node.target, node.iter)
        elif isinstance(node, ast.Call):
            self._store(node)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if is_address(value, self.addresses):
            self.addresses |= _targets(target)
        elif self.holds(value):
            self.tainted |= _targets(target)
        elif isinstance(value, ast.Call):
            for key in _targets(target):
                self._links.setdefault(key, set()).update(_keys(value))

    def _store(self, call: ast.Call) -> None:
        """Taint the file or buffer into which a call puts what was fetched."""
        name = self._names.of(call.func)
        last = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        arguments = [*call.args, *(word.value for word in call.keywords)]
        into: list[ast.expr] = []
        if name in _INTO_FILES or (self._cloud and last in _CLOUD_INTO_FILES):
            into = arguments[1:] if name else arguments
        elif name == "shutil.copyfileobj" and self.holds(arguments[0]):
            into = arguments[1:2]
        elif last in _WRITERS and isinstance(call.func, ast.Attribute) and any(map(self.holds, arguments)):
            into = [call.func.value]
        elif (filled := self._known.fillers.get(_local(call.func))) is not None:
            into = [value for name, value in zip(filled, call.args, strict=False) if name]
            into += [word.value for word in call.keywords if word.arg in filled]
        for place in into:
            found = _keys(place) - self.addresses
            self.tainted |= found.union(*(self._links.get(key, set()) for key in found))


def module_scopes(tree: ast.Module, names: Names) -> list[Fetched]:
    """Return the module and each function in it, followed until nothing more is learnt of what the functions do."""
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTION)]
    known = Known(names, set(), set(), {})
    for _ in range(_ROUNDS):
        module = Fetched(tree, known)
        scopes = [Fetched(function, known, module) for function in functions]
        learnt = Known(names, set(), set(), {})
        for function, scope in zip(functions, scopes, strict=True):
            if scope.is_verified:
                learnt.verifiers.add(function.name)
                continue
            if scope.returns_it:
                learnt.sources.add(function.name)
            parameters = [one.arg for one in function.args.posonlyargs + function.args.args]
            filled = [one if one in scope.tainted else "" for one in parameters if one not in ("self", "cls")]
            if any(filled):
                learnt.fillers[function.name] = filled
        if learnt == known:
            break
        known = learnt
    return [module, *scopes]


def is_address(node: ast.expr, known: set[str]) -> bool:
    """Return whether an expression is text that begins as a URL."""
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(_URL.match(node.value))
    if isinstance(node, ast.JoinedStr):
        return bool(node.values) and is_address(node.values[0], known)
    if isinstance(node, ast.FormattedValue):
        return is_address(node.value, known)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return is_address(node.func.value, known)
    return _key(node) in known


def _own_nodes(root: ast.AST) -> Iterator[ast.AST]:
    waiting = [root]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(child, _FUNCTION):
                yield child
                waiting.append(child)


def _key(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"[./]", node.value):
        return repr(node.value)
    return ""


def _keys(node: ast.AST) -> set[str]:
    """Return what an expression is made of: names, attributes and file names, but no function that it calls."""
    called = {id(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
    return {_key(inner) for inner in ast.walk(node) if id(inner) not in called} - {"", "self"}


def _targets(node: ast.expr) -> set[str]:
    if isinstance(node, (ast.Tuple, ast.List)):
        return set().union(*map(_targets, node.elts))
    return {_key(node)} - {"", "self"}


def _local(called: ast.expr) -> str:
    """Return the name of a function of this file that may be called: a bare name, or a method of `self`."""
    if isinstance(called, ast.Name):
        return called.id
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in ("self", "cls"):
        return called.attr
    return ""
