"""Repositories on real databases."""

# A fixture is found by its name in the conftest.
from tests.support.databases import (
    catalog,
    couriers,
    deliveries,
    delivery,
    identity,
    notifications,
    notifications_database,
    ordering,
    orders,
    restaurants,
    stock,
    support,
    writings,
)
from tests.support.payments import payments_database
