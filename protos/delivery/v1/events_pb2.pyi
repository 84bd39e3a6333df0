import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.money.v1 import money_pb2 as _money_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeliveryEvent(_message.Message):
    __slots__ = ("event_id", "event_type", "occurred_at", "aggregate_id", "aggregate_version", "correlation_id", "delivery", "delivery_offered", "delivery_assigned", "delivery_released", "delivery_picked_up", "delivery_delivered", "delivery_failed", "delivery_cancelled")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_OFFERED_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ASSIGNED_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_RELEASED_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_PICKED_UP_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_DELIVERED_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FAILED_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_CANCELLED_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    event_type: str
    occurred_at: _timestamp_pb2.Timestamp
    aggregate_id: str
    aggregate_version: int
    correlation_id: str
    delivery: Delivery
    delivery_offered: DeliveryOffered
    delivery_assigned: DeliveryAssigned
    delivery_released: DeliveryReleased
    delivery_picked_up: DeliveryPickedUp
    delivery_delivered: DeliveryDelivered
    delivery_failed: DeliveryFailed
    delivery_cancelled: DeliveryCancelled
    def __init__(self, event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., aggregate_id: _Optional[str] = ..., aggregate_version: _Optional[int] = ..., correlation_id: _Optional[str] = ..., delivery: _Optional[_Union[Delivery, _Mapping]] = ..., delivery_offered: _Optional[_Union[DeliveryOffered, _Mapping]] = ..., delivery_assigned: _Optional[_Union[DeliveryAssigned, _Mapping]] = ..., delivery_released: _Optional[_Union[DeliveryReleased, _Mapping]] = ..., delivery_picked_up: _Optional[_Union[DeliveryPickedUp, _Mapping]] = ..., delivery_delivered: _Optional[_Union[DeliveryDelivered, _Mapping]] = ..., delivery_failed: _Optional[_Union[DeliveryFailed, _Mapping]] = ..., delivery_cancelled: _Optional[_Union[DeliveryCancelled, _Mapping]] = ...) -> None: ...

class DeliveryOffered(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeliveryAssigned(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeliveryReleased(_message.Message):
    __slots__ = ("courier_id", "lost")
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    courier_id: str
    lost: bool
    def __init__(self, courier_id: _Optional[str] = ..., lost: _Optional[bool] = ...) -> None: ...

class DeliveryPickedUp(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeliveryDelivered(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeliveryFailed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeliveryCancelled(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("restaurant_id", "state", "courier_id", "assignment", "fee", "round", "radius_km", "expires_at", "code")
    RESTAURANT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    COURIER_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    RADIUS_KM_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    restaurant_id: str
    state: str
    courier_id: str
    assignment: int
    fee: _money_pb2.Money
    round: int
    radius_km: float
    expires_at: _timestamp_pb2.Timestamp
    code: str
    def __init__(self, restaurant_id: _Optional[str] = ..., state: _Optional[str] = ..., courier_id: _Optional[str] = ..., assignment: _Optional[int] = ..., fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., round: _Optional[int] = ..., radius_km: _Optional[float] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., code: _Optional[str] = ...) -> None: ...
