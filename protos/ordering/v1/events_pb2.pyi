import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderEvent(_message.Message):
    __slots__ = ("event_id", "event_type", "occurred_at", "aggregate_id", "aggregate_version", "correlation_id", "customer_id", "restaurant_id", "total", "refunded", "order_placed", "order_confirmed", "order_accepted", "order_rejected", "order_cancelled", "order_payment_failed", "order_delayed", "order_preparing", "order_ready", "order_picked_up", "order_delivered", "order_courier_released")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PLACED_FIELD_NUMBER: _ClassVar[int]
    ORDER_CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    ORDER_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ORDER_REJECTED_FIELD_NUMBER: _ClassVar[int]
    ORDER_CANCELLED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PAYMENT_FAILED_FIELD_NUMBER: _ClassVar[int]
    ORDER_DELAYED_FIELD_NUMBER: _ClassVar[int]
    ORDER_PREPARING_FIELD_NUMBER: _ClassVar[int]
    ORDER_READY_FIELD_NUMBER: _ClassVar[int]
    ORDER_PICKED_UP_FIELD_NUMBER: _ClassVar[int]
    ORDER_DELIVERED_FIELD_NUMBER: _ClassVar[int]
    ORDER_COURIER_RELEASED_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    event_type: str
    occurred_at: _timestamp_pb2.Timestamp
    aggregate_id: str
    aggregate_version: int
    correlation_id: str
    customer_id: str
    restaurant_id: str
    total: Money
    refunded: Money
    order_placed: OrderPlaced
    order_confirmed: OrderConfirmed
    order_accepted: OrderAccepted
    order_rejected: OrderRejected
    order_cancelled: OrderCancelled
    order_payment_failed: OrderPaymentFailed
    order_delayed: OrderDelayed
    order_preparing: OrderPreparing
    order_ready: OrderReady
    order_picked_up: OrderPickedUp
    order_delivered: OrderDelivered
    order_courier_released: OrderCourierReleased
    def __init__(self, event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., aggregate_id: _Optional[str] = ..., aggregate_version: _Optional[int] = ..., correlation_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., restaurant_id: _Optional[str] = ..., total: _Optional[_Union[Money, _Mapping]] = ..., refunded: _Optional[_Union[Money, _Mapping]] = ..., order_placed: _Optional[_Union[OrderPlaced, _Mapping]] = ..., order_confirmed: _Optional[_Union[OrderConfirmed, _Mapping]] = ..., order_accepted: _Optional[_Union[OrderAccepted, _Mapping]] = ..., order_rejected: _Optional[_Union[OrderRejected, _Mapping]] = ..., order_cancelled: _Optional[_Union[OrderCancelled, _Mapping]] = ..., order_payment_failed: _Optional[_Union[OrderPaymentFailed, _Mapping]] = ..., order_delayed: _Optional[_Union[OrderDelayed, _Mapping]] = ..., order_preparing: _Optional[_Union[OrderPreparing, _Mapping]] = ..., order_ready: _Optional[_Union[OrderReady, _Mapping]] = ..., order_picked_up: _Optional[_Union[OrderPickedUp, _Mapping]] = ..., order_delivered: _Optional[_Union[OrderDelivered, _Mapping]] = ..., order_courier_released: _Optional[_Union[OrderCourierReleased, _Mapping]] = ...) -> None: ...

class OrderPlaced(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderConfirmed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderAccepted(_message.Message):
    __slots__ = ("ready_by",)
    READY_BY_FIELD_NUMBER: _ClassVar[int]
    ready_by: _timestamp_pb2.Timestamp
    def __init__(self, ready_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderDelayed(_message.Message):
    __slots__ = ("ready_by",)
    READY_BY_FIELD_NUMBER: _ClassVar[int]
    ready_by: _timestamp_pb2.Timestamp
    def __init__(self, ready_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderPreparing(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderReady(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OrderCourierReleased(_message.Message):
    __slots__ = ("courier_id",)
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    courier_id: str
    def __init__(self, courier_id: _Optional[str] = ...) -> None: ...

class OrderPickedUp(_message.Message):
    __slots__ = ("courier_id",)
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    courier_id: str
    def __init__(self, courier_id: _Optional[str] = ...) -> None: ...

class OrderDelivered(_message.Message):
    __slots__ = ("courier_id",)
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    courier_id: str
    def __init__(self, courier_id: _Optional[str] = ...) -> None: ...

class OrderRejected(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    def __init__(self, code: _Optional[str] = ...) -> None: ...

class OrderCancelled(_message.Message):
    __slots__ = ("code", "courier_id")
    CODE_FIELD_NUMBER: _ClassVar[int]
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    code: str
    courier_id: str
    def __init__(self, code: _Optional[str] = ..., courier_id: _Optional[str] = ...) -> None: ...

class OrderPaymentFailed(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    def __init__(self, code: _Optional[str] = ...) -> None: ...

class Money(_message.Message):
    __slots__ = ("amount", "currency")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    amount: int
    currency: str
    def __init__(self, amount: _Optional[int] = ..., currency: _Optional[str] = ...) -> None: ...
