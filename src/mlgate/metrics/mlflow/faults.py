"""What went wrong with an MLflow server, told apart by what its client raised; runs in the process that asks."""

from __future__ import annotations

import re

from mlgate.metrics.mlflow.messages import Fault, Trouble

DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")
_STATUS = re.compile(r"failed with error code (\d{3})")
_TOO_MANY = re.compile(r"too many (\d{3}) error responses")
_PAGES = ("not in a valid JSON format", "Exceeded 30 redirects")
_REASONS = {
    "Failed to resolve": "its name is not known",
    "Connection refused": "the connection is refused",
    "Network is unreachable": "there is no network",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not trusted",
    "WRONG_VERSION_NUMBER": "it does not speak TLS",
}
_LONGEST = 200


class AskedError(Exception):
    """A question that MLflow answered with no; holds the reason."""

    def __init__(self, fault: Fault) -> None:
        """Keep the reason."""
        super().__init__(fault.said)
        self.fault = fault


def fault_of(error: Exception, uri: str) -> Fault:
    """Return why nothing could be asked; credentials that stand in an address are left out of what was said."""
    text = without_credentials(str(error))
    if scheme_of(uri) in DATABASES and ("UnsupportedModelRegistry" in type(error).__name__ or _is_import(error)):
        return Fault(trouble=Trouble.NEEDS_DATABASE, said=scheme_of(uri))
    connection = _of_connection(error, text)
    if connection is not None:
        return connection
    status = _status(error, text)
    trouble = {401: Trouble.REFUSED, 403: Trouble.FORBIDDEN}.get(status)
    if any(sign in text for sign in _PAGES) or 300 <= status < 400 or _is_foreign_404(status, text):
        trouble = Trouble.NOT_MLFLOW
    elif trouble is None and status >= 500 and (_STATUS.search(text) or _TOO_MANY.search(text)):
        trouble = Trouble.SERVER_ERROR
    if trouble is not None:
        return Fault(trouble=trouble, said=str(status))
    return Fault(trouble=Trouble.OTHER, said=next(iter(text.strip().splitlines()), "")[:_LONGEST])


def without_credentials(text: str) -> str:
    """Return a text in which no address carries a name and password."""
    return _CREDENTIALS.sub("", text)


def scheme_of(uri: str) -> str:
    """Return the scheme of an address without the driver: `postgresql+psycopg2://...` is `postgresql`."""
    return uri.partition("://")[0].partition("+")[0].lower() if "://" in uri else ""


def _of_connection(error: Exception, text: str) -> Fault | None:
    from requests import exceptions

    cause = error if isinstance(error, exceptions.RequestException) else error.__context__ or error.__cause__
    if not isinstance(cause, (exceptions.ConnectionError, exceptions.Timeout)):
        return None
    if "timed out" in text:
        return Fault(trouble=Trouble.SILENT)
    reason = next((words for sign, words in _REASONS.items() if sign in text), "")
    return Fault(trouble=Trouble.UNREACHABLE, said=reason)


def _status(error: Exception, text: str) -> int:
    stated = _STATUS.search(text) or _TOO_MANY.search(text)
    if stated:
        return int(stated[1])
    ask = getattr(error, "get_http_status_code", None)
    return int(ask()) if callable(ask) else 0


def _is_foreign_404(status: int, text: str) -> bool:
    """Return whether an address was not found at all, which MLflow says of a run in JSON and a stranger in HTML."""
    return status == 404 and _STATUS.search(text) is not None


def _is_import(error: Exception) -> bool:
    return isinstance(error, ImportError) or "No module named" in str(error)
