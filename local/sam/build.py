"""`sam build` for this machine: the template's own build, with this processor and this Python instead of Lambda's."""

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.places import ROOT
from local.processes import LocalError
from local.template import TEMPLATE

_BUILD = ROOT / ".aws-sam" / "host"
SAM = ROOT / ".venv-sam" / "bin" / "sam"
_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_PROCESSORS = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Built:
    """What `sam build` left behind, and the runtime client to run it with."""

    template: Path
    runtime_client: Path

    def paths(self, function: str) -> list[Path]:
        """Where Lambda would look for a function's modules: its own package first, then the layer's."""
        return [self.template.parent / function, self.template.parent / "CommonLayer" / "python", self.runtime_client]


def build() -> Built:
    """Build every function and the layer; what did not change is kept. Raises LocalError with SAM's own words."""
    _BUILD.mkdir(parents=True, exist_ok=True)
    processor = _PROCESSORS[platform.machine()]
    described = TEMPLATE.read_text().replace("python3.13", f"python{_VERSION}").replace("[arm64]", f"[{processor}]")
    template = _BUILD / "source.yaml"
    template.write_text(described)
    client = _BUILD / "runtime-client"
    requirements = ROOT / "requirements" / "runtime-client.txt"
    _run([sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--upgrade", "--no-deps",
          "--require-hashes", "--target", str(client), "--requirement", str(requirements)])  # fmt: skip
    _run(
        [str(SAM), "build", "--cached", "--parallel", "--template", str(template), "--base-dir", str(ROOT),
         "--build-dir", str(_BUILD / "build"), "--cache-dir", str(_BUILD / "cache")],
        # What package/Makefile calls this machine.
        {
            "MAKEFLAGS": f"PLATFORM={platform.machine()} VERSION={_VERSION}"
            f" PYTHON={sys.executable} COMPILER={sys.executable}"
        },
    )  # fmt: skip
    return Built(_BUILD / "build" / "template.yaml", client)


def _run(argv: list[str], environment: dict[str, str] | None = None) -> None:
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(argv, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalError(f"{' '.join(argv[:3])} failed:\n{done.stdout}{done.stderr}")
