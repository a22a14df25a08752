"""
A remote plug-in of DineGraph: thanks a diner whose order is paid. Python 3.9 or later, and nothing else.

    python3 server.py --port 8099 --secret-file secret

Two addresses, both by POST: /graphql answers its part of the graph, /webhooks takes events. See README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from graphql import Resolvers, answer
from thanks import Thanks
from webhooks import Refused, key_of, verify

SDL = Path(__file__).with_name("schema.graphql").read_text("utf-8")
MAX_BODY = 1_000_000
"""How many bytes a request may have."""

ABOUT: Resolvers = {
    "Query": {"_service": lambda _: {"__typename": "_Service"}},
    "_Service": {"sdl": lambda _: SDL},
}
"""What anybody may ask while nobody can sign: the product reads the schema before it makes the secret."""


def whole_graph(thanks: Thanks) -> Resolvers:
    """All that the product may ask."""
    return {
        **ABOUT,
        "Query": {
            **ABOUT["Query"],
            # The gateway has the order's key, and wants our fields of it.
            "_entities": lambda _, representations: [known(one) for one in representations],
            "thanksGiven": lambda _, storeId: thanks.given(storeId),
        },
        "Order": {
            "id": lambda order: order["id"],
            "thanks": lambda order: thanks.of_order(order["id"]),
        },
        "Thanks": {
            "text": lambda one: one["text"],
            "at": lambda one: one["at"],
        },
    }


def known(representation: dict) -> dict | None:
    """An order is what it is called: what we have not heard of has no thanks."""
    if representation["__typename"] != "Order":
        return None
    return {"__typename": "Order", "id": representation["id"]}


class Handler(BaseHTTPRequestHandler):
    """A connection. `thanks` and `secret` are given by `serve`."""

    thanks: Thanks
    secret: Secret
    protocol_version = "HTTP/1.1"
    # Seconds after which a silent connection is closed.
    timeout = 60
    # Head and body go out together.
    wbufsize = -1

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        take = {"/graphql": self._graph, "/webhooks": self._webhook}.get(self.path)
        if not take:
            return self._answer(HTTPStatus.NOT_FOUND)
        try:
            take(body)
        except Refused as refusal:
            print(f"refused a request to {self.path}: {refusal}", file=sys.stderr, flush=True)
            self._answer(HTTPStatus.UNAUTHORIZED)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR)

    def _graph(self, body: bytes) -> None:
        key = self.secret.key()
        if key:
            verify(self.headers, body, key)
        request = as_json(body)
        self._answer(HTTPStatus.OK, answer(request, whole_graph(self.thanks) if key else ABOUT))

    def _webhook(self, body: bytes) -> None:
        key = self.secret.key()
        if not key:
            raise Refused("there is no secret yet")
        webhook_id = verify(self.headers, body, key)
        event = as_json(body)
        try:
            new = self.thanks.take(webhook_id, event)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            # It will come again, and in the end lie among the dead deliveries for somebody to look at.
            print(f"did not understand {webhook_id}: {error!r}", file=sys.stderr, flush=True)
            return self._answer(HTTPStatus.BAD_REQUEST)
        # Only now that it is kept may the product forget it.
        self._answer(HTTPStatus.NO_CONTENT)
        print(f"{'took' if new else 'passed over'} {event['name']} of {event['aggregate']}", flush=True)

    def _body(self) -> bytes | None:
        length = self.headers.get("content-length") or ""
        if not length.isdecimal() or self.headers.get("transfer-encoding"):
            problem = HTTPStatus.LENGTH_REQUIRED
        elif int(length[:20]) > MAX_BODY:
            problem = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        else:
            return self.rfile.read(int(length))
        # What follows on this connection is a body that nobody has read.
        self.close_connection = True
        self._answer(problem)
        return None

    def _answer(self, status: HTTPStatus, value: Any = None) -> None:
        body = b"" if value is None else json.dumps(value).encode("utf-8")
        self.send_response(status)
        if self.close_connection:
            self.send_header("connection", "close")
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing of each request."""


class Secret:
    """The secret of the registration, read anew for each request: it comes, and is renewed, while the server runs."""

    def __init__(self, file: str | None, value: str | None) -> None:
        self._file = file
        self._value = value

    def key(self) -> bytes | None:
        """None while there is none."""
        text = self._value or ""
        if self._file and os.path.exists(self._file):
            text = Path(self._file).read_text("utf-8")
        return key_of(text.strip()) if text.strip() else None


def as_json(body: bytes) -> Any:
    """What a body holds; None for what is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def serve() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description="Thanks diners whose orders are paid.")
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8099")), help="0 takes any")
    parser.add_argument("--secret-file", default=os.environ.get("SECRET_FILE"), help="it may come later; or SECRET")
    parser.add_argument("--database", default=os.environ.get("DATABASE", ":memory:"), help="a file of SQLite")
    options = parser.parse_args()

    Handler.thanks = Thanks(options.database)
    Handler.secret = Secret(options.secret_file, os.environ.get("SECRET"))
    try:
        Handler.secret.key()
    except ValueError as error:
        parser.error(f"the secret cannot be read: {error}")
    with ThreadingHTTPServer((options.host, options.port), Handler) as server:
        print(f"listening on http://{options.host}:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    serve()
