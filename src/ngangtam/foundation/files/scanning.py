"""Asking a virus scanner of the house (ClamAV), when one is named.

`NGANGTAM_CLAMAV` is `unix:/run/clamav/clamd.ctl` or `tcp:host:port`; empty means that nobody is
asked. A scanner that is named and does not answer refuses: a door that is guarded only when the
guard happens to be there is not guarded.
"""

import socket
import struct
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from ngangtam.foundation.files.problems import FileRefusedError

_PIECE: Final = 64 * 1024
_SECONDS: Final = 30.0


def scan(data: bytes) -> None:
    """Send the bytes through the scanner.

    Errors: FileRefusedError when it finds something, does not answer, or answers something else.
    """
    address = settings.NGANGTAM_CLAMAV
    if not address:
        return
    try:
        answer = _ask(address, data)
    except (OSError, ValueError) as error:
        raise FileRefusedError(
            _("The virus scanner does not answer, so no file is taken. Try again later.")
        ) from error
    if answer == "stream: OK":
        return
    if answer.endswith("FOUND"):
        raise FileRefusedError(_("The virus scanner found something in the file."))
    raise FileRefusedError(_("The virus scanner could not check the file."))


def _ask(address: str, data: bytes) -> str:
    """Return the answer of INSTREAM: the length of each piece before it, and a zero at the end."""
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        try:
            for begin in range(0, len(data), _PIECE):
                piece = data[begin : begin + _PIECE]
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
        except BrokenPipeError:
            pass  # It has seen enough, and its answer says why.
        said = b""
        while not said.endswith(b"\0") and len(said) < 4096:
            piece = line.recv(1024)
            if not piece:
                break
            said += piece
    return said.rstrip(b"\0").decode(errors="replace").strip()


def _connected(address: str) -> socket.socket:
    way, _colon, rest = address.partition(":")
    if way == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_SECONDS)
        line.connect(rest)
        return line
    if way == "tcp":
        host, _colon, port = rest.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)
    raise ValueError(f"NGANGTAM_CLAMAV must begin with unix: or tcp:, got {address!r}")
