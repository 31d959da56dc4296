"""`mlgate-remote-pickles`: nothing that came over the network is unpickled unseen, because a pickle is a program."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence

from mlgate.text import code, printable
from mlgate_hooks.fetched_values import Fetched, is_address, module_scopes
from mlgate_hooks.imported_names import Names
from mlgate_hooks.reading import check, parse_python, read_text

_WORDS = ("pickle", "joblib", "torch", "dill", "numpy")
_LOADERS = frozenset(
    {
        *(
            f"{module}.{name}"
            for module in ("pickle", "cloudpickle", "dill")
            for name in ("load", "loads", "Unpickler")
        ),
        *("joblib.load", "numpy.load", "pandas.read_pickle", "torch.load"),
    }
)
_FROM_ADDRESS = frozenset({"pandas.read_pickle"})
_FROM_URL = frozenset({"torch.hub.load_state_dict_from_url", "torch.utils.model_zoo.load_url"})
_ALL = _LOADERS | _FROM_URL
_SAFE = "or use a format that holds no code, such as safetensors or ONNX"


def main(argv: Sequence[str] | None = None) -> int:
    """Look at each Python file given and return 1 if one unpickles what it fetched."""
    return check(sys.argv[1:] if argv is None else argv, problems_of)


def problems_of(name: str) -> Iterator[str]:
    """Yield each load of something fetched, as `file:line:column: what; what to do`."""
    text = read_text(name)
    if not any(word in text for word in _WORDS):
        return
    tree = parse_python(text)
    names = Names(tree)
    if not any(isinstance(node, ast.Call) and names.of(node.func) in _ALL for node in ast.walk(tree)):
        return
    found = [(call, names.of(call.func)) for scope in module_scopes(tree, names) for call in _loads(scope, names)]
    for call, loader in sorted(found, key=lambda pair: (pair[0].lineno, pair[0].col_offset)):
        is_torch = loader.startswith("torch.")
        remedy = "pass `weights_only=True`" if is_torch else "compare its SHA-256 before"
        what = f"{code(loader)} runs any code that is in what the network sent; {remedy}, {_SAFE}"
        yield f"{printable(name)}:{call.lineno}:{call.col_offset + 1}: {what}"


def _loads(scope: Fetched, names: Names) -> Iterator[ast.Call]:
    for node in scope.nodes:
        if not isinstance(node, ast.Call) or scope.is_verified:
            continue
        loader = names.of(node.func)
        words = {word.arg: word.value for word in node.keywords}
        if loader in _FROM_URL:
            risky = True
        elif loader in _LOADERS:
            given = [*node.args[:1], *(value for name, value in words.items() if name != "map_location")]
            risky = any(map(scope.holds, given))
            risky = risky or (loader in _FROM_ADDRESS and any(is_address(value, scope.addresses) for value in given))
        else:
            continue
        if risky and not _is_set(words, "weights_only") and (loader != "numpy.load" or _is_set(words, "allow_pickle")):
            yield node


def _is_set(words: dict[str | None, ast.expr], name: str) -> bool:
    value = words.get(name)
    return isinstance(value, ast.Constant) and value.value is True


if __name__ == "__main__":
    sys.exit(main())
