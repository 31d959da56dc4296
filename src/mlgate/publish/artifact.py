"""Takes a report out of an artifact that an untrusted run uploaded: in memory, one known member, within caps."""

from __future__ import annotations

import io
import zipfile
import zlib

from mlgate.errors import MlgateError
from mlgate.render.json_document import MAX_BYTES
from mlgate.text import code

MEMBER = "report.json"
MAX_ARCHIVE = 10_000_000
MAX_RATIO = 200

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class ArtifactError(MlgateError):
    """An artifact that is not what the gate uploads."""


def unpack(data: bytes) -> bytes:
    """Return the report's bytes; raises `ArtifactError` for an archive that holds anything but it, or too much."""
    if len(data) > MAX_ARCHIVE:
        raise ArtifactError(f"the artifact has more than the {MAX_ARCHIVE:,} bytes that are read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _only(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ArtifactError(f"the artifact is no readable archive: {code(type(error).__name__)}") from None


def _only(archive: zipfile.ZipFile) -> bytes:
    names = [member.orig_filename for member in archive.infolist()]
    if names != [MEMBER]:
        found = ", ".join(code(name, 60) for name in names[:3]) + (" …" if len(names) > 3 else "")
        raise ArtifactError(f"the artifact must hold {code(MEMBER)} once and nothing else, not {found or 'nothing'}")
    (member,) = archive.infolist()
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        raise ArtifactError(f"{code(MEMBER)} in the artifact is encrypted or packed in an unknown way")
    # What the archive says of its own sizes is not trusted: no more is unpacked than may be read.
    most = min(MAX_BYTES, max(member.compress_size, 1) * MAX_RATIO)
    with archive.open(member) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ArtifactError(f"{code(MEMBER)} in the artifact unpacks to more than {most:,} bytes")
    return content
