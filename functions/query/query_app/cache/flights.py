"""One execution a key at a time within a process; whoever asks meanwhile shares its outcome."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """Keyed single flight, for the threads of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[str, Future[T]] = {}

    def run(self, key: str, work: Callable[[], T]) -> T:
        """The outcome of `work`, or of the flight that is under way: its result, or its error."""
        with self._lock:
            flight = self._under_way.get(key)
            if flight is None:
                mine = self._under_way[key] = Future()
        if flight is not None:
            return flight.result()
        try:
            result = work()
        except BaseException as exc:
            mine.set_exception(exc)
            raise
        else:
            mine.set_result(result)
            return result
        finally:
            with self._lock:
                del self._under_way[key]
