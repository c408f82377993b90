"""`python -m ops --stack NAME console publish`: the console's files to where CloudFront finds them."""

import argparse
import mimetypes
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
import orjson

from common.errors import Permanent
from local.places import ROOT
from ops.target import outputs_of

DIST = ROOT / "web" / "dist"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
# What the user pool tells of a client and does not take back.
_TOLD = frozenset({"ClientSecret", "CreationDate", "LastModifiedDate"})


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`console publish`."""
    actions = subjects.add_parser("console", help="the console in web/dist").add_subparsers(required=True)
    parser = actions.add_parser("publish", help="upload it, and tell sign-in and CloudFront of it")
    parser.set_defaults(run=publish)


def publish(options: argparse.Namespace) -> int:
    """Upload, with index.html last, so that nobody gets a page whose files are not there yet.

    Files of earlier versions stay, for those who have one open.
    """
    if not options.stack:
        raise Permanent("which stack? On this machine `make up` serves the console by itself")
    outputs = outputs_of(options.stack)
    store = boto3.client("s3")
    for path, content in [*_files(DIST), ("config.json", orjson.dumps(config(outputs))), _page(DIST)]:
        store.put_object(
            Bucket=outputs["ConsoleBucketName"],
            Key=path,
            Body=content,
            ContentType=mimetypes.guess_type(path)[0] or "application/octet-stream",
            CacheControl=_FOREVER if path.startswith("assets/") else _ASK_AGAIN,
        )
    if "UserPoolId" in outputs:
        _admit(outputs)
    boto3.client("cloudfront").create_invalidation(
        DistributionId=outputs["ConsoleDistributionId"],
        InvalidationBatch={
            "CallerReference": str(time.time_ns()),
            "Paths": {"Quantity": 3, "Items": ["/index.html", "/config.json", "/favicon.svg"]},
        },
    )
    print(outputs["ConsoleUrl"])
    return 0


def config(outputs: Mapping[str, str]) -> dict[str, object]:
    """What the console reads at its start: where to sign in."""
    client, url = outputs["ConsoleClientId"], outputs.get("SignInUrl")
    out = f"{url}/logout?client_id={client}&logout_uri={outputs['ConsoleUrl']}/" if url else None
    return {
        "signIn": {
            "kind": "oidc",
            "authority": outputs["SignInIssuer"],
            "clientId": client,
            "scope": "openid email profile",
            "signOutUrl": out,
        }
    }


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != "index.html":
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def _page(folder: Path) -> tuple[str, bytes]:
    return "index.html", (folder / "index.html").read_bytes()


def _admit(outputs: Mapping[str, str]) -> None:
    """Let the user pool send browsers back to the console: the stack cannot say so itself (ADR 23)."""
    pool = boto3.client("cognito-idp")
    known = pool.describe_user_pool_client(UserPoolId=outputs["UserPoolId"], ClientId=outputs["ConsoleClientId"])
    settings = {name: value for name, value in known["UserPoolClient"].items() if value and name not in _TOLD}
    url = outputs["ConsoleUrl"]
    pool.update_user_pool_client(
        **{**settings, "CallbackURLs": [f"{url}/signed-in"], "LogoutURLs": [f"{url}/"]}  # type: ignore[arg-type]
    )
