"""`sam local invoke` in Docker, where one answers: a look that SAM itself can run what it built."""

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from local.places import ROOT
from local.processes import LocalError
from local.sam.build import SAM, Built
from local.sam.steps import EVENTS, Step, decoded, differences
from local.template import Template

_STEP = Step(EVENTS / "03-CommandFunction-refuse-a-price-of-nothing.json")
"""It needs no engine: these listen on the loopback, which a container has of its own."""
_MINUTES = 5


def invoked_in_docker(built: Built, template: Template) -> str:
    """Invoke one function; a sentence of what came of it. Raises LocalError when the answer is wrong."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        return "sam local invoke: skipped, no Docker answers here"
    with TemporaryDirectory() as scratch:
        variables = Path(scratch, "variables.json")
        variables.write_text(json.dumps({_STEP.function: template.environment(_STEP.function)}))
        argv = [str(SAM), "local", "invoke", _STEP.function, "--template", str(built.template), "--event",
                str(_STEP.path), "--env-vars", str(variables), "--skip-pull-image"]  # fmt: skip
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=_MINUTES * 60, check=False)
    # SAM exits with 0 also when the function raised.
    try:
        wrong = list(differences(_STEP.expected({}), decoded(json.loads(done.stdout))))
    except ValueError:
        wrong = [done.stdout + done.stderr]
    if wrong:
        raise LocalError("\n".join(["sam local invoke: the answer is not as expected", *wrong]))
    return f"sam local invoke: {_STEP.function} answered as expected, in Docker"
