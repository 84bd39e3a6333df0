"""Repositories on real databases."""

# A fixture is found by its name in the conftest.
from tests.support.bank import account, bank
from tests.support.databases import (
    catalog,
    couriers,
    deliveries,
    delivery,
    notifications,
    notifications_database,
    ordering,
    orders,
    restaurants,
    stock,
    writings,
)
from tests.support.payments import (
    activities,
    books,
    gateway,
    interposed,
    money,
    payments,
    payments_database,
    refunds,
    slow_activities,
)
