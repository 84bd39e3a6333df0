import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StockEvent(_message.Message):
    __slots__ = ("event_id", "event_type", "occurred_at", "aggregate_id", "aggregate_version", "correlation_id", "restaurant_id", "state", "stock_reserved", "stock_released", "stock_consumed", "items_withdrawn")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STOCK_RESERVED_FIELD_NUMBER: _ClassVar[int]
    STOCK_RELEASED_FIELD_NUMBER: _ClassVar[int]
    STOCK_CONSUMED_FIELD_NUMBER: _ClassVar[int]
    ITEMS_WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    event_type: str
    occurred_at: _timestamp_pb2.Timestamp
    aggregate_id: str
    aggregate_version: int
    correlation_id: str
    restaurant_id: str
    state: str
    stock_reserved: StockReserved
    stock_released: StockReleased
    stock_consumed: StockConsumed
    items_withdrawn: ItemsWithdrawn
    def __init__(self, event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., aggregate_id: _Optional[str] = ..., aggregate_version: _Optional[int] = ..., correlation_id: _Optional[str] = ..., restaurant_id: _Optional[str] = ..., state: _Optional[str] = ..., stock_reserved: _Optional[_Union[StockReserved, _Mapping]] = ..., stock_released: _Optional[_Union[StockReleased, _Mapping]] = ..., stock_consumed: _Optional[_Union[StockConsumed, _Mapping]] = ..., items_withdrawn: _Optional[_Union[ItemsWithdrawn, _Mapping]] = ...) -> None: ...

class StockReserved(_message.Message):
    __slots__ = ("lines",)
    LINES_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[StockLine]
    def __init__(self, lines: _Optional[_Iterable[_Union[StockLine, _Mapping]]] = ...) -> None: ...

class StockReleased(_message.Message):
    __slots__ = ("lines",)
    LINES_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[StockLine]
    def __init__(self, lines: _Optional[_Iterable[_Union[StockLine, _Mapping]]] = ...) -> None: ...

class StockConsumed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ItemsWithdrawn(_message.Message):
    __slots__ = ("lines",)
    LINES_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[StockLine]
    def __init__(self, lines: _Optional[_Iterable[_Union[StockLine, _Mapping]]] = ...) -> None: ...

class StockLine(_message.Message):
    __slots__ = ("menu_item_id", "name", "quantity", "left")
    MENU_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    menu_item_id: str
    name: str
    quantity: int
    left: int
    def __init__(self, menu_item_id: _Optional[str] = ..., name: _Optional[str] = ..., quantity: _Optional[int] = ..., left: _Optional[int] = ...) -> None: ...
