"""A thin proxy in front of the real OpenSearch, through which a test meddles with bulks and with nothing else."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import urllib3

Item = tuple[bytes, bytes]
"""The two lines of one document: the action and the source."""
Answer = dict[str, Any]
Send = Callable[[Sequence[Item]], Answer]
Meddle = Callable[[Sequence[Item], Send], Answer]
"""Gets the items of a bulk and the way to OpenSearch, answers what the client is to hear."""


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


class SearchProxy:
    """Use it in a `with`; `url` stands for the OpenSearch behind it."""

    def __init__(self, target: str, meddle: Meddle) -> None:
        self._pool = urllib3.PoolManager(maxsize=10, retries=False)
        self._target = target
        self._meddle = meddle
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self._reply))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._pool.clear()

    def _reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> _Reply:
        def send(items: Sequence[Item]) -> Answer:
            lines = b"".join(b"%b\n%b\n" % item for item in items)
            answer: Answer = json.loads(self._forward(method, path, headers, lines).body)
            return answer

        if "/_bulk" not in path:
            return self._forward(method, path, headers, body)
        lines = body.splitlines()
        answer = self._meddle(list(zip(lines[::2], lines[1::2], strict=True)), send)
        return _Reply(200, {"content-type": "application/json"}, json.dumps(answer).encode())

    def _forward(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> _Reply:
        kept = {name: value for name, value in headers.items() if name.lower() == "content-type"}
        answer = self._pool.request(method, self._target + path, headers=kept, body=body or None)
        return _Reply(answer.status, {"content-type": answer.headers.get("content-type", "")}, answer.data)


def _handler_of(reply: Callable[[str, str, Mapping[str, str], bytes], _Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            answer = reply(self.command, self.path, dict(self.headers), body)
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)
            except ConnectionError:
                self.close_connection = True  # the client is dead: that is what the test is about

        do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
            """Say nothing."""

    return Handler
