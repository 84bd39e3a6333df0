"""The gateway, and the sandbox behind it."""

# A fixture is found by its name in the conftest.
from tests.support.bank import account, bank
from tests.support.payments import gateway, money
