"""Reads every `dvc.yaml` and `.dvc` file of a project as DVC 3 does, without DVC and without data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mlgate.dvc.cache import Cache
from mlgate.dvc.config import parsing_options
from mlgate.dvc.expand import Expander
from mlgate.dvc.ignore import Ignore, load_ignore
from mlgate.dvc.metric_files import find_metrics
from mlgate.dvc.paths import folder_of, is_inside, join
from mlgate.dvc.reading import Shape, placed, read_document
from mlgate.dvc.records import Pipelines, Stage, TrackedData
from mlgate.dvc.schema import check_top
from mlgate.dvc.stages import build_stage
from mlgate.dvc.template import Scope, TemplateError, to_text
from mlgate.dvc.variables import Variables
from mlgate.errors import MlgateError
from mlgate.files import Files

NAME = "dvc.yaml"
SUFFIX = ".dvc"


class Reading(Struct, frozen=True):
    """What could be read of a side's pipelines, and what could not, with its place."""

    pipelines: Pipelines
    problems: tuple[MlgateError, ...]


class _Part(Struct, frozen=True):
    stages: tuple[Stage, ...]
    metrics: tuple[str, ...]
    params: tuple[str, ...]
    models: tuple[str, ...] = ()


def load_pipelines(files: Files, prefix: str = "", cache: Cache | None = None) -> Pipelines:
    """Return what the DVC files of one side say; `prefix` is the project folder, for the places in errors.

    With a `cache`, a metric directory that is not in the work tree is looked up there. Raises `MlgateError` with
    `file:line:column` for the first file that cannot be read or resolved.
    """
    reading = read_pipelines(files, prefix, cache)
    if reading.problems:
        raise reading.problems[0]
    return reading.pipelines


def read_pipelines(files: Files, prefix: str = "", cache: Cache | None = None) -> Reading:
    """Return what the DVC files of one side say, and every problem in them."""
    problems: list[MlgateError] = []
    ignore = load_ignore(files)
    names = [name for name in files.named(NAME) if not ignore.covers(name)]
    parts = list(_parts(files, names, prefix, problems))
    stages = tuple(stage for part in parts for stage in part.stages)
    found = Pipelines(
        files=tuple(names),
        stages=stages,
        data=tuple(_data_files(files, prefix, ignore, stages, problems)),
        top_metrics=tuple(path for part in parts for path in part.metrics),
        params=tuple(path for part in parts for path in part.params),
        models=tuple(path for part in parts for path in part.models),
    )
    try:
        return Reading(replace(found, metrics=find_metrics(files, found, prefix, cache)), tuple(problems))
    except MlgateError as error:
        return Reading(found, (*problems, error))


def _parts(files: Files, names: Iterable[str], prefix: str, problems: list[MlgateError]) -> Iterator[_Part]:
    for name in names:
        try:
            yield _read_part(files, name, prefix)
        except MlgateError as error:
            problems.append(placed(error, prefix + name))


def _read_part(files: Files, name: str, prefix: str) -> _Part:
    document = read_document(files, name)
    if document is None:
        return _Part((), (), ())
    shape = Shape(document)
    top = document.value
    check_top(shape, top)
    folder = folder_of(name)
    scope = Scope(parsing_options(files))
    variables = Variables(files, shape, prefix)
    try:
        variables.load_default(scope, folder)
    except TemplateError as error:
        shape.fail((), error.message, error.hint)
    variables.load(scope, top.get("vars", []), folder, ("vars",))
    expander = Expander(shape, variables, scope, folder)
    stages = expander.stages(top.get("stages", {}))
    return _Part(
        tuple(build_stage(shape, plain, name) for plain in stages),
        _top_paths(expander, top.get("metrics", []), "metrics", folder),
        _top_paths(expander, top.get("params", []), "params", folder),
        tuple(_models(expander, top.get("artifacts", {}), folder)),
    )


def _top_paths(expander: Expander, listed: list[str], section: str, folder: str) -> tuple[str, ...]:
    filled = (expander.filled(path, (section, index), section) for index, path in enumerate(listed))
    return tuple(join(folder, to_text(path)) for path in filled)


def _models(expander: Expander, artifacts: Mapping[str, Any], folder: str) -> Iterator[str]:
    for name, artifact in artifacts.items():
        if artifact.get("type") == "model":
            path = expander.filled(artifact["path"], ("artifacts", name, "path"), "artifacts")
            yield join(folder, to_text(path))


def _data_files(
    files: Files, prefix: str, ignore: Ignore, stages: Iterable[Stage], problems: list[MlgateError]
) -> Iterator[TrackedData]:
    made = [out.path for stage in stages for out in stage.outs]
    for name in files.ending(SUFFIX):
        if name.rpartition("/")[2] == SUFFIX or ignore.covers(name) or any(is_inside(name, path) for path in made):
            continue
        from mlgate.dvc.data_files import read_data_file

        try:
            yield read_data_file(files, name)
        except MlgateError as error:
            problems.append(placed(error, prefix + name))
