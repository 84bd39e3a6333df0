"""`python -m infra.openapi FOLDER`: the OpenAPI document, and the typed client made from it.

Neither needs a server: the application says what it would serve, and connects to nothing.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from pydantic import SecretStr

from adapters.settings import ApiSettings, DatabaseSettings, IdentitySettings
from api.app import create_app
from api.services import Settings
from infra.stack.site import CONTEXTS

_TOOLS = Path(sys.executable).parent


def write_document(path: Path) -> None:
    document = create_app(_settings()).openapi()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def write_client(path: Path, *, document: Path) -> None:
    """The package at `path`, made anew: what the document no longer names is gone."""
    shutil.rmtree(path, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    config = Path(__file__).with_suffix(".yaml")
    generate = ("generate", "--meta", "none", "--fail-on-warning", "--config", config)
    _run("openapi-python-client", *generate, "--path", document, "--output-path", path)
    # What packages re-export they would all import: 100 modules for one request.
    for init in path.rglob("__init__.py"):
        init.write_text("")
    _run("ruff", "check", "--isolated", "--quiet", "--fix", "--select", "F401,I", path)
    _run("ruff", "format", "--isolated", "--quiet", "--line-length", "100", path)


def _run(tool: str, *arguments: str | Path) -> None:
    command = [_TOOLS / tool, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def _settings() -> Settings:
    """Those of a process that never starts."""
    nowhere = {f"{context}_dsn": SecretStr("") for context in CONTEXTS}
    return Settings(
        api=ApiSettings(),
        databases=DatabaseSettings.model_validate(nowhere),
        identity=IdentitySettings(jwt_keys_dir=Path(), customer_key_secret=SecretStr("")),
    )


if __name__ == "__main__":
    root = Path(sys.argv[1])
    write_document(root / "docs" / "openapi.json")
    write_client(root / "infra" / "client", document=root / "docs" / "openapi.json")
