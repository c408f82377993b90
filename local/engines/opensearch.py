"""OpenSearch without Docker: the distribution from Maven, with the modules that the service uses.

The published `integ-test-zip` is the server without its modules; a bundled module is its jars and a descriptor.
"""

import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from local.engines.maven import fetch
from local.processes import LocalError, Processes, answering, free_port

VERSION = "2.19.4"
HEAP = "1g"
_NOBODY = 65534
_MODULES = {
    "analysis-common": ("org.opensearch.analysis.common.CommonAnalysisPlugin", ["analysis-common-{}.jar"]),
    "mapper-extras": ("org.opensearch.index.mapper.MapperExtrasPlugin", ["mapper-extras-client-{}.jar"]),
    "reindex": (
        "org.opensearch.index.reindex.ReindexPlugin",
        [
            "reindex-client-{}.jar",
            "opensearch-ssl-config-{}.jar",
            "opensearch-rest-client-{}.jar",
            "http*.jar",
            "commons-*.jar",
        ],
    ),
}


def start_opensearch(
    processes: Processes,
    home: Path,
    java: Path,
    prepare: Callable[[Path], Mapping[str, str]] = lambda _: {},
    ready: Callable[[str], bool] = answering,
) -> str:
    """Start one empty node on free ports, its files in the run's scratch directory. Answers its URL.

    `prepare` may add to the server's directory, and answers settings; `ready` tells by an address whether it answers.
    """
    run, port = processes.scratch() / "opensearch", free_port()
    # A copy, because a run has its own settings, and because only root may be able to look where the project lies.
    shutil.copytree(install(home), run)
    (run / "tmp").mkdir()
    settings = {
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": free_port(),
        # A nearly full disk would make every index read-only.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **prepare(run),
    }
    (run / "config" / "opensearch.yml").write_text("".join(f"{name}: {value}\n" for name, value in settings.items()))
    url = f"http://127.0.0.1:{port}"
    processes.start(
        "opensearch",
        [*_unprivileged(run), str(run / "bin" / "opensearch")],
        ready=lambda: ready(f"{url}/_cluster/health?wait_for_status=yellow&timeout=1s"),
        env={
            "OPENSEARCH_JAVA_HOME": str(java),
            "OPENSEARCH_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
            "OPENSEARCH_TMPDIR": str(run / "tmp"),
        },
        timeout=180,
        cwd=run,
    )
    return url


def install(home: Path) -> Path:
    """Make the server's directory under `home`, unless it is there. Raises LocalError."""
    server = (home / f"opensearch-{VERSION}").resolve()
    if server.is_dir():
        return server
    archive = fetch(home / "opensearch-zip", f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip")
    jars = fetch(
        home / "opensearch-modules",
        f"org.opensearch.plugin:analysis-common:{VERSION}",
        f"org.opensearch.plugin:mapper-extras-client:{VERSION}",
        f"org.opensearch.plugin:reindex-client:{VERSION}",
        f"org.opensearch:opensearch-ssl-config:{VERSION}",
        f"org.opensearch.client:opensearch-rest-client:{VERSION}",
    )
    unpacked = home / "opensearch-unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    with zipfile.ZipFile(archive / f"opensearch-{VERSION}.zip") as file:
        file.extractall(unpacked)
    for name, (class_name, patterns) in _MODULES.items():
        _add_module(unpacked / server.name / "modules" / name, class_name, jars, patterns)
    for script in (unpacked / server.name / "bin").iterdir():
        script.chmod(0o755)
    # Last, so that an interrupted install leaves nothing that looks finished.
    (unpacked / server.name).rename(server)
    unpacked.rmdir()
    return server


def _add_module(module: Path, class_name: str, jars: Path, patterns: list[str]) -> None:
    module.mkdir()
    for pattern in patterns:
        for jar in jars.glob(pattern.format(VERSION)):
            shutil.copy(jar, module)
    descriptor = {
        "description": module.name,
        "version": VERSION,
        "name": module.name,
        "classname": class_name,
        "java.version": "11",
        "opensearch.version": VERSION,
        "extended.plugins": "",
        "has.native.controller": "false",
    }
    lines = [f"{key}={value}\n" for key, value in descriptor.items()]
    (module / "plugin-descriptor.properties").write_text("".join(lines))


def _unprivileged(run: Path) -> list[str]:
    """Give the command that drops root, which OpenSearch refuses, and hand `run` over; nothing to do for a user."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise LocalError("OpenSearch refuses to run as root: install setpriv (util-linux), or run as a user")
    for directory in (run.parent, run, *run.rglob("*")):
        os.chown(directory, _NOBODY, _NOBODY)
    return [setpriv, f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
