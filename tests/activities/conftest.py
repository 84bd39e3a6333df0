"""Repositories on real databases."""

# A fixture is found by its name in the conftest.
from tests.support.databases import (  # noqa: F401
    catalog,
    notifications,
    ordering,
    orders,
    restaurants,
    stock,
    writings,
)
from tests.support.payments import (  # noqa: F401
    activities,
    bank,
    gateway,
    interposed,
    money,
    payments,
    payments_database,
    slow_activities,
)
