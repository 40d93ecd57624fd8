"""The page of a report, served to the browser of this machine, where a person decides about findings.

The server listens on 127.0.0.1 only, on a free port, and answers only below a random token. A request must name that
address as its host, so that no other name leads here. A request that changes something must come from the page itself,
be short, and be JSON, which no form on another page can send.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any

HOST = "127.0.0.1"
LONGEST = 4_096  # bytes of a decision
SECONDS = 10.0  # seconds for a request to arrive
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
Decide = Callable[[Any], dict[str, Any]]  # from what the page sent to what it is to show; ValueError for bad input


class Served(ThreadingHTTPServer):
    """The server of a page and of the decisions made on it, until `shutdown`."""

    daemon_threads = True

    def __init__(self, page: bytes, state: Callable[[], dict[str, Any]], decide: Decide) -> None:
        super().__init__((HOST, 0), _Handler)
        self.page, self.state, self.decide = page, state, decide
        self.token = token_urlsafe(24)

    @property
    def origin(self) -> str:
        """Return the page's origin, as a browser names it."""
        return f"http://{HOST}:{self.server_address[1]}"

    @property
    def address(self) -> str:
        """Return the address of the page."""
        return f"{self.origin}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: Served
    timeout = SECONDS
    server_version, sys_version = "dedupe", ""

    def do_GET(self) -> None:  # the name that the library calls
        name = self._name()
        if name == "":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", self.server.page)
        elif name == "state":
            self._send_json(HTTPStatus.OK, self.server.state())
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        size = self.headers.get("Content-Length", "")
        if self._name() != "decide":
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get("Origin") != self.server.origin:
            self._refuse(HTTPStatus.FORBIDDEN)
        elif self.headers.get("Content-Type") != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not (size.isascii() and size.isdigit()) or len(size) > len(str(LONGEST)) or int(size) > LONGEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            try:
                told = self.server.decide(json.loads(self.rfile.read(int(size))))
            except (ValueError, RecursionError) as error:
                self._send_json(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            else:
                self._send_json(HTTPStatus.OK, told)

    def _name(self) -> str | None:
        """Return the path below the token; None if the token or the host is not ours."""
        token, slash, name = self.path.removeprefix("/").partition("/")
        is_ours = compare_digest(token.encode("utf-8", "replace"), self.server.token.encode())
        is_here = self.headers.get_all("Host") == [self.server.origin.removeprefix("http://")]
        return name if is_ours and is_here and slash else None

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True  # the rest of the request is not read
        self._send(status, "text/plain; charset=utf-8", status.phrase.encode())

    def _send_json(self, status: HTTPStatus, row: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(row).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: no log may hold an address with its token."""
