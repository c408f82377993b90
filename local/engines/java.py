"""Finds a Java that OpenSearch 2.19 runs on: one that still has the security manager."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from local.processes import LocalError

_USABLE = (17, 21)


def java_home() -> Path:
    """Look at JAVA_HOME, at PATH's java, then where systems keep JDKs. Raises LocalError when none is 17 or 21."""
    for home in _candidates():
        if _major(home) in _USABLE:
            return home
    raise LocalError(
        "the real engines need Java 17 or 21: apt-get install openjdk-17-jre-headless, or brew install openjdk@21; "
        "or set JAVA_HOME to one"
    )


def _candidates() -> Iterator[Path]:
    named, installed = os.environ.get("JAVA_HOME"), shutil.which("java")
    if named:
        yield Path(named)
    if installed:
        yield Path(installed).resolve().parent.parent
    yield from sorted(Path("/usr/lib/jvm").glob("*"))
    yield from sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
    yield from sorted(Path("/opt/homebrew/opt").glob("openjdk@*"))


def _major(home: Path) -> int | None:
    try:
        said = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        return None
    version = re.search(r'version "(\d+)', said)
    return int(version[1]) if version else None
