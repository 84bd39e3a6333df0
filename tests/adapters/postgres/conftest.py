"""Repositories on real databases."""

# A fixture is found by its name in the conftest.
from tests.support.databases import (
    catalog,
    couriers,
    deliveries,
    delivery,
    notifications,
    ordering,
    orders,
    restaurants,
    stock,
    writings,
)
