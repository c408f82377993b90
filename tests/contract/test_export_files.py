"""Export files in S3 and in the fake keep the same promises; links are the real ones' alone."""

import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
import requests
from botocore.config import Config

from common.errors import EngineUnavailable, Permanent
from local.engines import REGION, Engines
from local.inprocess.resources import create_bucket, delete_bucket
from query_app.payments.exports.adapters.files import S3Files
from query_app.payments.exports.job import Format, Job
from query_app.payments.exports.ports import Files
from query_app.payments.exports.wiring import _S3
from tests.fakes.exports import FakeFiles

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART = 5 * 1024 * 1024
"""The least that S3 takes for a part that another one follows."""
JOB = Job("org-456", "0193-abcdefgh", "u-1", Format.CSV, {}, (), "2026-11-24T12:00:00.000Z")


@pytest.fixture(scope="module")
def s3(engines: Engines) -> Iterator["S3Client"]:
    client = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=engines.aws_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(**_S3),
    )
    yield client
    client.close()


@pytest.fixture
def bucket(s3: "S3Client") -> Iterator[str]:
    create_bucket(s3, name := f"exports-{uuid.uuid4().hex[:12]}")
    yield name
    delete_bucket(s3, name)


class Subject(S3Files):
    """Files that are read again."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        super().__init__(client, bucket)
        self.read = lambda key: client.get_object(Bucket=bucket, Key=key)["Body"].read()


class Fake(FakeFiles):
    def read(self, key: str) -> bytes:
        return self.files[key]


@pytest.fixture(params=["fake", "s3"])
def files(request: pytest.FixtureRequest) -> Subject | Fake:
    if request.param == "fake":
        return Fake(PART)
    return Subject(request.getfixturevalue("s3"), request.getfixturevalue("bucket"))


def uploaded(files: Files, *parts: bytes) -> tuple[str, list[str]]:
    upload = files.begin(JOB.key, "text/csv")
    return upload, [files.put(JOB.key, upload, number, part) for number, part in enumerate(parts, start=1)]


@pytest.mark.parametrize("parts", [(b"a,b\r\n",), (b"",), (b"x" * PART, b"y" * PART, b"z"), (b"x" * PART, b"")])
def test_a_file_is_its_parts_in_their_order(files: Subject | Fake, parts: tuple[bytes, ...]) -> None:
    upload, tags = uploaded(files, *parts)
    files.complete(JOB.key, upload, tags)
    assert files.read(JOB.key) == b"".join(parts)


def test_a_part_that_is_put_again_takes_the_place_of_the_first(files: Subject | Fake) -> None:
    upload, tags = uploaded(files, b"first", b"never noted")
    tags[0] = files.put(JOB.key, upload, 1, b"second")
    files.complete(JOB.key, upload, tags[:1])
    assert files.read(JOB.key) == b"second"


def test_completing_twice_changes_nothing(files: Subject | Fake) -> None:
    upload, tags = uploaded(files, b"once")
    files.complete(JOB.key, upload, tags)
    files.complete(JOB.key, upload, tags)
    assert files.read(JOB.key) == b"once"


def test_an_upload_that_was_given_up_makes_no_file(files: Subject | Fake, engines: Engines) -> None:
    upload, tags = uploaded(files, b"never")
    files.abort(JOB.key, upload)
    files.abort(JOB.key, upload)
    if isinstance(files, Subject) and engines.aws_url is None:
        pytest.skip("moto breaks when an upload is completed that is not there")
    with pytest.raises(Permanent):
        files.complete(JOB.key, upload, tags)


def test_a_link_fetches_the_file_for_a_while_and_nothing_else(s3: "S3Client", bucket: str, engines: Engines) -> None:
    files = Subject(s3, bucket)
    upload, tags = uploaded(files, b"paymentId\r\np-1\r\n")
    files.complete(JOB.key, upload, tags)
    link = files.link(JOB, seconds=2)
    answer = requests.get(link, timeout=10)
    assert (answer.status_code, answer.content) == (200, b"paymentId\r\np-1\r\n")
    assert answer.headers["content-disposition"] == 'attachment; filename="payments-2026-11-24-abcdefgh.csv"'
    assert "X-Amz-Expires=2" in link
    if engines.aws_url is None:
        assert f"https://{bucket}.s3.{REGION}.amazonaws.com/org-456/0193-abcdefgh.csv?" in link
    else:
        time.sleep(3)
        assert requests.get(link, timeout=10).status_code == 403


def test_an_s3_that_is_away_is_no_defect() -> None:
    away = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(**_S3),
    )
    with pytest.raises(EngineUnavailable, match="S3 did not answer"):
        S3Files(away, "exports").begin("k", "text/csv")
