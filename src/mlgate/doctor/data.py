"""Practices about data: contracts, where the data are kept, and whether they are here."""

from __future__ import annotations

import shlex

from mlgate.data.convention import FOLDER
from mlgate.doctor.practice import Answer, Facts, fine, missing, not_needed
from mlgate.dvc.cache import find_dvc
from mlgate.dvc.config import NAMES, parse_config
from mlgate.text import amount, code, codes


def contracts(facts: Facts) -> Answer:
    """Ask whether each dataset has a contract."""
    datasets = facts.context.config.datasets
    if not datasets:
        seen = list(facts.found.datasets.values())
        if not seen:
            return not_needed("no tables were found here")
        says = f"{amount(len(seen), 'table')} here, and no `datasets:` in the config: {codes(seen, 3)}"
        return missing(says, "run `mlgate init config`, or name them under `datasets:` with a pandera contract each")
    without = [name for name, dataset in datasets.items() if dataset.contract is None]
    if without:
        says = f"{len(without)} of {amount(len(datasets), 'dataset')} without a contract: {codes(without, 3)}"
        path, place = datasets[without[0]].path, f"{FOLDER}/{without[0]}.py"
        draft = f"mlgate contract infer {shlex.quote(path)} --output {shlex.quote(place)}"
        return missing(says, f"draft one with {code(draft)}: there the dataset has it by its name")
    return fine(f"{amount(len(datasets), 'dataset')}, each with a contract")


def data_kept(facts: Facts) -> Answer:
    """Ask whether data are kept by DVC, and can be had by others from a remote."""
    found = facts.found.pipelines
    kept = [out.path for stage in found.stages for out in stage.outs if out.cache]
    kept += [out.path for data in found.data for out, _ in data.outs]
    folder = find_dvc(facts.context.project, facts.context.root)
    if folder is None:
        tables = list(facts.found.datasets.values())
        if not tables and not kept:
            return not_needed("no data were found here")
        return missing("the data have no versions of their own", "run `dvc init`, and `dvc add` for each dataset")
    if not kept:
        return not_needed("DVC is here and keeps nothing")
    options: dict[str, str] = {}
    for name in NAMES:
        place = folder / name
        if place.is_file():
            options |= parse_config(place.read_text(encoding="utf-8", errors="replace")).get("core", {})
    remote = options.get("remote")
    if not remote:
        says = f"DVC keeps {amount(len(kept), 'output')}, and has no default remote: nobody else can get them"
        return missing(says, "run `dvc remote add --default store s3://BUCKET/PATH`, then `dvc push`")
    return fine(f"{amount(len(kept), 'output')}, with the remote {code(remote)}")


def locked(facts: Facts) -> Answer:
    """Ask whether the pipelines have run and left a lock behind."""
    files = list(dict.fromkeys(stage.file for stage in facts.found.pipelines.stages))
    if not files:
        return not_needed("no DVC pipeline was found here")
    without = [file for file in files if not facts.context.exists(file.removesuffix("dvc.yaml") + "dvc.lock")]
    if without:
        return missing(f"no `dvc.lock` beside {codes(without, 3)}", "run `dvc repro`, and commit `dvc.lock`")
    return fine(f"{amount(len(files), 'pipeline')} with a lock; `mlgate run repro` says whether it is in step")
