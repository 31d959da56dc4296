"""The packages whose import costs a light command or a hook more time than it has."""

from __future__ import annotations

HEAVY = frozenset({
    "cmarkgfm", "dulwich", "dvc", "fsspec", "hypothesis", "jsonschema", "markdown_it", "matplotlib", "mlflow", "numpy",
    "pandas", "pandera", "polars", "pyarrow", "pydantic", "pygit2", "pytest", "rich", "ruamel", "scipy", "sklearn",
    "sqlalchemy", "torch",
})  # fmt: skip
