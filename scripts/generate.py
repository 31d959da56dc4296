"""Makes what repeats from where it is decided: the schemas, the hooks file, the tables of README and docs.

Usage: python scripts/generate.py [--check]. With --check nothing is written; what is out of date is named, exit 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import yaml
from config_table import config_table
from tighter_table import tighter_table

from mlgate import schemas
from mlgate.checks import BUILTIN
from mlgate.doctor.practices import PRACTICES
from mlgate_hooks.catalog import HOOKS

ROOT = Path(__file__).resolve().parents[1]
NOTICE = "# Made by `make generate` from hooks/mlgate_hooks/catalog.py.\n"


def hooks_file() -> str:
    """Return `.pre-commit-hooks.yaml`."""
    entries = []
    for hook in HOOKS:
        entry: dict[str, object] = {
            "id": hook.id,
            "name": hook.name,
            "description": f"{hook.does[0].upper()}{hook.does[1:]}.",
            "entry": hook.entry,
            "language": "python",
            "stages": list(hook.stages),
        }
        if hook.files:
            entry["files"] = hook.files
        if not hook.takes_files:
            entry["pass_filenames"] = False
        if not hook.files:
            entry["always_run"] = True
        if hook.is_whole:
            entry["require_serial"] = True
        if hook.dependencies:
            entry["additional_dependencies"] = list(hook.dependencies)
        entry["minimum_pre_commit_version"] = "3.2.0"
        entries.append(entry)
    return NOTICE + yaml.safe_dump(entries, sort_keys=False, width=200)


def checks_table() -> str:
    """Return the table of the built-in checks."""
    rows = [f"| [`{check.id}`](docs/checks/{check.id}.md) | {check.question} |" for check in BUILTIN.values()]
    return "\n".join(["| check | asks |", "|---|---|", *rows])


def hooks_table() -> str:
    """Return the table of the hooks."""
    rows = [f"| `{hook.id}` | {', '.join(hook.stages)} | {hook.does} |" for hook in HOOKS]
    return "\n".join(["| hook | when | what it does |", "|---|---|---|", *rows])


def action_tables() -> str:
    """Return the tables of the action's inputs and outputs."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs = [
        f"| `{name}` | {about['description']} | {f'`{default}`' if (default := about.get('default')) else ''} |"
        for name, about in action["inputs"].items()
    ]
    outputs = [f"| `{name}` | {about['description']} |" for name, about in action["outputs"].items()]
    return "\n".join([
        *("| input | what it is | default |", "|---|---|---|", *inputs, ""),
        *("| output | what it is |", "|---|---|", *outputs),
    ])  # fmt: skip


def practices_table() -> str:
    """Return the table of what `mlgate doctor` looks at."""
    rows = [f"| `{practice.id}` | {practice.group.lower()} | {practice.question} |" for practice in PRACTICES]
    return "\n".join(["| practice | about | asks |", "|---|---|---|", *rows])


TABLES: dict[str, Callable[[], str]] = {
    "checks": checks_table,
    "hooks": hooks_table,
    "action": action_tables,
    "config": config_table,
    "practices": practices_table,
    "tighter": tighter_table,
}
_PLACE = re.compile(r"(<!-- generated:(\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """Return a page with every generated table made anew."""
    return _PLACE.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}\n{found[3]}", text)


def generated() -> dict[Path, str]:
    """Return every generated file with what it should hold."""
    files = {ROOT / ".pre-commit-hooks.yaml": hooks_file()}
    for name, content in schemas.documents().items():
        files[ROOT / "schema" / name] = content
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        text = page.read_text(encoding="utf-8")
        if "<!-- generated:" in text:
            files[page] = with_tables(text)
    return files


def main(*, check: bool) -> int:
    """Write what is out of date, or name it."""
    stale = [
        (path, text)
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
