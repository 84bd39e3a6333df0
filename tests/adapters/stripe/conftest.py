"""The gateway, and the sandbox behind it."""

# A fixture is found by its name in the conftest.
from tests.support.payments import bank, gateway, money
