import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.money.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RestaurantEvent(_message.Message):
    __slots__ = ("event_id", "event_type", "occurred_at", "aggregate_id", "aggregate_version", "correlation_id", "restaurant", "restaurant_opened", "restaurant_changed", "restaurant_paused", "restaurant_resumed", "menu_item_added", "menu_item_changed", "menu_item_removed")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_OPENED_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_CHANGED_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_PAUSED_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_RESUMED_FIELD_NUMBER: _ClassVar[int]
    MENU_ITEM_ADDED_FIELD_NUMBER: _ClassVar[int]
    MENU_ITEM_CHANGED_FIELD_NUMBER: _ClassVar[int]
    MENU_ITEM_REMOVED_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    event_type: str
    occurred_at: _timestamp_pb2.Timestamp
    aggregate_id: str
    aggregate_version: int
    correlation_id: str
    restaurant: Restaurant
    restaurant_opened: RestaurantOpened
    restaurant_changed: RestaurantChanged
    restaurant_paused: RestaurantPaused
    restaurant_resumed: RestaurantResumed
    menu_item_added: MenuItemAdded
    menu_item_changed: MenuItemChanged
    menu_item_removed: MenuItemRemoved
    def __init__(self, event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., aggregate_id: _Optional[str] = ..., aggregate_version: _Optional[int] = ..., correlation_id: _Optional[str] = ..., restaurant: _Optional[_Union[Restaurant, _Mapping]] = ..., restaurant_opened: _Optional[_Union[RestaurantOpened, _Mapping]] = ..., restaurant_changed: _Optional[_Union[RestaurantChanged, _Mapping]] = ..., restaurant_paused: _Optional[_Union[RestaurantPaused, _Mapping]] = ..., restaurant_resumed: _Optional[_Union[RestaurantResumed, _Mapping]] = ..., menu_item_added: _Optional[_Union[MenuItemAdded, _Mapping]] = ..., menu_item_changed: _Optional[_Union[MenuItemChanged, _Mapping]] = ..., menu_item_removed: _Optional[_Union[MenuItemRemoved, _Mapping]] = ...) -> None: ...

class RestaurantOpened(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RestaurantChanged(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RestaurantPaused(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RestaurantResumed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MenuItemAdded(_message.Message):
    __slots__ = ("item",)
    ITEM_FIELD_NUMBER: _ClassVar[int]
    item: MenuItem
    def __init__(self, item: _Optional[_Union[MenuItem, _Mapping]] = ...) -> None: ...

class MenuItemChanged(_message.Message):
    __slots__ = ("item",)
    ITEM_FIELD_NUMBER: _ClassVar[int]
    item: MenuItem
    def __init__(self, item: _Optional[_Union[MenuItem, _Mapping]] = ...) -> None: ...

class MenuItemRemoved(_message.Message):
    __slots__ = ("item",)
    ITEM_FIELD_NUMBER: _ClassVar[int]
    item: MenuItem
    def __init__(self, item: _Optional[_Union[MenuItem, _Mapping]] = ...) -> None: ...

class Restaurant(_message.Message):
    __slots__ = ("name", "currency", "address", "cuisine", "opening_hours", "auto_accept", "acceptance_minutes", "preparation_minutes", "kitchen_slots", "paused")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CUISINE_FIELD_NUMBER: _ClassVar[int]
    OPENING_HOURS_FIELD_NUMBER: _ClassVar[int]
    AUTO_ACCEPT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_MINUTES_FIELD_NUMBER: _ClassVar[int]
    PREPARATION_MINUTES_FIELD_NUMBER: _ClassVar[int]
    KITCHEN_SLOTS_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    name: str
    currency: str
    address: Address
    cuisine: str
    opening_hours: OpeningHours
    auto_accept: bool
    acceptance_minutes: int
    preparation_minutes: int
    kitchen_slots: int
    paused: bool
    def __init__(self, name: _Optional[str] = ..., currency: _Optional[str] = ..., address: _Optional[_Union[Address, _Mapping]] = ..., cuisine: _Optional[str] = ..., opening_hours: _Optional[_Union[OpeningHours, _Mapping]] = ..., auto_accept: _Optional[bool] = ..., acceptance_minutes: _Optional[int] = ..., preparation_minutes: _Optional[int] = ..., kitchen_slots: _Optional[int] = ..., paused: _Optional[bool] = ...) -> None: ...

class Address(_message.Message):
    __slots__ = ("line1", "city", "point")
    LINE1_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    POINT_FIELD_NUMBER: _ClassVar[int]
    line1: str
    city: str
    point: Point
    def __init__(self, line1: _Optional[str] = ..., city: _Optional[str] = ..., point: _Optional[_Union[Point, _Mapping]] = ...) -> None: ...

class Point(_message.Message):
    __slots__ = ("lat", "lon")
    LAT_FIELD_NUMBER: _ClassVar[int]
    LON_FIELD_NUMBER: _ClassVar[int]
    lat: float
    lon: float
    def __init__(self, lat: _Optional[float] = ..., lon: _Optional[float] = ...) -> None: ...

class OpeningHours(_message.Message):
    __slots__ = ("timezone", "weekly", "closed_on")
    TIMEZONE_FIELD_NUMBER: _ClassVar[int]
    WEEKLY_FIELD_NUMBER: _ClassVar[int]
    CLOSED_ON_FIELD_NUMBER: _ClassVar[int]
    timezone: str
    weekly: _containers.RepeatedCompositeFieldContainer[OpeningSpan]
    closed_on: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, timezone: _Optional[str] = ..., weekly: _Optional[_Iterable[_Union[OpeningSpan, _Mapping]]] = ..., closed_on: _Optional[_Iterable[str]] = ...) -> None: ...

class OpeningSpan(_message.Message):
    __slots__ = ("weekday", "opens", "closes")
    WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    OPENS_FIELD_NUMBER: _ClassVar[int]
    CLOSES_FIELD_NUMBER: _ClassVar[int]
    weekday: str
    opens: str
    closes: str
    def __init__(self, weekday: _Optional[str] = ..., opens: _Optional[str] = ..., closes: _Optional[str] = ...) -> None: ...

class MenuItem(_message.Message):
    __slots__ = ("menu_item_id", "name", "description", "price", "stock", "available")
    MENU_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    STOCK_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    menu_item_id: str
    name: str
    description: str
    price: _money_pb2.Money
    stock: int
    available: bool
    def __init__(self, menu_item_id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., stock: _Optional[int] = ..., available: _Optional[bool] = ...) -> None: ...
