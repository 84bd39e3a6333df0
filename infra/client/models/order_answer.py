from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_status import OrderStatus, check_order_status
from ..models.refund_status import RefundStatus, check_refund_status

if TYPE_CHECKING:
    from ..models.cancellation_answer import CancellationAnswer
    from ..models.delivery import Delivery
    from ..models.line_answer import LineAnswer
    from ..models.links import Links
    from ..models.money import Money
    from ..models.payment_answer import PaymentAnswer


T = TypeVar("T", bound="OrderAnswer")


@_attrs_define
class OrderAnswer:
    """`items` is what is cooked and paid, `unavailable_items` what the kitchen had to leave out.

    `answer_by` is when the kitchen's time to accept or reject ends; null unless it is to decide.
    `ready_by` is when it means to be done; null until it has accepted.

        Attributes:
            version (int):
            id (UUID):
            status (OrderStatus):
            refund_status (RefundStatus): Of an order. `none` also after a void: nothing was taken.
            customer_id (UUID):
            restaurant_id (UUID):
            items (list[LineAnswer]):
            unavailable_items (list[LineAnswer]):
            subtotal (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
            delivery_fee (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
            service_fee (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
            tip (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
            total (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
            payment (PaymentAnswer): `authorized` is what is still held: 0 once captured or voided.
            answer_by (datetime.datetime | None):
            ready_by (datetime.datetime | None):
            delivery (Delivery): `eta` is when the food should be at the door: from where the courier is, if anybody knows.

                The address is null for who doesn't need it: the restaurant's staff, and a courier in whose
                hands the order is not.
            cancellation (CancellationAnswer | None):
            placed_at (datetime.datetime):
            updated_at (datetime.datetime):
            links (Links):
    """

    version: int
    id: UUID
    status: OrderStatus
    refund_status: RefundStatus
    customer_id: UUID
    restaurant_id: UUID
    items: list[LineAnswer]
    unavailable_items: list[LineAnswer]
    subtotal: Money
    delivery_fee: Money
    service_fee: Money
    tip: Money
    total: Money
    payment: PaymentAnswer
    answer_by: datetime.datetime | None
    ready_by: datetime.datetime | None
    delivery: Delivery
    cancellation: CancellationAnswer | None
    placed_at: datetime.datetime
    updated_at: datetime.datetime
    links: Links
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cancellation_answer import CancellationAnswer  # noqa: PLC0415

        version = self.version

        id = str(self.id)

        status: str = self.status

        refund_status: str = self.refund_status

        customer_id = str(self.customer_id)

        restaurant_id = str(self.restaurant_id)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        unavailable_items = []
        for unavailable_items_item_data in self.unavailable_items:
            unavailable_items_item = unavailable_items_item_data.to_dict()
            unavailable_items.append(unavailable_items_item)

        subtotal = self.subtotal.to_dict()

        delivery_fee = self.delivery_fee.to_dict()

        service_fee = self.service_fee.to_dict()

        tip = self.tip.to_dict()

        total = self.total.to_dict()

        payment = self.payment.to_dict()

        answer_by: None | str
        if isinstance(self.answer_by, datetime.datetime):
            answer_by = self.answer_by.isoformat()
        else:
            answer_by = self.answer_by

        ready_by: None | str
        if isinstance(self.ready_by, datetime.datetime):
            ready_by = self.ready_by.isoformat()
        else:
            ready_by = self.ready_by

        delivery = self.delivery.to_dict()

        cancellation: dict[str, Any] | None
        if isinstance(self.cancellation, CancellationAnswer):
            cancellation = self.cancellation.to_dict()
        else:
            cancellation = self.cancellation

        placed_at = self.placed_at.isoformat()

        updated_at = self.updated_at.isoformat()

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "id": id,
                "status": status,
                "refund_status": refund_status,
                "customer_id": customer_id,
                "restaurant_id": restaurant_id,
                "items": items,
                "unavailable_items": unavailable_items,
                "subtotal": subtotal,
                "delivery_fee": delivery_fee,
                "service_fee": service_fee,
                "tip": tip,
                "total": total,
                "payment": payment,
                "answer_by": answer_by,
                "ready_by": ready_by,
                "delivery": delivery,
                "cancellation": cancellation,
                "placed_at": placed_at,
                "updated_at": updated_at,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cancellation_answer import CancellationAnswer  # noqa: PLC0415
        from ..models.delivery import Delivery  # noqa: PLC0415
        from ..models.line_answer import LineAnswer  # noqa: PLC0415
        from ..models.links import Links  # noqa: PLC0415
        from ..models.money import Money  # noqa: PLC0415
        from ..models.payment_answer import PaymentAnswer  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        id = UUID(d.pop("id"))

        status = check_order_status(d.pop("status"))

        refund_status = check_refund_status(d.pop("refund_status"))

        customer_id = UUID(d.pop("customer_id"))

        restaurant_id = UUID(d.pop("restaurant_id"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = LineAnswer.from_dict(items_item_data)

            items.append(items_item)

        unavailable_items = []
        _unavailable_items = d.pop("unavailable_items")
        for unavailable_items_item_data in _unavailable_items:
            unavailable_items_item = LineAnswer.from_dict(unavailable_items_item_data)

            unavailable_items.append(unavailable_items_item)

        subtotal = Money.from_dict(d.pop("subtotal"))

        delivery_fee = Money.from_dict(d.pop("delivery_fee"))

        service_fee = Money.from_dict(d.pop("service_fee"))

        tip = Money.from_dict(d.pop("tip"))

        total = Money.from_dict(d.pop("total"))

        payment = PaymentAnswer.from_dict(d.pop("payment"))

        def _parse_answer_by(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                answer_by_type_0 = datetime.datetime.fromisoformat(data)

                return answer_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        answer_by = _parse_answer_by(d.pop("answer_by"))

        def _parse_ready_by(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ready_by_type_0 = datetime.datetime.fromisoformat(data)

                return ready_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ready_by = _parse_ready_by(d.pop("ready_by"))

        delivery = Delivery.from_dict(d.pop("delivery"))

        def _parse_cancellation(data: object) -> CancellationAnswer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cancellation_type_0 = CancellationAnswer.from_dict(data)

                return cancellation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CancellationAnswer | None, data)

        cancellation = _parse_cancellation(d.pop("cancellation"))

        placed_at = datetime.datetime.fromisoformat(d.pop("placed_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        links = Links.from_dict(d.pop("links"))

        order_answer = cls(
            version=version,
            id=id,
            status=status,
            refund_status=refund_status,
            customer_id=customer_id,
            restaurant_id=restaurant_id,
            items=items,
            unavailable_items=unavailable_items,
            subtotal=subtotal,
            delivery_fee=delivery_fee,
            service_fee=service_fee,
            tip=tip,
            total=total,
            payment=payment,
            answer_by=answer_by,
            ready_by=ready_by,
            delivery=delivery,
            cancellation=cancellation,
            placed_at=placed_at,
            updated_at=updated_at,
            links=links,
        )

        order_answer.additional_properties = d
        return order_answer

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
