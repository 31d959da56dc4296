"""Events of the forge for tests: the file and the variables that a runner sets, cut down to what it really sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ZERO = "0" * 40


def runner(folder: Path, name: str, payload: Mapping[str, Any] | str | bytes, **more: str) -> dict[str, str]:
    """Write the event file and return the variables of a run that this event started."""
    path = folder / "event.json"
    if isinstance(payload, Mapping):
        payload = json.dumps(payload)
    path.write_bytes(payload.encode() if isinstance(payload, str) else payload)
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_RUN_ID": "123",
        "GITHUB_RUN_ATTEMPT": "2",
        **more,
    }


def pull_request(base: str, head: str, *, branch: str = "main", **more: Any) -> dict[str, Any]:
    """Return the payload of a `pull_request` event."""
    return {
        "action": "synchronize",
        "pull_request": {"number": 7, "base": {"sha": base, "ref": branch}, "head": {"sha": head, "ref": "x"}, **more},
        "repository": {"default_branch": "main"},
    }


def merge_group(base: str, head: str, *, branch: str = "main") -> dict[str, Any]:
    """Return the payload of a `merge_group` event."""
    group = {"base_sha": base, "head_sha": head, "base_ref": f"refs/heads/{branch}"}
    return {"action": "checks_requested", "merge_group": group, "repository": {"default_branch": "main"}}


def push(before: str, after: str, *, default: str = "main", **more: Any) -> dict[str, Any]:
    """Return the payload of a `push` event."""
    return {"before": before, "after": after, "repository": {"default_branch": default}, **more}
