"""Everything about one order, for support: what happened, its money, and what people did."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import Support, Using
from api.money import Money
from api.money_answers import (
    AuthorizationAnswer,
    CaseAnswer,
    DisputeAnswer,
    LedgerEntryAnswer,
    RefundAttemptAnswer,
)
from api.openapi import refusals
from api.order_answers import EntryAnswer, OrderAnswer, order_answer
from api.order_lookup import Visible
from api.services import Services
from api.support.audit import AuditAnswer, answers
from domain.casework import MoneyFile
from domain.deliveries import Delivery, DeliveryCode, DeliveryState
from domain.desk import AuditRow, DeskAction
from domain.errors import Forbidden, OrderNotFound
from domain.notifications import Audience, NotificationType, Told
from domain.orders import Actor, Order, Remark
from workflows import delivery, refund
from workflows.order import workflow_id

router = APIRouter(prefix="/support/orders", tags=["support"])


class SupportLinks(BaseModel):
    """`workflow` is the order's page in the Temporal UI; `refunds` those of its refunds, `stripe`
    its payments in Stripe's dashboard. `page` is where support acts.
    """

    self: str
    page: str
    workflow: str
    delivery: str | None
    refunds: list[str]
    stripe: list[str]


class MoneyAnswer(BaseModel):
    authorizations: list[AuthorizationAnswer]
    refunds: list[RefundAttemptAnswer]
    cases: list[CaseAnswer]
    disputes: list[DisputeAnswer]
    ledger: list[LedgerEntryAnswer]

    @classmethod
    async def of(cls, services: Services, order_id: UUID, file: MoneyFile) -> Self:
        entries = await services.ledger.entries(order_id)
        return cls(
            authorizations=[AuthorizationAnswer.of(made) for made in file.authorizations],
            refunds=[RefundAttemptAnswer.of(made) for made in file.refunds],
            cases=[CaseAnswer.of(case) for case in file.cases],
            disputes=[DisputeAnswer.of(dispute) for dispute in file.disputes],
            ledger=[LedgerEntryAnswer.of(line) for line in entries],
        )


class DeliveryFile(BaseModel):
    """`assignment` counts who took it; `code` says why it ended."""

    status: DeliveryState
    courier_id: UUID | None
    assignment: int
    fee: Money
    radius_km: float
    expires_at: datetime
    assigned_at: datetime | None
    picked_up_at: datetime | None
    ended_at: datetime | None
    code: DeliveryCode | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        return cls(
            status=delivery.state,
            courier_id=delivery.courier_id,
            assignment=delivery.assignment,
            fee=Money.of(delivery.fee),
            radius_km=delivery.radius_km,
            expires_at=delivery.expires_at,
            assigned_at=delivery.assigned_at,
            picked_up_at=delivery.picked_up_at,
            ended_at=delivery.ended_at,
            code=delivery.code,
        )


class ToldAnswer(BaseModel):
    """Who was told what about the order."""

    type: NotificationType
    audience: Audience
    recipient_id: UUID
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, told: Told) -> Self:
        return cls(**asdict(told))


class NoteAnswer(BaseModel):
    """What somebody wrote about the order, who it was, and in what they wrote it."""

    id: UUID
    at: datetime
    by: Actor
    account_id: UUID
    text: str
    action: DeskAction | None

    @classmethod
    def of(cls, remark: Remark, actions: dict[UUID, DeskAction]) -> Self:
        return cls(
            id=remark.remark_id,
            at=remark.at,
            by=remark.actor,
            account_id=remark.account_id,
            text=remark.text,
            action=actions.get(remark.remark_id),
        )


class WholeOrder(BaseModel):
    """`notes` are all that people wrote: reasons too, with the `action` that they are of."""

    order: OrderAnswer
    timeline: list[EntryAnswer]
    money: MoneyAnswer
    deliveries: list[DeliveryFile]
    notifications: list[ToldAnswer]
    notes: list[NoteAnswer]
    audit: list[AuditAnswer]
    links: SupportLinks


@router.get("/{order_id}", responses=refusals(Forbidden, OrderNotFound))
async def read_whole_order(order: Visible, services: Using, caller: Support) -> WholeOrder:
    """The order, what happened, all that was done with its money, and what support did."""
    order_id = order.order_id
    timeline, file, carried, told, remarks, audit = await asyncio.gather(
        services.orders.timeline(order_id),
        services.money_files.of_order(order_id),
        services.deliveries.find(order_id),
        services.notifications.of_order(order_id),
        services.writings.remarks_of(order_id),
        services.audit.of_order(order_id),
    )
    return WholeOrder(
        order=await order_answer(services, order, caller),
        timeline=[EntryAnswer.of(entry) for entry in timeline],
        money=await MoneyAnswer.of(services, order_id, file),
        deliveries=[DeliveryFile.of(carried)] if carried else [],
        notifications=[ToldAnswer.of(each) for each in told],
        notes=_notes(remarks, audit),
        audit=await answers(services, audit),
        links=_links(services, order, file, carried),
    )


def _notes(remarks: Sequence[Remark], audit: Sequence[AuditRow]) -> list[NoteAnswer]:
    actions = {row.remark_id: row.action for row in audit if row.remark_id}
    return [NoteAnswer.of(remark, actions) for remark in remarks if remark.text]


def _links(
    services: Services, order: Order, file: MoneyFile, carried: Delivery | None
) -> SupportLinks:
    order_id, ui = order.order_id, services.workflows_url
    refunds = {refund.workflow_id_of(order_id, made.part_of) for made in file.refunds}
    payments = [made.payment_intent_id for made in file.authorizations if made.payment_intent_id]
    return SupportLinks(
        self=f"/api/v1/support/orders/{order_id}",
        page=services.links.to_order(order_id),
        workflow=f"{ui}/{workflow_id(order_id)}/{order.run_id}/user-metadata",
        delivery=f"{ui}/{delivery.workflow_id(order_id)}" if carried else None,
        refunds=[f"{ui}/{each}" for each in sorted(refunds)],
        stripe=[services.links.to_payment(payment) for payment in payments],
    )
