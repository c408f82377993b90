"""An HTTP server that answers as it is told, and notes what it was asked."""

import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WELL = (200, b'{"took": 1}')
HANGS_UP, SLEEPS = "hangs up", "sleeps"


@dataclass(frozen=True)
class Request:
    """What a server was asked, and by which connection."""

    connection: tuple[str, int]
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def server(*answers: Any, certificate: Path | None = None) -> Iterator[tuple[str, Sequence[Request]]]:
    """Its address, and what it was asked; it gives these answers, then good ones, and keeps connections."""
    asked: list[Request] = []
    left = iter(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # http.server's name
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append(Request(self.client_address, self.command, self.path, dict(self.headers.items()), body))
            answer = next(left, WELL)
            self.close_connection = answer in (HANGS_UP, SLEEPS)
            if answer == SLEEPS:
                time.sleep(0.5)
            if not self.close_connection:
                status, text = answer
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    serving = Quiet(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        serving.socket = context.wrap_socket(serving.socket, server_side=True)
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://localhost:{serving.server_port}", asked
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()
