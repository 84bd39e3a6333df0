"""Ports that are drawn now, and may be taken up minutes later."""

import pytest

from infra.stack.ports import free_ports

# Outside of what any other test draws from.
_FORTY = range(19_000, 19_040)


class TestFreePorts:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPARE_PORTS", f"{_FORTY[0]}-{_FORTY[-1]}")

    def test_are_those_of_whoever_runs_side_by_side(self) -> None:
        assert {*free_ports(5)} <= {*_FORTY}

    def test_are_given_to_nobody_else(self) -> None:
        first, second = free_ports(12), free_ports(12)
        assert len({*first, *second}) == 24
