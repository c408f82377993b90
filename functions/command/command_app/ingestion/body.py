"""Bodies: JSON, NDJSON or OTLP/HTTP JSON, perhaps compressed, to entries that are not looked into yet."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from gzip import GzipFile
from io import BytesIO

import orjson

from command_app.ingestion.ports import Ingest, Reading
from common.batches import batches, weighed
from common.errors import FieldError, Invalid, Malformed, TooLarge, Unsupported

MAX_BODY_BYTES = 1024 * 1024
"""Once decompressed."""
MAX_ENTRIES = 1_000
JSON, NDJSON, GZIP = "application/json", "application/x-ndjson", "application/gzip"
TYPES = (JSON, NDJSON, GZIP)


def bodies_of(entries: Iterable[object]) -> Iterator[bytes]:
    """The entries in as many bodies as they need."""
    texts = [orjson.dumps(entry) for entry in entries]
    for some in weighed(texts, lambda text: len(text) + 1, MAX_BODY_BYTES - 2):
        for few in batches(some, MAX_ENTRIES):
            yield b"[%b]" % b",".join(few)


def entries_of(body: Ingest, reading: Reading) -> Sequence[object]:
    """What stands in the body; a line that is no JSON is a FieldError in its place.

    Raises Unsupported, TooLarge, Malformed, and Invalid for JSON of another shape.
    """
    kind = body.content_type.partition(";")[0].strip().lower()
    if kind not in TYPES:
        wrong = FieldError("content-type", f"must be {JSON}, {NDJSON} or {GZIP}")
        raise Unsupported("The body's content type is not taken.", [wrong])
    content = _decompressed(body, kind)
    if len(content) > MAX_BODY_BYTES:
        wrong = FieldError("body", f"must be at most {MAX_BODY_BYTES} bytes, decompressed")
        raise TooLarge("The body is too large: send less at a time.", [wrong])
    entries = _lines(content) if kind == NDJSON else _document(content, reading, or_lines=kind == GZIP)
    if len(entries) > MAX_ENTRIES:
        wrong = FieldError("entries", f"must be at most {MAX_ENTRIES}; these are {len(entries)}")
        raise TooLarge("There are too many entries: send fewer at a time.", [wrong])
    return entries


def _decompressed(body: Ingest, kind: str) -> bytes:
    encoding = body.content_encoding.strip().lower()
    if encoding not in ("", "identity", "gzip"):
        wrong = FieldError("content-encoding", "must be gzip, or none")
        raise Unsupported("The body's encoding is not taken.", [wrong])
    if encoding != "gzip" and kind != GZIP:
        return body.content
    try:
        # Never more than one byte too many, however much is packed into the body.
        return GzipFile(fileobj=BytesIO(body.content)).read(MAX_BODY_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        # API Gateway takes application/json for text, and may have broken it.
        wrong = FieldError("body", f"must be whole and gzip; send compressed JSON as {GZIP}")
        raise Malformed("The body cannot be decompressed.", [wrong]) from None


def _document(content: bytes, reading: Reading, *, or_lines: bool) -> Sequence[object]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if or_lines:
            return _lines(content)
        raise Malformed("The body is not JSON.", [FieldError("body", f"must be JSON: {error}")]) from None
    match found:
        case list():
            return found
        case {"entries": list() as entries}:
            return entries
        case dict() if reading.otlp.resources in found:
            return list(reading.otlp.read(found))
        case dict() if "entries" not in found and or_lines:
            return [found]
    shapes = f'a list of entries, {{"entries": [...]}}, or OTLP with {reading.otlp.resources}'
    wrong = FieldError("body", f"must be {shapes}")
    raise Invalid("The body is of another shape.", [wrong])


def _lines(content: bytes) -> Sequence[object]:
    return [_line(line) for line in content.splitlines() if line.strip()]


def _line(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return FieldError("line", f"must be JSON: {error}")
