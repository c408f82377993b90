"""Fetches what is published as Maven coordinates, once, into a directory."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from local.processes import LocalError


def fetch(home: Path, *coordinates: str) -> Path:
    """Download dependencies `group:artifact:version[:type]` with all they need at run time; answer the jars' directory.

    Nothing is downloaded when an earlier call finished. Raises LocalError with the log's place.
    """
    lib, done = home / "lib", home / ".done"
    if done.is_file() and done.read_text() == "\n".join(coordinates):
        return lib
    mvn = shutil.which("mvn")
    if mvn is None:
        raise LocalError("the real engines come by Maven: apt-get install maven, or brew install maven")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / "pom.xml").write_text(_pom(coordinates))
    log = home / "maven.log"
    argv = [mvn, "-B", "-q", "dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime"]
    with log.open("wb") as output:
        code = subprocess.run(argv, cwd=home, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    if code != 0:
        raise LocalError(f"Maven could not fetch {coordinates[0]} (log: {log.resolve()})")
    done.write_text("\n".join(coordinates))
    return lib


def _pom(coordinates: Sequence[str]) -> str:
    return (
        "<project><modelVersion>4.0.0</modelVersion>"
        "<groupId>local</groupId><artifactId>engines</artifactId><version>1</version>"
        f"<dependencies>{''.join(map(_dependency, coordinates))}</dependencies></project>"
    )


def _dependency(coordinate: str) -> str:
    group, artifact, version, kind = (*coordinate.split(":"), "jar")[:4]
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version><type>{kind}</type></dependency>"
    )
