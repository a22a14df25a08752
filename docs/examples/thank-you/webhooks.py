"""Is a message from DineGraph, unaltered, and of this minute? Standard Webhooks, https://www.standardwebhooks.com."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Mapping

PREFIX = "whsec_"
TOLERANCE = 5 * 60
"""How many seconds our clock and theirs may differ: an older message is somebody's recording."""


class Refused(Exception):
    """The message is not to be believed; says why."""


def key_of(secret: str) -> bytes:
    """The key behind a secret as it was shown at the registration. Raises ValueError for what is none."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"a secret begins with {PREFIX}")
    return base64.b64decode(secret[len(PREFIX) :], validate=True)


def verify(headers: Mapping[str, str], body: bytes, key: bytes) -> str:
    """Returns the message's id, the same each time the message is sent. Raises Refused."""
    message_id, timestamp, signatures = (
        headers.get(f"webhook-{name}") or "" for name in ("id", "timestamp", "signature")
    )
    if not (message_id and timestamp and signatures):
        raise Refused("it is not signed")
    # As they stood in the head: http.server reads its bytes as Latin-1.
    signed = f"{message_id}.{timestamp}.".encode("latin-1") + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # Several stand there, by spaces, while one secret takes another's place.
    # compare_digest takes as long for a wrong one as for a right one, so that nobody can feel their way to it.
    if not any(hmac.compare_digest(one.encode("latin-1"), expected) for one in signatures.split(" ")):
        raise Refused("its signature does not fit")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
        raise Refused("it is not of this minute")
    return message_id
