"""What the names of a Python file stand for, as far as its imports say."""

from __future__ import annotations

import ast


class Names:
    """The local names that imports bind, anywhere in the file, and the dotted names that they stand for."""

    def __init__(self, tree: ast.Module) -> None:
        """Read every import of the file."""
        self._known: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    local = name.asname or name.name.partition(".")[0]
                    self._known[local] = name.name if name.asname else local
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for name in node.names:
                    self._known[name.asname or name.name] = f"{node.module}.{name.name}"

    @property
    def modules(self) -> list[str]:
        """Return the dotted names that imports bind."""
        return list(self._known.values())

    def of(self, node: ast.expr) -> str:
        """Return the dotted name that an expression stands for, or nothing where no import leads to it."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._known:
            return ""
        return ".".join([self._known[node.id], *reversed(parts)])
