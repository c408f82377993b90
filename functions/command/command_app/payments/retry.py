"""What is done about a lost version race: the same again, soon, a few times."""

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from common.errors import VersionConflict

after_lost_race = Retrying(
    retry=retry_if_exception_type(VersionConflict),
    stop=stop_after_attempt(6),
    wait=wait_random_exponential(multiplier=0.02, max=0.5),
    reraise=True,
)
"""`after_lost_race(call, *arguments)`: at most six tries, with random pauses that grow to half a second."""
