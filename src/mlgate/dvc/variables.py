"""Loads the values that templates may name: `params.yaml`, and what `vars:` lists at the top and in a stage."""

from __future__ import annotations

from typing import Any

from mlgate.documents import DocumentError, Path
from mlgate.dvc.params import DEFAULT, read_params
from mlgate.dvc.paths import join
from mlgate.dvc.reading import Shape, placed
from mlgate.dvc.template import Scope, TemplateError, is_template
from mlgate.files import Files
from mlgate.text import code


class Variables:
    """Fills scopes from the files of one side; `prefix` stands before a params file's name in its errors."""

    def __init__(self, files: Files, shape: Shape, prefix: str) -> None:
        """Keep where values come from."""
        self._files = files
        self._shape = shape
        self._prefix = prefix

    def load_default(self, scope: Scope, folder: str) -> None:
        """Take in the `params.yaml` beside a `dvc.yaml`, where there is one."""
        path = join(folder, DEFAULT)
        if self._read(path) is not None:
            self._load_file(scope, DEFAULT, folder)

    def load(self, scope: Scope, items: object, folder: str, path: Path) -> None:
        """Take in the items of a `vars:` list that stands at `path` of the document."""
        for index, item in enumerate(self._shape.sequence(items, path)):
            place = (*path, index)
            self._refuse_templates(item, place)
            try:
                if isinstance(item, str):
                    self._load_file(scope, item, folder)
                else:
                    scope.add(self._shape.mapping(item, place), "`vars:`")
            except TemplateError as error:
                self._shape.fail(place, error.message, error.hint)

    def _load_file(self, scope: Scope, item: str, folder: str) -> None:
        name, _, listed = item.partition(":")
        path = join(folder, name)
        keys = [key for key in listed.split(",") if key] or None
        if path in scope.files:
            loaded = scope.files[path]
            if keys is None and loaded is None:
                return
            if keys is None or loaded is None or set(keys) & set(loaded):
                raise TemplateError(f"{code(item)} is loaded already", f"keep one line for {code(name)}")
        scope.add(self._chosen(path, item, keys), code(name))
        scope.files[path] = keys if keys is None else [*(scope.files.get(path) or ()), *keys]

    def _chosen(self, path: str, item: str, keys: list[str] | None) -> dict[Any, Any]:
        values = self._read(path)
        if values is None:
            raise TemplateError(f"the file {code(path)} does not exist")
        if not isinstance(values, dict):
            raise TemplateError(f"{code(path)} holds no keys and values")
        for key in keys or ():
            if key not in values:
                raise TemplateError(f"{code(path)} has no key {code(key)}, which {code(item)} asks for")
        return {key: values[key] for key in keys} if keys else values

    def _read(self, path: str) -> Any:
        try:
            return read_params(self._files, path)
        except DocumentError as error:
            raise placed(error, self._prefix + path) from None

    def _refuse_templates(self, value: object, path: Path) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                self._refuse_templates(key, (*path, key))
                self._refuse_templates(inner, (*path, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                self._refuse_templates(inner, (*path, index))
        elif is_template(value):
            self._shape.fail(path, "a template inside `vars:`, where DVC allows none", "write the value itself")
