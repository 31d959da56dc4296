"""Whether a tracking server answers at all: one short request without any credential, or a look at a folder."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlgate.text import code

SECONDS = 5.0


def reach(uri: str, project: Path) -> str | None:
    """Return why nothing answers at an address, in inline form, or None where something does."""
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https"):
        return _by_http(parts.scheme, parts.hostname or "", parts.port, parts.path)
    if parts.scheme in ("", "file"):
        return None if (project / unquote(parts.path)).is_dir() else "the folder does not exist"
    if parts.scheme == "sqlite":
        return _by_sqlite(project / unquote(parts.path.removeprefix("/")))
    return f"nothing is known of {code(parts.scheme + '://')} here; `mlgate run metrics` asks it"


def _by_http(scheme: str, host: str, port: int | None, path: str) -> str | None:
    import http.client

    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    try:
        with closing(kind(host, port, timeout=SECONDS)) as connection:
            connection.request("GET", f"{path.rstrip('/')}/health")
            status = connection.getresponse().status
    except TimeoutError:
        return f"not within {SECONDS:g} s"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return code(getattr(error, "strerror", None) or str(error) or type(error).__name__)
    # Whoever asks for a name first is there too.
    return None if status < 500 and status != 404 else f"it says {status}, which MLflow would not"


def _by_sqlite(path: Path) -> str | None:
    if not path.is_file():
        return "the file does not exist"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            database.execute("select 1 from experiments limit 1")
    except sqlite3.Error as error:
        return code(error)
    return None
