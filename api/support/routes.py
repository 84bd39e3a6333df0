"""What the support desk offers over REST, in one place."""

from fastapi import APIRouter

from api.support import (
    approvals,
    audit,
    bulk,
    cancelling,
    cases,
    confirmations,
    couriers,
    deadlines,
    decisions,
    notes,
    ordering_again,
    orders,
    previews,
    refunds,
    retrying,
    search,
    whole_order,
)

router = APIRouter()
for module in (
    orders,
    whole_order,
    search,
    previews,
    retrying,
    refunds,
    decisions,
    couriers,
    deadlines,
    cancelling,
    ordering_again,
    confirmations,
    notes,
    cases,
    approvals,
    bulk,
    audit,
):
    router.include_router(module.router)
