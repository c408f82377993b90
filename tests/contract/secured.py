"""OpenSearch with its security plugin, as a domain with fine-grained access has it.

Who calls is told by headers instead of by a signature: a proxy's, which the plugin believes. The rest is the plugin's
own: an IAM role is a backend role there as it is on AWS.
"""

import datetime
import shutil
import urllib.request
import zipfile
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from local.engines.java import java_home
from local.engines.maven import fetch
from local.engines.opensearch import VERSION, start_opensearch
from local.processes import Processes

MASTER = "arn:aws:iam::000000000000:role/IndexFunction"
"""Who is the master of a domain by `MasterUserARN`."""


def start_secured(processes: Processes, home: Path) -> str:
    """An empty node that asks for who calls. Answers its URL."""
    plugin = fetch(home / "opensearch-security", f"org.opensearch.plugin:opensearch-security:{VERSION}.0:zip")

    def prepare(run: Path) -> Mapping[str, str]:
        with zipfile.ZipFile(plugin / f"opensearch-security-{VERSION}.0.zip") as file:
            file.extractall(run / "plugins" / "opensearch-security")
        own = run / "config" / "opensearch-security"
        shutil.move(run / "plugins" / "opensearch-security" / "config", own)
        _change(own / "config.yml", _believe_a_proxy)
        _change(own / "roles_mapping.yml", lambda mapping: mapping["all_access"].update(backend_roles=[MASTER]))
        _certificate(run / "config")
        return {
            "plugins.security.allow_default_init_securityindex": "true",
            "plugins.security.restapi.roles_enabled": "[all_access]",
            "plugins.security.ssl.http.enabled": "false",
            "plugins.security.ssl.transport.pemcert_filepath": "node.pem",
            "plugins.security.ssl.transport.pemkey_filepath": "node-key.pem",
            "plugins.security.ssl.transport.pemtrustedcas_filepath": "node.pem",
            "plugins.security.ssl.transport.enforce_hostname_verification": "false",
            "plugins.security.nodes_dn": "['CN=node']",
            "plugins.security.audit.type": "log4j",
        }

    return start_opensearch(processes, home, java_home(), prepare, ready=_knows_its_master)


def as_role(arn: str) -> dict[str, str]:
    """The headers of a caller with an IAM role."""
    return {"x-forwarded-for": "127.0.0.1", "x-proxy-user": arn, "x-proxy-roles": arn}


def _knows_its_master(url: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=as_role(MASTER)), timeout=2):  # noqa: S310
            return True
    except (OSError, HTTPException):
        return False


def _believe_a_proxy(config: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
    dynamic = config["config"]["dynamic"]
    dynamic["http"]["xff"] = {
        "enabled": True,
        "internalProxies": "127\\.0\\.0\\.1",
        "remoteIpHeader": "x-forwarded-for",
    }
    proxy = dynamic["authc"]["proxy_auth_domain"]
    proxy["http_enabled"] = True  # type: ignore[index]
    dynamic["authc"] = {"proxy_auth_domain": proxy}


def _change(path: Path, change: object) -> None:
    content = yaml.safe_load(path.read_text())
    change(content)  # type: ignore[operator]
    path.write_text(yaml.safe_dump(content))


def _certificate(folder: Path) -> None:
    """The plugin wants one between nodes, also when there is one node."""
    key = rsa.generate_private_key(65537, 2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "node")]), datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "node.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "node-key.pem").write_bytes(private)
