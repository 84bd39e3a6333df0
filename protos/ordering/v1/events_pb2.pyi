import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.money.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderEvent(_message.Message):
    __slots__ = ("event_id", "event_type", "occurred_at", "aggregate_id", "aggregate_version", "correlation_id", "order", "order_placed", "order_reserved", "order_payment_action_required", "order_confirmed", "order_accepted", "order_delayed", "order_preparing", "order_ready", "order_courier_assigned", "order_courier_released", "order_picked_up", "order_delivered", "order_rejected", "order_cancelled", "order_payment_failed", "order_payment_changed", "order_noted")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ORDER_PLACED_FIELD_NUMBER: _ClassVar[int]
    ORDER_RESERVED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PAYMENT_ACTION_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    ORDER_CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    ORDER_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ORDER_DELAYED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PREPARING_FIELD_NUMBER: _ClassVar[int]
    ORDER_READY_FIELD_NUMBER: _ClassVar[int]
    ORDER_COURIER_ASSIGNED_FIELD_NUMBER: _ClassVar[int]
    ORDER_COURIER_RELEASED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PICKED_UP_FIELD_NUMBER: _ClassVar[int]
    ORDER_DELIVERED_FIELD_NUMBER: _ClassVar[int]
    ORDER_REJECTED_FIELD_NUMBER: _ClassVar[int]
    ORDER_CANCELLED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PAYMENT_FAILED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PAYMENT_CHANGED_FIELD_NUMBER: _ClassVar[int]
    ORDER_NOTED_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    event_type: str
    occurred_at: _timestamp_pb2.Timestamp
    aggregate_id: str
    aggregate_version: int
    correlation_id: str
    order: Order
    order_placed: OrderPlaced
    order_reserved: OrderReserved
    order_payment_action_required: OrderPaymentActionRequired
    order_confirmed: OrderConfirmed
    order_accepted: OrderAccepted
    order_delayed: OrderDelayed
    order_preparing: OrderPreparing
    order_ready: OrderReady
    order_courier_assigned: OrderCourierAssigned
    order_courier_released: OrderCourierReleased
    order_picked_up: OrderPickedUp
    order_delivered: OrderDelivered
    order_rejected: OrderRejected
    order_cancelled: OrderCancelled
    order_payment_failed: OrderPaymentFailed
    order_payment_changed: OrderPaymentChanged
    order_noted: OrderNoted
    def __init__(self, event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., aggregate_id: _Optional[str] = ..., aggregate_version: _Optional[int] = ..., correlation_id: _Optional[str] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., order_placed: _Optional[_Union[OrderPlaced, _Mapping]] = ..., order_reserved: _Optional[_Union[OrderReserved, _Mapping]] = ..., order_payment_action_required: _Optional[_Union[OrderPaymentActionRequired, _Mapping]] = ..., order_confirmed: _Optional[_Union[OrderConfirmed, _Mapping]] = ..., order_accepted: _Optional[_Union[OrderAccepted, _Mapping]] = ..., order_delayed: _Optional[_Union[OrderDelayed, _Mapping]] = ..., order_preparing: _Optional[_Union[OrderPreparing, _Mapping]] = ..., order_ready: _Optional[_Union[OrderReady, _Mapping]] = ..., order_courier_assigned: _Optional[_Union[OrderCourierAssigned, _Mapping]] = ..., order_courier_released: _Optional[_Union[OrderCourierReleased, _Mapping]] = ..., order_picked_up: _Optional[_Union[OrderPickedUp, _Mapping]] = ..., order_delivered: _Optional[_Union[OrderDelivered, _Mapping]] = ..., order_rejected: _Optional[_Union[OrderRejected, _Mapping]] = ..., order_cancelled: _Optional[_Union[OrderCancelled, _Mapping]] = ..., order_payment_failed: _Optional[_Union[OrderPaymentFailed, _Mapping]] = ..., order_payment_changed: _Optional[_Union[OrderPaymentChanged, _Mapping]] = ..., order_noted: _Optional[_Union[OrderNoted, _Mapping]] = ...) -> None: ...

class OrderPlaced(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderReserved(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderPaymentActionRequired(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderConfirmed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderAccepted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderDelayed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderPreparing(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderReady(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderCourierAssigned(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderCourierReleased(_message.Message):
    __slots__ = ("courier_id",)
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    courier_id: str
    def __init__(self, courier_id: _Optional[str] = ...) -> None: ...

class OrderPickedUp(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderDelivered(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderRejected(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderCancelled(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderPaymentFailed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderPaymentChanged(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderNoted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Order(_message.Message):
    __slots__ = ("status", "refund_status", "customer_id", "restaurant_id", "lines", "subtotal", "delivery_fee", "service_fee", "tip", "total", "placed_total", "payment", "courier_id", "acceptance_minutes", "answer_by", "ready_by", "ride_minutes", "cancellation", "placed_at", "run_id", "request_hash")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REFUND_STATUS_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SUBTOTAL_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FEE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FEE_FIELD_NUMBER: _ClassVar[int]
    TIP_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PLACED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_MINUTES_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    READY_BY_FIELD_NUMBER: _ClassVar[int]
    RIDE_MINUTES_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    PLACED_AT_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_HASH_FIELD_NUMBER: _ClassVar[int]
    status: str
    refund_status: str
    customer_id: str
    restaurant_id: str
    lines: _containers.RepeatedCompositeFieldContainer[OrderLine]
    subtotal: _money_pb2.Money
    delivery_fee: _money_pb2.Money
    service_fee: _money_pb2.Money
    tip: _money_pb2.Money
    total: _money_pb2.Money
    placed_total: _money_pb2.Money
    payment: OrderPayment
    courier_id: str
    acceptance_minutes: int
    answer_by: _timestamp_pb2.Timestamp
    ready_by: _timestamp_pb2.Timestamp
    ride_minutes: int
    cancellation: OrderCancellation
    placed_at: _timestamp_pb2.Timestamp
    run_id: str
    request_hash: str
    def __init__(self, status: _Optional[str] = ..., refund_status: _Optional[str] = ..., customer_id: _Optional[str] = ..., restaurant_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., subtotal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., delivery_fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., service_fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tip: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., placed_total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., payment: _Optional[_Union[OrderPayment, _Mapping]] = ..., courier_id: _Optional[str] = ..., acceptance_minutes: _Optional[int] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ready_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ride_minutes: _Optional[int] = ..., cancellation: _Optional[_Union[OrderCancellation, _Mapping]] = ..., placed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., run_id: _Optional[str] = ..., request_hash: _Optional[str] = ...) -> None: ...

class OrderLine(_message.Message):
    __slots__ = ("menu_item_id", "name", "quantity", "unit_price", "unavailable")
    MENU_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    UNAVAILABLE_FIELD_NUMBER: _ClassVar[int]
    menu_item_id: str
    name: str
    quantity: int
    unit_price: _money_pb2.Money
    unavailable: bool
    def __init__(self, menu_item_id: _Optional[str] = ..., name: _Optional[str] = ..., quantity: _Optional[int] = ..., unit_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., unavailable: _Optional[bool] = ...) -> None: ...

class OrderPayment(_message.Message):
    __slots__ = ("status", "authorized", "captured", "refunded", "version")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZED_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    status: str
    authorized: _money_pb2.Money
    captured: _money_pb2.Money
    refunded: _money_pb2.Money
    version: int
    def __init__(self, status: _Optional[str] = ..., authorized: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., captured: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refunded: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class OrderCancellation(_message.Message):
    __slots__ = ("by", "code", "reason", "remark_id", "kept")
    BY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    by: str
    code: str
    reason: str
    remark_id: str
    kept: _money_pb2.Money
    def __init__(self, by: _Optional[str] = ..., code: _Optional[str] = ..., reason: _Optional[str] = ..., remark_id: _Optional[str] = ..., kept: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
