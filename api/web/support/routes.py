"""All pages of the support desk: for people with the role `support`."""

from fastapi import APIRouter

from api.web.support import acting, approvals, audit, bulk, cases, home, orders, search

router = APIRouter()
for module in (home, search, approvals, audit, bulk, cases, orders, acting):
    router.include_router(module.router, prefix="/support")
