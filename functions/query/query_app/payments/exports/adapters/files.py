"""Export files in S3: multipart uploads, and links signed for a while."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from common.errors import EngineUnavailable, Permanent
from query_app.payments.exports.job import Job

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = frozenset({"403", "404"})
"""Without the right to list the bucket, an object that is not there is one that may not be seen."""


class S3Files:
    """`Files` and `Links` on one bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def begin(self, key: str, content_type: str) -> str:
        """See `Files`."""
        with _translated():
            return self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType=content_type)[
                "UploadId"
            ]

    def put(self, key: str, upload: str, number: int, content: bytes) -> str:
        """See `Files`."""
        with _translated():
            return self._client.upload_part(
                Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=content
            )["ETag"]

    def complete(self, key: str, upload: str, tags: Sequence[str]) -> None:
        """See `Files`."""
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, start=1)]
        try:
            with _translated():
                self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]  # a mapping of just these
                )
        except self._client.exceptions.NoSuchUpload:
            if not self._there(key):
                raise Permanent("The upload of the file was given up before it was complete.") from None

    def abort(self, key: str, upload: str) -> None:
        """See `Files`."""
        try:
            with _translated():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
        except self._client.exceptions.NoSuchUpload:
            return

    def link(self, job: Job, seconds: int) -> str:
        """See `Links`. It ends earlier where the signing role's own session does."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": job.key,
                "ResponseContentDisposition": f'attachment; filename="{job.filename}"',
            },
            ExpiresIn=seconds,
        )

    def _there(self, key: str) -> bool:
        try:
            with _translated():
                self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return False
            raise
        return True


@contextmanager
def _translated() -> Iterator[None]:
    """Turn an S3 that cannot answer now into a Retryable error; anything else is a defect and goes up."""
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise EngineUnavailable(f"S3 did not answer: {error.response['Error']['Code']}") from error
        raise
    except BotoCoreError as error:
        raise EngineUnavailable(f"S3 did not answer: {type(error).__name__}") from error
