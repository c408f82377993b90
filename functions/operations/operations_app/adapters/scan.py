"""Reads the whole table in parallel segments, a page of each at a time."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.dynamodb import translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import ScanOutputTypeDef


@dataclass(frozen=True)
class Page:
    """The matching items of a stretch of one segment; `next_key` is None at the segment's end."""

    segment: int
    items: Sequence[Mapping[str, Any]]
    scanned: int
    next_key: Mapping[str, Any] | None


def scan(
    client: "DynamoDBClient", request: Mapping[str, Any], starts: Mapping[int, Mapping[str, Any] | None], segments: int
) -> Iterator[Page]:
    """Pages of the segments in `starts`, from their keys on.

    Each segment has at most one page under way or waiting, so a slow reader slows the scan and memory stays bounded.
    """

    def read(segment: int, key: Mapping[str, Any] | None) -> "ScanOutputTypeDef":
        after: dict[str, Any] = {"ExclusiveStartKey": key} if key else {}
        with translated():
            return client.scan(**request, **after, Segment=segment, TotalSegments=segments)

    with ThreadPoolExecutor(max_workers=max(1, len(starts))) as readers:
        under_way: dict[Future[ScanOutputTypeDef], int] = {
            readers.submit(read, segment, key): segment for segment, key in starts.items()
        }
        while under_way:
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                segment, answer = under_way.pop(future), future.result()
                next_key = answer.get("LastEvaluatedKey")
                yield Page(segment, answer["Items"], answer["ScannedCount"], next_key)
                if next_key:
                    under_way[readers.submit(read, segment, next_key)] = segment
