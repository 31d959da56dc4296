"""Asks DVC which data its remote lacks, or brings some: a script by itself, run by the Python that has DVC.

Its answer is JSON. It is apart because DVC is the project's own, takes long to import, and may wait for a server that
never answers.
"""

from __future__ import annotations

import json
import os
import sys

NOT_INSTALLED, TOO_OLD, NO_REMOTE = "not-installed", "too-old", "no-remote"
PLUGIN, CREDENTIALS, UNREACHABLE = "plugin", "credentials", "unreachable"

_PLUGIN = ("RemoteMissingDepsError",)
_CREDENTIALS = (
    "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ClientAuthenticationError",
    "DefaultCredentialsError", "PermissionDenied", "PermissionError", "HTTPForbidden", "HTTPUnauthorized", "AuthError",
)  # fmt: skip
_DENIED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden", "Unauthorized")


def ask() -> dict[str, object]:
    """Return the outputs that the remote lacks, or the trouble in the way of knowing."""
    try:
        from dvc.repo import Repo
    except ImportError as error:
        return _trouble(NOT_INSTALLED, error)
    try:
        with Repo() as repo:
            remote = repo.cloud.get_remote()
            _reach(remote)
            status = repo.data_status(not_in_remote=True, remote_refresh=True, untracked_files="no")
            return {"lacks": sorted(str(path) for path in status["not_in_remote"]), "name": remote.name}
    except TypeError as error:
        return _trouble(TOO_OLD, error)
    except Exception as error:  # noqa: BLE001 - each kind of remote raises errors of its own library
        return _trouble(kind_of(error), error)


def bring(targets: list[str], revision: str | None) -> dict[str, object]:
    """Bring what these outputs of the work tree or of a revision hold into the cache, or return the trouble."""
    try:
        from dvc.repo import Repo
    except ImportError as error:
        return _trouble(NOT_INSTALLED, error)
    try:
        with Repo() as repo:
            _reach(repo.cloud.get_remote())
            # A revision's own config may name another remote, and names a folder from where no folder is.
            config = {section: repo.config[section] for section in ("core", "remote")}
            revisions = [revision] if revision else None
            repo.fetch(targets=targets, revs=revisions, workspace=revision is None, config=config)
            return {}
    except Exception as error:  # noqa: BLE001 - each kind of remote raises errors of its own library
        return _trouble(kind_of(error), error)


def kind_of(error: BaseException) -> str:
    """Return which trouble an error is, by its own kind and those of its causes."""
    chain = list(_causes(error))
    names = [type(one).__name__ for one in chain]
    if "NoRemoteError" in names:
        return NO_REMOTE
    if any(name in _PLUGIN for name in names) or any("to be installed" in str(one) for one in chain):
        return PLUGIN
    denied = any(getattr(one, "status", None) in (401, 403) for one in chain)
    if denied or any(name in _CREDENTIALS for name in names) or any(_says_denied(one) for one in chain):
        return CREDENTIALS
    return UNREACHABLE


def _reach(remote: object) -> None:
    """Raise what stands in the way: some file systems take every failure for an absent file, others say nothing."""
    fs, path = remote.fs, remote.path  # type: ignore[attr-defined]
    try:
        fs.info(path)
    except FileNotFoundError as error:
        if fs.protocol == "local":
            raise FileNotFoundError("the folder does not exist on this machine") from None
        failed = [one for one in _causes(error) if one is not error and getattr(one, "status", None) != 404]
        if failed:
            raise failed[-1] from None


def _causes(error: BaseException) -> list[BaseException]:
    found = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def _says_denied(error: BaseException) -> bool:
    return any(word in str(error) for word in _DENIED)


def _trouble(kind: str, error: BaseException) -> dict[str, object]:
    lines = str(error).strip().splitlines()
    return {"trouble": kind, "said": f"{type(error).__name__}: {lines[0] if lines else ''}"[:500]}


def main() -> None:
    """Ask, or bring what the arguments name, and write the answer; whatever DVC prints goes where errors go."""
    del sys.path[0]
    out = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(out, "w", encoding="utf-8") as stream:
        json.dump(bring(sys.argv[2:], sys.argv[1] or None) if len(sys.argv) > 1 else ask(), stream)


if __name__ == "__main__":
    main()
