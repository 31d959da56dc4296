"""Loads a contract in the worker: runs its Python, or reads its YAML, and says exactly why where it cannot be used."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, NamedTuple

from mlgate.data.contract_lines import column_lines, definition_line, function_lines
from mlgate.data.messages import Refusal, RefusedError
from mlgate.text import shorten

ENGINES = ("pandas", "polars")


class Contract(NamedTuple):
    """A loaded contract: the schema object, its name, its engine, and the lines of its columns and functions."""

    schema: Any
    name: str
    engine: str
    lines: dict[str, int]
    functions: dict[str, int]


def load_contract(path: Path, name: str | None, project: Path) -> Contract:
    """Return the contract in a file; raises `RefusedError`."""
    functions: dict[str, int] = {}
    if path.suffix in (".yaml", ".yml"):
        from mlgate.data.yaml_contract import read_schema

        schema, lines = read_schema(path)
        found = str(schema.name or path.stem)
    else:
        module = _run(path, project)
        found, held = _pick(_schemas(module), module, name)
        schema = _built(held, found, path, project)
        lines, functions = column_lines(_source(path), found), function_lines(_source(path))
    engine = _engine(schema)
    if not (schema.columns or schema.checks or schema.unique or schema.dtype) and schema.index is None:
        raise RefusedError(Refusal.CHECKS_NOTHING, subject=found, line=lines.get(found))
    return Contract(schema, found, engine, lines, functions)


def prepare_imports(project: Path) -> None:
    """Let contracts import the project: before what is installed, after the standard library; no byte code is left."""
    sys.dont_write_bytecode = True
    places = [project]
    if (project / "src").is_dir() and not (project / "src" / "__init__.py").exists():
        places.append(project / "src")
    installed = [i for i, entry in enumerate(sys.path) if entry.endswith(("site-packages", "dist-packages"))]
    at = installed[0] if installed else len(sys.path)
    sys.path[at:at] = [str(place) for place in places]


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _run(path: Path, project: Path) -> ModuleType:
    """Run a contract's file as the module that the project's own code would import."""
    from importlib.util import module_from_spec, spec_from_file_location

    parts = path.relative_to(project).with_suffix("").parts if path.is_relative_to(project) else (path.stem,)
    dotted = ".".join(parts) if all(part.isidentifier() for part in parts) else f"_contract_{abs(hash(path))}"
    spec = spec_from_file_location(dotted, path)
    if spec is None or spec.loader is None:
        raise RefusedError(Refusal.SYNTAX, said="not a Python file")
    module = module_from_spec(spec)
    sys.modules[dotted] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        raise _refusal(error, path, project) from error
    return module


def _refusal(error: BaseException, path: Path, project: Path) -> RefusedError:
    place, line = _place(error.__traceback__, path, project)
    said = first_line(error)
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, SyntaxError):
        where = Path(error.filename or path)
        inside = where.is_relative_to(project) and where != path
        return RefusedError(
            Refusal.SYNTAX,
            said=shorten(error.msg or "", 300),
            path=where.relative_to(project).as_posix() if inside else "",
            line=error.lineno,
        )
    if isinstance(error, SystemExit):
        return RefusedError(Refusal.EXITED, said=said, path=place, line=line)
    if isinstance(error, ModuleNotFoundError) and error.name and not _in_project(error.name, project):
        return RefusedError(Refusal.NOT_INSTALLED, subject=shorten(error.name), said=said, path=place, line=line)
    return RefusedError(Refusal.RAISED, said=said, path=place, line=line)


def _place(trace: TracebackType | None, path: Path, project: Path) -> tuple[str, int | None]:
    """Return the deepest line of the project's own code in a traceback: its path, or nothing for the contract."""
    found: tuple[str, int | None] = ("", None)
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        inside = file.is_relative_to(project) and "site-packages" not in file.parts
        if file == path or inside:
            found = ("" if file == path else file.relative_to(project).as_posix(), trace.tb_lineno)
        trace = trace.tb_next
    return found


def first_line(error: BaseException) -> str:
    """Return an exception as people read it: its kind, and the first line of what it says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return shorten(f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__, 300)


def _in_project(module: str, project: Path) -> bool:
    top = module.partition(".")[0]
    return any((place / top).is_dir() or (place / f"{top}.py").exists() for place in (project, project / "src"))


def _schemas(module: ModuleType) -> dict[str, Any]:
    """Return the schemas of a module: its own models that are not private, and every schema object."""
    found = {}
    for name, value in vars(module).items():
        if name.startswith("_") or (isinstance(value, type) and value.__module__ != module.__name__):
            continue
        if _is_model(value) or _is_schema(value):
            found[name] = value
    return found


def _is_model(value: object) -> bool:
    return isinstance(value, type) and any(
        base.__name__ == "DataFrameModel" and base.__module__.startswith("pandera.") for base in value.__mro__[1:]
    )


def _is_schema(value: object) -> bool:
    return any(
        base.__name__ == "DataFrameSchema" and base.__module__.startswith("pandera.") for base in type(value).__mro__
    )


def _pick(schemas: dict[str, Any], module: ModuleType, name: str | None) -> tuple[str, Any]:
    if name is None:
        if not schemas:
            raise RefusedError(Refusal.NO_SCHEMA)
        if len(schemas) > 1:
            raise RefusedError(Refusal.SEVERAL, known=_names(schemas))
        return next(iter(schemas.items()))
    held = getattr(module, name, None)
    if held is None:
        raise RefusedError(Refusal.NO_SUCH_NAME, subject=shorten(name), known=_names(schemas))
    if not (_is_model(held) or _is_schema(held)):
        kind = held.__name__ if isinstance(held, type) else type(held).__name__
        raise RefusedError(Refusal.NOT_A_SCHEMA, subject=shorten(name), said=shorten(kind), known=_names(schemas))
    return name, held


def _names(schemas: dict[str, Any]) -> tuple[str, ...]:
    return tuple(shorten(name) for name in schemas)[:200]


def _built(held: Any, name: str, path: Path, project: Path) -> Any:
    """Return the schema object of a model, or the object itself."""
    if not _is_model(held):
        return held
    try:
        return held.to_schema()
    except BaseException as error:
        facts = _refusal(error, path, project).event
        if facts.line is None:
            line = definition_line(_source(path), name)
            raise RefusedError(Refusal.RAISED, said=facts.said, line=line) from error
        raise RefusedError(facts.reason, said=facts.said, path=facts.path, line=facts.line) from error


def _engine(schema: Any) -> str:
    """Return which kind of frames a schema object is for, by the module of its class."""
    for base in type(schema).__mro__:
        parts = base.__module__.split(".")
        if base.__name__ == "DataFrameSchema" and parts[:2] == ["pandera", "api"] and len(parts) > 3:
            if parts[2] in ENGINES:
                return parts[2]
            raise RefusedError(Refusal.ENGINE, subject=parts[2])
    raise RefusedError(Refusal.ENGINE, subject=type(schema).__module__)
