"""What an order's status means to those who look after it, on whichever page they read it."""

from domain.orders import OrderStatus

_SENTENCES = {
    OrderStatus.PLACED: "The order was placed. The dishes are being set aside.",
    OrderStatus.RESERVED: "The dishes are set aside. The payment is being authorized.",
    OrderStatus.PAYMENT_ACTION_REQUIRED: "The customer has to confirm the payment with the bank.",
    OrderStatus.CONFIRMED: "The money is held. The restaurant has to accept or reject.",
    OrderStatus.ACCEPTED: "The restaurant accepted, and will cook once the money is taken.",
    OrderStatus.PREPARING: "The kitchen is cooking.",
    OrderStatus.READY: "The food is ready.",
    OrderStatus.PICKED_UP: "The courier is on the way with the food.",
    OrderStatus.DELIVERED: "The food was delivered.",
    OrderStatus.PAYMENT_FAILED: "The payment failed.",
    OrderStatus.REJECTED: "The order was rejected.",
    OrderStatus.CANCELLED: "The order was cancelled.",
}


def sentence(status: OrderStatus, *, is_paid: bool) -> str:
    """`is_paid` where money was taken, which of an accepted order the status does not say."""
    if status is OrderStatus.ACCEPTED and is_paid:
        return "The restaurant accepted. The money is taken, and it will cook."
    return _SENTENCES[status]


# Where the status itself does not read after "The order is".
_PLAIN = {
    OrderStatus.PAYMENT_ACTION_REQUIRED: "waiting for the bank",
    OrderStatus.PAYMENT_FAILED: "not paid",
}


def plain(status: OrderStatus) -> str:
    """As it reads after "The order is"."""
    return _PLAIN.get(status, status.value.replace("_", " "))
