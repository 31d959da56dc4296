"""Cuts GitHub's official OpenAPI description down to the few operations that mlgate uses, for the tests.

Usage: npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
       python scripts/github_api.py package/generated/api.github.com.json

The description is GitHub's own (github.com/github/rest-api-description, MIT), as the npm package `@octokit/openapi`
ships it. Prose and examples are left out; the schemas are as they are. Writes tests/publish/data/github-api.json.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

OPERATIONS = {
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ("get", "post"),
    "/repos/{owner}/{repo}/issues/comments/{comment_id}": ("get", "patch", "delete"),
    "/repos/{owner}/{repo}/issues": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}": ("get", "patch"),
    "/repos/{owner}/{repo}/check-runs": ("post",),
    "/repos/{owner}/{repo}/check-runs/{check_run_id}": ("patch",),
    "/repos/{owner}/{repo}/commits/{ref}/check-runs": ("get",),
    "/repos/{owner}/{repo}/pulls": ("get",),
    "/repos/{owner}/{repo}/rulesets": ("post",),
    "/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts": ("get",),
    "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}": ("get",),
}
TARGET = Path(__file__).resolve().parents[1] / "tests/publish/data/github-api.json"
_PROSE = ("description", "summary", "example", "examples", "externalDocs", "tags", "x-github", "x-octokit", "title")
_NAMES = ("properties", "parameters", "schemas", "responses", "headers", "paths")


def lean(value: Any, *, names: bool = False) -> Any:
    """Return a value without prose; below `properties` and its like every key is a name and stays."""
    if isinstance(value, list):
        return [lean(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: inner if key == "enum" else lean(inner, names=not names and key in _NAMES and isinstance(inner, dict))
        for key, inner in value.items()
        if names or key not in _PROSE
    }


def needed(value: Any, source: dict[str, Any], found: dict[str, Any]) -> None:
    """Collect in `found` every component that `value` refers to, directly or not."""
    for reference in sorted(set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(value)))):
        kind, name = reference.split("/")
        if name not in found.setdefault(kind, {}):
            found[kind][name] = lean(source["components"][kind][name])
            needed(found[kind][name], source, found)


def main(path: Path) -> None:
    """Write the lean description."""
    source = json.loads(path.read_text(encoding="utf-8"))
    paths = {
        name: {method: lean(source["paths"][name][method]) for method in methods}
        for name, methods in OPERATIONS.items()
    }
    components: dict[str, Any] = {}
    needed(paths, source, components)
    made = {
        "info": {"source": "npm @octokit/openapi, by scripts/github_api.py", "version": source["info"]["version"]},
        "openapi": source["openapi"],
        "paths": paths,
        "components": components,
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
