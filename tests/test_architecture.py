"""What the layout promises, and that what guards it does see a breach."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import pytest
from temporalio.client import Client

from adapters.settings import WorkerSettings
from infra.stack.site import CONTEXTS
from workers import delivery, notifications, orders, payments, reconciliation, sweep
from workers.collaborators import Collaborators
from workers.process import Process
from workflows import policies
from workflows.policies import DELIVERY, NOTIFICATIONS, ORDERS, PAYMENTS, Policy

ROOT = Path(__file__).parents[1]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PACKAGES: list[str] = LINTER["root_packages"]
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DRAWERS = {"utils", "helpers", "common", "base", "manager", "misc"}

LAYERS = "Entry points > workflows > activities > adapters > domain"
PURE = "The domain is pure"
VENDORS = "Only adapters speak to vendors"
REACH = "Workflows reach the world only through activities"
START = "The API starts workflows, it never runs activities"
BREACHES = [
    ("domain", "protos", {LAYERS}),
    ("protos", "domain", {LAYERS}),
    ("domain", "adapters", {LAYERS}),
    ("adapters", "activities", {LAYERS}),
    ("activities", "workflows", {LAYERS}),
    ("workflows", "api", {LAYERS}),
    ("workflows", "workers", {LAYERS}),
    ("api", "workers", {LAYERS}),
    ("workers", "api", {LAYERS}),
    ("api", "infra", {LAYERS}),
    ("workers", "infra", {LAYERS}),
    ("domain", "pydantic", {PURE}),
    # By a detour.
    ("domain", "adapters.stripe.gateway", {LAYERS, PURE}),
    ("activities", "stripe", {VENDORS}),
    ("api", "redis", {VENDORS}),
    ("workers", "aiokafka", {VENDORS}),
    ("workflows", "adapters", {REACH}),
    ("workflows", "protos", {REACH}),
    ("workflows", "sqlalchemy", {VENDORS, REACH}),
    ("api", "activities", {START}),
]


class TestLayout:
    def test_names_every_package_of_the_repository(self) -> None:
        found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
        assert set(PACKAGES) == found

    @pytest.mark.parametrize("package", PACKAGES)
    def test_finds_our_package_where_an_installed_one_has_its_name(self, package: str) -> None:
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin == str(ROOT / package / "__init__.py")

    def test_keeps_packages_empty_and_tests_out_of_packages(self) -> None:
        assert [p for p in MODULES if p.name == "__init__.py" and p.read_bytes()] == []
        assert list((ROOT / "tests").rglob("__init__.py")) == []

    def test_has_no_drawers(self) -> None:
        modules = [*MODULES, *(ROOT / "tests").rglob("*.py")]
        assert [p for p in modules if DRAWERS & {p.stem, p.parent.name}] == []


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, to break."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", tree)
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tree / package, ignore=ignored)
    return tree


class TestContracts:
    def test_hold(self, tree: Path) -> None:
        assert contracts(tree, "KEPT") == {contract["name"] for contract in LINTER["contracts"]}

    def test_are_each_broken_below(self) -> None:
        broken = {name for _, _, names in BREACHES for name in names}
        assert broken == {contract["name"] for contract in LINTER["contracts"]}

    @pytest.mark.parametrize(("package", "imported", "broken"), BREACHES)
    def test_see_a_breach(self, tree: Path, package: str, imported: str, broken: set[str]) -> None:
        planted = tree / package / "planted.py"
        planted.write_text(f"import {imported}\n")
        try:
            assert contracts(tree, "BROKEN") == broken
        finally:
            planted.unlink()


def contracts(tree: Path, state: str) -> set[str]:
    """The contracts in that state, in the packages that `tree` holds."""
    report = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        check=False,
        text=True,
    )
    return set(re.findall(rf"^(.+) {state}$", report.stdout, re.MULTILINE))


class TestDomain:
    def test_imports_the_standard_library_only(self) -> None:
        modules = [p for p in MODULES if p.is_relative_to(ROOT / "domain")]
        imported = {name.partition(".")[0] for path in modules for name in imports(path)}
        assert imported - sys.stdlib_module_names == {"domain"}


def imports(path: Path) -> Iterator[str]:
    for node in nodes(path):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=module):
                yield module or "."


class TestTransactions:
    def test_are_committed_by_the_engine_alone(self) -> None:
        commits = {
            (path.relative_to(ROOT).as_posix(), ast.unparse(receiver))
            for path in MODULES
            for node in nodes(path)
            if isinstance(node, ast.Attribute) and node.attr == "commit"
            for receiver in [node.value]
        }
        # Kafka's offsets. The engine's `session.begin()` needs no call of its own.
        assert commits == {
            ("adapters/kafka/consumer.py", "member"),
            ("adapters/kafka/consumer.py", "self"),
            ("adapters/kafka/consumer.py", "self._consumer"),
            ("workers/consuming.py", "consumer"),
        }


class TestActivities:
    @pytest.fixture
    async def registered(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
        """Task queue -> the activities that its worker runs. Nothing is connected to."""
        for context in CONTEXTS:
            monkeypatch.setenv(f"{context.upper()}_DSN", "postgresql://127.0.0.1/none")
        monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_none")
        process = Process(name="test", settings=WorkerSettings())
        client = cast("Client", None)
        async with Collaborators(process) as collaborators:
            served = {
                ORDERS: [
                    *orders.activities(collaborators),
                    *reconciliation.of_orders(collaborators),
                ],
                PAYMENTS: [
                    *payments.activities(collaborators),
                    *reconciliation.of_payments(collaborators, client),
                    *sweep.activities(collaborators, client),
                ],
                DELIVERY: delivery.activities(collaborators),
                NOTIFICATIONS: notifications.activities(collaborators),
            }
            return {
                queue: [activity.__name__ for activity in activities]
                for queue, activities in served.items()
            }

    def test_have_a_name_of_their_own_on_their_queue(
        self, registered: dict[str, list[str]]
    ) -> None:
        for names in registered.values():
            assert len(names) == len(set(names))

    def test_are_served_wherever_a_workflow_sends_them(
        self, registered: dict[str, list[str]]
    ) -> None:
        unserved = [(name, queue) for name, queue in steps() if name not in registered[queue]]
        assert unserved == []

    def test_are_all_sent_by_a_policy(self) -> None:
        text = "".join(path.read_text() for path in (ROOT / "workflows").glob("*.py"))
        named = set(re.findall(r"\b[A-Z]\w+Activities\.(\w+)", text))
        assert named == {name for name, _ in steps()}


# Modules of workflows that another worker than that of the orders runs.
_SERVED_ELSEWHERE = {"refund": PAYMENTS, "custody": DELIVERY}


def steps() -> Iterator[tuple[str, str]]:
    """Each activity that a workflow executes, with every queue whose worker may have to run it."""
    for path in (ROOT / "workflows").glob("*.py"):
        for node in nodes(path):
            match node:
                case ast.Call(
                    func=ast.Name(id="execute"), args=[ast.Attribute(attr=name), *_], keywords=words
                ):
                    given = {word.arg: word.value for word in words}
                    for policy in _chosen_from(given["policy"]):
                        yield name, policy.queue
                        if policy.local_bound(express="express" in given):
                            # The workflow's own worker tries first.
                            yield name, _SERVED_ELSEWHERE.get(path.stem, ORDERS)


def _chosen_from(policy: ast.expr) -> Iterator[Policy]:
    """The policies that a step may be sent by."""
    match policy:
        case ast.IfExp(body=one, orelse=other):
            yield from _chosen_from(one)
            yield from _chosen_from(other)
        case ast.Name(id=name):
            yield getattr(policies, name)


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What git keeps, by path."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    names = [name for name in listed.split("\0") if (ROOT / name).is_file()]
    return {name: (ROOT / name).read_text(errors="ignore") for name in names}


class TestFiles:
    def test_know_no_path_of_one_machine(self, texts: dict[str, str]) -> None:
        path = re.compile(r"(?<![\w.*{}$])/(home|Users|work)/\w")
        assert [name for name, text in texts.items() if path.search(text)] == []

    def test_name_no_registry_but_the_lock_pypi(self, texts: dict[str, str]) -> None:
        # Maven's own host is also the name of its XML.
        registry = re.compile(
            r"https?://(?!maven\.apache\.org/)[\w.:@/-]*(pypi|pythonhosted|maven|npm|registry|mirror)"
        )
        assert [name for name, text in texts.items() if registry.search(text)] == ["uv.lock"]
        hosts = set(re.findall(r"https?://([^/\"]+)", texts["uv.lock"]))
        assert hosts == {"pypi.org", "files.pythonhosted.org"}
