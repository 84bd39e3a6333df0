"""Finds the servers on this machine, and installs what is missing.

Debian packages come by apt, as root or through sudo, and without the services they would start;
the jars of Kafka by Maven, into a cache that all stacks of a person share. Where everything is
there, this costs a few file lookups and runs nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from infra.stack.settings import ROOT

POM = ROOT / "infra" / "kafka" / "pom.xml"
APT_INSTALL = ROOT / "infra" / "stack" / "apt-install.sh"
JAVA = 17


class MissingError(Exception):
    """Something is not installed and could not be; the message names the command that helps."""


def find_postgres() -> Path:
    """The folder with `initdb` and `postgres` of the newest version."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(found, key=lambda program: int(program.parts[-3]), default=None)
    on_path = shutil.which("postgres")
    if newest is None and on_path is None:
        raise _missing("postgresql")
    return (newest or Path(str(on_path)).resolve()).parent


def find_redis() -> Path:
    return _program("redis-server", "valkey-server", package="redis-server")


def find_java() -> Path:
    """A runtime of at least version 17."""
    home = os.environ.get("JAVA_HOME")
    candidates = [
        *([Path(home, "bin", "java")] if home else []),
        *([Path(program)] if (program := shutil.which("java")) else []),
        *Path("/usr/lib/jvm").glob("*/bin/java"),
    ]
    for java in candidates:
        if _java_version(java) >= JAVA:
            return java
    raise _missing("default-jre-headless")


def find_maven() -> Path:
    return _program("mvn", package="maven")


def find_chromium() -> Path:
    """The browser that tests and pictures look at pages with."""
    return _program("chromium", "google-chrome", package="chromium")


def find_promtool() -> Path:
    """What checks and tests the alert rules."""
    return _program("promtool", package="prometheus")


def find_caddy() -> Path:
    """The proxy of support's front door (`infra/caddy`)."""
    return _program("caddy", package="caddy")


def find_go() -> Path:
    """Of any version: it fetches the one that a build needs."""
    return _program("go", package="golang-go")


def cache() -> Path:
    """What all stacks of a person share."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ha-soranu"


def kafka_jars() -> Path:
    """The cache folder of exactly this POM."""
    return cache() / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"


_FOR_TESTS = {"caddy": find_caddy, "chromium": find_chromium, "prometheus": find_promtool}
_FOR_PROOFS = {**_FOR_TESTS, "golang-go": find_go}


def install(tell: Callable[[str], None], *, tests: bool = False, proofs: bool = False) -> None:
    """`tell` hears what takes a while; `tests` need more than the stack, and `proofs` than they.

    Raises MissingError.
    """
    needs_jars = not kafka_jars().exists()
    finders = {
        "postgresql": find_postgres,
        "redis-server": find_redis,
        # At least 17 in every release whose Python is new enough for us.
        "default-jre-headless": find_java,
        **({"maven": find_maven} if needs_jars else {}),
        **(_FOR_TESTS if tests else {}),
        **(_FOR_PROOFS if proofs else {}),
    }
    missing = [package for package, find in finders.items() if not _is_there(find)]
    if "chromium" in missing:
        # Without a font there are no letters, and nothing has its size.
        missing.append("fonts-dejavu-core")
    if missing:
        tell(f"Installing {', '.join(missing)} (once) …")
        _apt_install(missing)
    if needs_jars:
        tell("Fetching Kafka from Maven Central (once) …")
        _fetch_kafka_jars()


def _program(*names: str, package: str) -> Path:
    """The first of these that is on the path."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise _missing(package)
    return Path(found)


def _is_there(find: Callable[[], Path]) -> bool:
    try:
        find()
    except MissingError:
        return False
    return True


def _java_version(java: Path) -> int:
    """Read from the file beside it, which is faster than to ask a virtual machine; 0 if unknown."""
    release = java.resolve().parent.parent / "release"
    if not release.exists():
        return 0
    version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
    return int(version[1]) if version else 0


def _apt_install(packages: list[str]) -> None:
    if shutil.which("apt-get") is None or not (sudo := _as_root()):
        raise _missing(*packages)
    done = subprocess.run(
        [*sudo, "sh", str(APT_INSTALL), *packages],
        stdin=None if sys.stdin.isatty() else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MissingError(f"{done.stdout[-2000:]}\n{_missing(*packages)}")


def _as_root() -> list[str]:
    """The words before a command; none if neither root nor sudo is to be had."""
    if os.geteuid() == 0:
        return ["env"]
    if shutil.which("sudo") is None:
        return []
    # It may ask for a password only where somebody can answer.
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]


def _fetch_kafka_jars() -> None:
    jars = kafka_jars()
    draft = jars.with_name(f"{jars.name}.{os.getpid()}")
    command = [
        *(str(find_maven()), "--quiet", "--batch-mode", "--file", str(POM)),
        *("dependency:copy-dependencies", f"-DoutputDirectory={draft}"),
    ]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise MissingError(f"{done.stdout[-2000:]}\nTo see why: {' '.join(command)}")
    if jars.exists():
        # Another stack was first.
        shutil.rmtree(draft)
    else:
        draft.rename(jars)


def _missing(*packages: str) -> MissingError:
    names = " ".join(packages)
    return MissingError(f"Not installed: {names}. This helps: sudo apt-get install {names}")
