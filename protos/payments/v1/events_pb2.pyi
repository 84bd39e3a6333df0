import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.money.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PaymentEvent(_message.Message):
    __slots__ = ("event_id", "event_type", "occurred_at", "aggregate_id", "aggregate_version", "correlation_id", "customer_id", "payment", "payment_started", "payment_requires_action", "payment_authorized", "payment_captured", "payment_voided", "payment_failed", "payment_settled", "refund_pending", "refund_succeeded", "refund_failed", "refund_waived", "refund_due", "refund_settled", "dispute_opened", "dispute_won", "dispute_lost")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_STARTED_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_REQUIRES_ACTION_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_AUTHORIZED_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_CAPTURED_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_VOIDED_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_FAILED_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_SETTLED_FIELD_NUMBER: _ClassVar[int]
    REFUND_PENDING_FIELD_NUMBER: _ClassVar[int]
    REFUND_SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    REFUND_FAILED_FIELD_NUMBER: _ClassVar[int]
    REFUND_WAIVED_FIELD_NUMBER: _ClassVar[int]
    REFUND_DUE_FIELD_NUMBER: _ClassVar[int]
    REFUND_SETTLED_FIELD_NUMBER: _ClassVar[int]
    DISPUTE_OPENED_FIELD_NUMBER: _ClassVar[int]
    DISPUTE_WON_FIELD_NUMBER: _ClassVar[int]
    DISPUTE_LOST_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    event_type: str
    occurred_at: _timestamp_pb2.Timestamp
    aggregate_id: str
    aggregate_version: int
    correlation_id: str
    customer_id: str
    payment: Payment
    payment_started: PaymentStarted
    payment_requires_action: PaymentRequiresAction
    payment_authorized: PaymentAuthorized
    payment_captured: PaymentCaptured
    payment_voided: PaymentVoided
    payment_failed: PaymentFailed
    payment_settled: PaymentSettled
    refund_pending: RefundPending
    refund_succeeded: RefundSucceeded
    refund_failed: RefundFailed
    refund_waived: RefundWaived
    refund_due: RefundDue
    refund_settled: RefundSettled
    dispute_opened: DisputeOpened
    dispute_won: DisputeWon
    dispute_lost: DisputeLost
    def __init__(self, event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., aggregate_id: _Optional[str] = ..., aggregate_version: _Optional[int] = ..., correlation_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment: _Optional[_Union[Payment, _Mapping]] = ..., payment_started: _Optional[_Union[PaymentStarted, _Mapping]] = ..., payment_requires_action: _Optional[_Union[PaymentRequiresAction, _Mapping]] = ..., payment_authorized: _Optional[_Union[PaymentAuthorized, _Mapping]] = ..., payment_captured: _Optional[_Union[PaymentCaptured, _Mapping]] = ..., payment_voided: _Optional[_Union[PaymentVoided, _Mapping]] = ..., payment_failed: _Optional[_Union[PaymentFailed, _Mapping]] = ..., payment_settled: _Optional[_Union[PaymentSettled, _Mapping]] = ..., refund_pending: _Optional[_Union[RefundPending, _Mapping]] = ..., refund_succeeded: _Optional[_Union[RefundSucceeded, _Mapping]] = ..., refund_failed: _Optional[_Union[RefundFailed, _Mapping]] = ..., refund_waived: _Optional[_Union[RefundWaived, _Mapping]] = ..., refund_due: _Optional[_Union[RefundDue, _Mapping]] = ..., refund_settled: _Optional[_Union[RefundSettled, _Mapping]] = ..., dispute_opened: _Optional[_Union[DisputeOpened, _Mapping]] = ..., dispute_won: _Optional[_Union[DisputeWon, _Mapping]] = ..., dispute_lost: _Optional[_Union[DisputeLost, _Mapping]] = ...) -> None: ...

class PaymentStarted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PaymentRequiresAction(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PaymentAuthorized(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PaymentCaptured(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PaymentVoided(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PaymentFailed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PaymentSettled(_message.Message):
    __slots__ = ("shares", "payer")
    SHARES_FIELD_NUMBER: _ClassVar[int]
    PAYER_FIELD_NUMBER: _ClassVar[int]
    shares: _containers.RepeatedCompositeFieldContainer[Share]
    payer: str
    def __init__(self, shares: _Optional[_Iterable[_Union[Share, _Mapping]]] = ..., payer: _Optional[str] = ...) -> None: ...

class RefundPending(_message.Message):
    __slots__ = ("refund",)
    REFUND_FIELD_NUMBER: _ClassVar[int]
    refund: Refund
    def __init__(self, refund: _Optional[_Union[Refund, _Mapping]] = ...) -> None: ...

class RefundSucceeded(_message.Message):
    __slots__ = ("refund",)
    REFUND_FIELD_NUMBER: _ClassVar[int]
    refund: Refund
    def __init__(self, refund: _Optional[_Union[Refund, _Mapping]] = ...) -> None: ...

class RefundFailed(_message.Message):
    __slots__ = ("refund",)
    REFUND_FIELD_NUMBER: _ClassVar[int]
    refund: Refund
    def __init__(self, refund: _Optional[_Union[Refund, _Mapping]] = ...) -> None: ...

class RefundWaived(_message.Message):
    __slots__ = ("refund",)
    REFUND_FIELD_NUMBER: _ClassVar[int]
    refund: Refund
    def __init__(self, refund: _Optional[_Union[Refund, _Mapping]] = ...) -> None: ...

class RefundDue(_message.Message):
    __slots__ = ("owed", "deadline")
    OWED_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    owed: _money_pb2.Money
    deadline: _timestamp_pb2.Timestamp
    def __init__(self, owed: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RefundSettled(_message.Message):
    __slots__ = ("resolution",)
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    resolution: str
    def __init__(self, resolution: _Optional[str] = ...) -> None: ...

class DisputeOpened(_message.Message):
    __slots__ = ("dispute",)
    DISPUTE_FIELD_NUMBER: _ClassVar[int]
    dispute: Dispute
    def __init__(self, dispute: _Optional[_Union[Dispute, _Mapping]] = ...) -> None: ...

class DisputeWon(_message.Message):
    __slots__ = ("dispute",)
    DISPUTE_FIELD_NUMBER: _ClassVar[int]
    dispute: Dispute
    def __init__(self, dispute: _Optional[_Union[Dispute, _Mapping]] = ...) -> None: ...

class DisputeLost(_message.Message):
    __slots__ = ("dispute",)
    DISPUTE_FIELD_NUMBER: _ClassVar[int]
    dispute: Dispute
    def __init__(self, dispute: _Optional[_Union[Dispute, _Mapping]] = ...) -> None: ...

class Payment(_message.Message):
    __slots__ = ("status", "refund_status", "amount", "authorized", "captured", "refunded")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REFUND_STATUS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZED_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    status: str
    refund_status: str
    amount: _money_pb2.Money
    authorized: _money_pb2.Money
    captured: _money_pb2.Money
    refunded: _money_pb2.Money
    def __init__(self, status: _Optional[str] = ..., refund_status: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., authorized: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., captured: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refunded: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Refund(_message.Message):
    __slots__ = ("refund_id", "amount", "liable", "reason")
    REFUND_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    LIABLE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    refund_id: str
    amount: _money_pb2.Money
    liable: str
    reason: str
    def __init__(self, refund_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., liable: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Dispute(_message.Message):
    __slots__ = ("dispute_id", "amount", "reason", "due_by")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DUE_BY_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    amount: _money_pb2.Money
    reason: str
    due_by: _timestamp_pb2.Timestamp
    def __init__(self, dispute_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., due_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Share(_message.Message):
    __slots__ = ("account", "amount")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account: str
    amount: _money_pb2.Money
    def __init__(self, account: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
