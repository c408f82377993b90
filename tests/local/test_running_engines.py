"""Engines that somebody else runs, such as compose.yaml: used where they are, and missed by name."""

import re

import pytest
import yaml

from local.engines.default import start_redis, start_search
from local.engines.opensearch import VERSION
from local.engines.real import DYNAMODB, ELASTICMQ
from local.engines.running import ADDRESSES, use_running
from local.places import ROOT
from local.processes import LocalError, Processes, free_port

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_engines_that_listen_are_used_and_only_ministack_is_started(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given engines of which two are at other places than compose.yaml's
    search, cache = start_search(processes), start_redis(processes)
    for name, url in zip(ADDRESSES, (search, search, search, cache), strict=True):
        monkeypatch.setenv(name, url)

    # When they are used
    engines = use_running(processes)

    # Then they are those, and S3 and SNS are there beside them
    assert (engines.dynamodb_url, engines.opensearch_url, engines.cache_url) == (search, search, cache)
    assert engines.aws_url
    assert processes.pid("ministack")


def test_an_engine_that_does_not_listen_is_named(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ADDRESSES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(LocalError, match=r"docker compose up --wait, or set AWS_ENDPOINT_URL_DYNAMODB"):
        use_running(processes)


def test_compose_has_the_engines_versions_and_ports_that_everything_else_expects() -> None:
    images = dict(each["image"].rsplit(":", 1) for each in SERVICES.values())
    assert images["opensearchproject/opensearch"] == VERSION
    assert images["amazon/dynamodb-local"] == DYNAMODB.rsplit(":", 1)[1]
    assert images["softwaremill/elasticmq-native"] == ELASTICMQ.rsplit(":", 1)[1]
    ports = {port for each in SERVICES.values() for port in each["ports"]}
    assert ports == {f"127.0.0.1:{n}:{n}" for url in ADDRESSES.values() for n in re.findall(r":(\d+)", url)}
