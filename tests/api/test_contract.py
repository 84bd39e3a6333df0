"""That each answer and each refusal of the contract has a test, and that the API documents it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.document import Document

_HERE = Path(__file__).parent

# Operation -> its answers, a status and a code where it has one -> the test of each.
Rows = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def contract() -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load((_HERE / "contract.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def rows(contract: dict[str, Rows]) -> Rows:
    return contract["rows"]


class TestContract:
    def test_has_every_operation_in_the_document(
        self, document: Document, rows: Rows, contract: dict[str, list[str]]
    ) -> None:
        there = {operation.name for operation in document.operations}
        assert rows.keys() - there == set()
        arrived = there & set(contract["not_there_yet"])
        assert not arrived, f"There now, so they get rows in contract.yaml: {arrived}"

    def test_has_every_answer_in_the_document(self, document: Document, rows: Rows) -> None:
        operations = {operation.name: operation for operation in document.operations}
        missing = [
            f"{name}: {answer}"
            for name, answers in rows.items()
            for answer in answers
            for status, _, code in [answer.partition(" ")]
            if status not in operations[name].spec["responses"]
            or (code and code not in operations[name].codes(status))
        ]
        assert not missing, "\n".join(missing)

    def test_is_proven_by_tests_that_are_there(self, rows: Rows) -> None:
        named = {test for answers in rows.values() for test in answers.values()}
        missing = named - set(_tests())
        assert not missing, "\n".join(sorted(missing))


def _tests() -> Iterator[str]:
    for path in _HERE.glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                yield from (
                    f"{path.name}::{node.name}::{each.name}"
                    for each in node.body
                    if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                )
