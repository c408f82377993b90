"""The engines under the service: where they listen, and how a process is told."""

from dataclasses import dataclass
from typing import Final

REGION: Final = "eu-west-1"


@dataclass(frozen=True)
class Engines:
    """Addresses of the running engines."""

    dynamodb_url: str
    sqs_url: str
    opensearch_url: str
    cache_url: str
    aws_url: str | None = None
    """The emulator of all other AWS services; None in tests, where they are mocked in the process."""

    def environment(self) -> dict[str, str]:
        """Give the variables that point boto3 and the functions at these engines, with keys that open nothing.

        An empty address is left out: boto3 is then on its own, as in-process mocks need it.
        """
        variables = {
            "AWS_ENDPOINT_URL": self.aws_url or "",
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url,
            "AWS_ENDPOINT_URL_SQS": self.sqs_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "OPENSEARCH_URL": self.opensearch_url,
            "CACHE_URL": self.cache_url,
        }
        return {name: value for name, value in variables.items() if value}
