"""Reads the whole table in parallel segments, a page of each at a time."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.engines.dynamodb import translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import ScanOutputTypeDef


SEGMENTS = 64
"""Many and small: DynamoDB Local sorts a segment anew for each of its pages."""
READERS = 4
"""Requests under way at a time, however many segments there are."""


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

    At most `READERS` pages are under way or waiting, so a slow caller slows the scan and memory stays bounded.
    """

    def read(segment: int, key: Mapping[str, Any] | None) -> "ScanOutputTypeDef":
        after: dict[str, Any] = {"ExclusiveStartKey": key} if key else {}
        with translated():
            return client.scan(**request, **after, Segment=segment, TotalSegments=segments)

    to_read = deque(starts.items())
    under_way: dict[Future[ScanOutputTypeDef], int] = {}
    with ThreadPoolExecutor(READERS) as readers:
        while to_read or under_way:
            while to_read and len(under_way) < READERS:
                segment, key = to_read.popleft()
                under_way[readers.submit(read, segment, key)] = segment
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                segment, answer = under_way.pop(future), future.result()
                next_key = answer.get("LastEvaluatedKey")
                yield Page(segment, answer["Items"], answer["ScannedCount"], next_key)
                if next_key:
                    to_read.appendleft((segment, next_key))
