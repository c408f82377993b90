"""The one address of the local system: passes the API on, and serves the console beside it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Protocol

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.console import Console
from local.inprocess.gateway import Gateway, HttpRequest
from local.problems import problem

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_OF_ONE_CONNECTION = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
        "upgrade",
        # Those that the next connection writes itself.
        "host", "content-length",
    }
)  # fmt: skip
# httpx has decoded the body, and our own server says when it answered.
_MADE_ANEW = frozenset({"content-encoding", "date", "server"})


class Backend(Protocol):
    """What stands behind the front."""

    async def answer(self, request: Request) -> Response:
        """Answer one request of the API."""

    async def close(self) -> None:
        """Give back what it holds."""


class HttpBackend:
    """The API Gateway that listens at an address; connections to it are reused."""

    def __init__(self, url: str) -> None:
        self._url = httpx.URL(url)
        # The longest function may take 25 s, and a cold start comes on top.
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(60, connect=5), follow_redirects=False)

    async def answer(self, request: Request) -> Response:
        """Pass the request on as it came; a gateway that does not answer is a 502 or 504 problem."""
        target = self._url.raw_path + request.scope["raw_path"]
        if request.scope["query_string"]:
            target += b"?" + request.scope["query_string"]
        try:
            answer = await self._client.request(
                request.method,
                self._url.copy_with(raw_path=target),
                headers=_passed_on(request.headers),
                content=await request.body(),
            )
        except httpx.TimeoutException:
            return problem(HTTPStatus.GATEWAY_TIMEOUT, "The API did not answer in time.")
        except httpx.TransportError as error:
            return problem(HTTPStatus.BAD_GATEWAY, f"The API cannot be reached: {error}")
        headers = {name: value for name, value in _passed_on(answer.headers).items() if name not in _MADE_ANEW}
        return Response(answer.content, answer.status_code, headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class InProcessBackend:
    """The API Gateway of this process."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def answer(self, request: Request) -> Response:
        """Let the function answer on a thread of its own, as it blocks."""
        asked = HttpRequest(
            request.method,
            request.scope["raw_path"].decode("ascii"),
            request.scope["query_string"].decode("ascii"),
            request.headers.items(),
            await request.body(),
            request.client.host if request.client else "",
        )
        answer = await run_in_threadpool(self._gateway.handle, asked)
        response = Response(answer.body, answer.status, answer.headers)
        for cookie in answer.cookies:
            response.headers.append("set-cookie", cookie)
        return response

    async def close(self) -> None:
        """Hold nothing."""


def front(backend: Backend, console: Console) -> Starlette:
    """The application that a web server runs."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await backend.close()

    return Starlette(
        routes=[
            Route("/openapi.json", backend.answer, methods=["GET"]),
            Route("/v1/{path:path}", backend.answer, methods=METHODS),
            *console.routes(),
        ],
        exception_handlers={HTTPException: _refused},
        lifespan=lifespan,
    )


def _passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    named = {name.strip().lower() for name in headers.get("connection", "").split(",")}
    return {name.lower(): value for name, value in headers.items() if name.lower() not in _OF_ONE_CONNECTION | named}


async def _refused(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    return problem(status, f"No such address: {request.method} {request.url.path}")
