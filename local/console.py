"""Serves the console as CloudFront does, from the files in web/dist and with the headers of template.yaml."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from common.bus import ROLES
from common.edge.http import ORGANIZATION_ID
from local.engines import REGION
from local.inprocess.identity import ISSUER
from local.places import ROOT
from local.problems import problem
from local.template import Template, load

DIST = ROOT / "web" / "dist"
CONFIG = {"signIn": {"kind": "local"}}
"""What the console reads on this machine; a deployed one is written by `python -m ops console publish`."""

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_ADDRESS = re.compile(r"[^/.]*")
"""Of the console's own: all are the one page. As ConsoleAddresses in template.yaml."""
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class Tokens(Protocol):
    """Makes a caller's token."""

    def __call__(self, organization: str, role: str, user: str, /) -> str:
        """A JWT."""


class _Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    organization: Annotated[str, Field(pattern=ORGANIZATION_ID.pattern)]
    user: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.@-]+$")]
    role: Annotated[str, Field(pattern=rf"^({'|'.join(ROLES)})$")]


class Console:
    """The console's files, its configuration, and the tokens that it may have on this machine."""

    def __init__(self, tokens: Tokens, config: Mapping[str, object] = CONFIG, sign_in_origins: str = "") -> None:
        """`config` is what /config.json says, `sign_in_origins` what it needs to reach beside its own address."""
        self._tokens = tokens
        self._config = config
        self._headers = security_headers(sign_in_origins)

    def routes(self) -> list[BaseRoute]:
        """All its addresses; the last one takes whatever is left."""
        return [
            Route("/config.json", self._configured, methods=["GET"]),
            Route("/local/token", self._token, methods=["POST"]),
            Route("/{path:path}", self._file, methods=["GET"]),
        ]

    async def _configured(self, _: Request) -> Response:
        return JSONResponse(self._config, headers={**self._headers, "Cache-Control": _ASK_AGAIN})

    async def _file(self, request: Request) -> Response:
        path = request.path_params["path"]
        file = (DIST / ("index.html" if _ADDRESS.fullmatch(path) else path)).resolve()
        if not file.is_relative_to(DIST) or not file.is_file():
            return problem(HTTPStatus.NOT_FOUND, f"No such address: {request.method} {request.url.path}")
        kept = _FOREVER if file.parent.name == "assets" else _ASK_AGAIN
        return FileResponse(file, headers={**self._headers, "Cache-Control": kept})

    async def _token(self, request: Request) -> Response:
        """Whoever sits at this machine may be anybody. Not so a page of another site that a browser here shows."""
        origin = request.headers.get("origin")
        if request.url.hostname not in _HERE or origin not in (None, f"http://{request.url.netloc}"):
            return problem(HTTPStatus.FORBIDDEN, "Tokens are for this machine's own pages only.")
        try:
            wanted = _Wanted.model_validate_json(await request.body())
        except ValidationError as error:
            wrong = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors() if each["loc"])
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, wrong or "The body is not JSON.")
        token = await run_in_threadpool(self._tokens, wanted.organization, wanted.role, wanted.user)
        return JSONResponse({"token": token}, headers={"Cache-Control": "no-store"})


def security_headers(sign_in_origins: str) -> dict[str, str]:
    """Those of template.yaml's policy, but the one that is for TLS only."""
    values = {"AWS::StackName": "local", "AWS::Region": REGION, "JwtIssuer": ISSUER, "SignInOrigins": sign_in_origins}
    policy = Template(load(), values).properties("ConsoleHeaders")["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    return {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        **{each["Header"]: each["Value"] for each in policy["CustomHeadersConfig"]["Items"]},
    }
