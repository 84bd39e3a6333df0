"""The alert rules: promtool tests them, and no rule watches a figure that nobody tells."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from promql_parser import Expr, VectorSelector, parse, walk

from infra.stack.catalog import WORKERS
from infra.stack.install import find_promtool
from infra.stack.settings import ROOT

FOLDER = ROOT / "infra" / "prometheus"
RUNBOOKS = ROOT / "docs" / "runbooks"
# What Prometheus itself adds to everything.
ADDED = {"instance", "job"}
HEADINGS = ["What it means", "See it", "What to do", "What not to do"]


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


ALERTS: dict[str, Any] = {
    rule["alert"]: rule for group in read("alerts.yaml")["groups"] for rule in group["rules"]
}
TESTS: list[Any] = read("alerts_test.yaml")["tests"]


@pytest.fixture(scope="module")
def figures() -> dict[str, list[str]]:
    """Name -> labels, of all that our processes tell."""
    printed = subprocess.check_output([sys.executable, "-m", "tests.support.figures"], cwd=ROOT)
    found: dict[str, list[str]] = json.loads(printed)
    return found


def selectors(expression: str) -> list[VectorSelector]:
    found: list[VectorSelector] = []

    def visit(node: Expr) -> bool:
        if isinstance(node, VectorSelector):
            found.append(node)
        return True

    walk(parse(expression), visit)
    return found


def labels_of(selector: VectorSelector) -> set[str]:
    return {matcher.name for matcher in selector.matchers.matchers}


def grouped_by(expression: str) -> set[str]:
    lists = re.findall(r"\b(?:by|on) \(([^)]*)\)", expression)
    return {name.strip() for names in lists for name in names.split(",")} - {"le"}


def checked_by(alert: str) -> Iterator[bool]:
    """For each look of a unit test at it, whether it is to fire then."""
    for test in TESTS:
        for look in test["alert_rule_test"]:
            if look["alertname"] == alert:
                yield "exp_alerts" in look


def promtool(*words: str, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    command = [str(find_promtool()), *words]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


def anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


class TestRules:
    def test_are_understood_with_the_configuration(self) -> None:
        checked = promtool("check", "config", "prometheus.yaml")
        assert checked.returncode == 0, checked.stderr

    def test_pass_their_unit_tests(self) -> None:
        tested = promtool("test", "rules", "alerts_test.yaml")
        assert tested.returncode == 0, tested.stdout + tested.stderr

    def test_fail_them_where_a_threshold_is_another(self, tmp_path: Path) -> None:
        rules = (FOLDER / "alerts.yaml").read_text()
        (tmp_path / "alerts.yaml").write_text(rules.replace("> 4 * 3600", "> 5 * 3600"))
        [one, *_] = TESTS
        (tmp_path / "one.yaml").write_text(
            yaml.safe_dump({"rule_files": ["alerts.yaml"], "tests": [one]})
        )
        assert one["name"] == "RefundDue"
        assert promtool("test", "rules", "one.yaml", folder=tmp_path).returncode == 1

    def test_are_tested_with_figures_as_they_are_told(self, figures: dict[str, list[str]]) -> None:
        for test in TESTS:
            for given in test["input_series"]:
                [series] = selectors(given["series"])
                assert labels_of(series) == {*figures[series.name or ""], *ADDED}, given


@pytest.mark.parametrize("alert", ALERTS)
class TestAlert:
    def test_watches_figures_that_a_process_tells(
        self, alert: str, figures: dict[str, list[str]]
    ) -> None:
        expression = ALERTS[alert]["expr"]
        watched = selectors(expression)
        assert watched
        told = set(ADDED)
        for selector in watched:
            labels = figures[selector.name or ""]
            assert labels_of(selector) <= {*labels, *ADDED}
            told.update(labels)
        assert grouped_by(expression) <= told

    def test_is_seen_quiet_and_seen_to_fire(self, alert: str) -> None:
        assert {*checked_by(alert)} == {False, True}

    def test_has_a_page_that_says_what_to_do(self, alert: str) -> None:
        page = (ROOT / ALERTS[alert]["annotations"]["runbook"]).read_text()
        assert page.startswith(f"# {alert}\n")
        assert re.findall(r"^## (.+)$", page, re.MULTILINE) == HEADINGS

    def test_is_in_the_table_of_operations(self, alert: str) -> None:
        link = ALERTS[alert]["annotations"]["runbook"].removeprefix("docs/")
        assert f"[{alert}]({link})" in (ROOT / "docs" / "operations.md").read_text()

    def test_says_whom_it_wakes(self, alert: str) -> None:
        assert ALERTS[alert]["labels"]["severity"] in {"page", "ticket"}


class TestRunbooks:
    def test_are_each_of_an_alert(self) -> None:
        named = {ROOT / alert["annotations"]["runbook"] for alert in ALERTS.values()}
        assert {*RUNBOOKS.iterdir()} == named

    def test_link_to_what_is_there(self) -> None:
        for page in RUNBOOKS.iterdir():
            for link, anchor in re.findall(r"\]\(([^)#]+)#?([^)]*)\)", page.read_text()):
                target = (page.parent / link).read_text()
                assert not anchor or anchor in anchors(target), (page.name, link, anchor)


class TestProcessGone:
    def test_watches_every_process_under_the_name_of_its_job(self) -> None:
        jobs = {job["job_name"] for job in read("prometheus.yaml")["scrape_configs"]}
        watched = selectors(ALERTS["ProcessGone"]["expr"])
        named = {matcher.value for each in watched for matcher in each.matchers.matchers}
        assert named == jobs == {"api", *WORKERS}
