"""What an order costs. The rules of this platform; a caller never names a price."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from math import ceil
from uuid import UUID

from domain.errors import OutOfDeliveryRange
from domain.money import Money
from domain.orders import OrderLine, Quote, Revision

# A couriered meal is still warm: farther away nobody is offered the restaurant.
DELIVERY_RADIUS_KM = 15.0

# Hundredths of a percent of the subtotal, so that the rules hold in every currency.
SERVICE_FEE = 500
DELIVERY_FEE = 1_000
DELIVERY_FEE_PER_KM = 200
KM_INCLUDED = 3


def quote(lines: Iterable[OrderLine], *, tip: Money, distance_km: float) -> Quote:
    """Price the lines for a door `distance_km` away.

    Each kilometre begun beyond the included ones costs the same. Raises `OutOfDeliveryRange`
    beyond the radius and `CurrencyMismatch` where the tip is in another currency.
    """
    if distance_km > DELIVERY_RADIUS_KM:
        message = (
            f"The address is {distance_km:.1f} km away; {DELIVERY_RADIUS_KM:.0f} km is the most."
        )
        raise OutOfDeliveryRange(message)
    subtotal = sum((line.line_total for line in lines), Money.zero(tip.currency))
    extra_km = max(0, ceil(distance_km) - KM_INCLUDED)
    delivery = subtotal.basis_points(DELIVERY_FEE + extra_km * DELIVERY_FEE_PER_KM)
    service = subtotal.basis_points(SERVICE_FEE)
    return Quote(
        subtotal=subtotal,
        delivery_fee=delivery,
        service_fee=service,
        tip=tip,
        total=subtotal + delivery + service + tip,
    )


def without(unavailable: Collection[UUID], lines: Iterable[OrderLine], quote: Quote) -> Revision:
    """Drop the lines of these dishes, and price what is left.

    The service fee follows its rule; the ride is as far and the tip as meant as before.
    """
    marked = [
        replace(line, unavailable=line.unavailable or line.menu_item_id in unavailable)
        for line in lines
    ]
    left = (line.line_total for line in marked if not line.unavailable)
    subtotal = sum(left, Money.zero(quote.total.currency))
    service = subtotal.basis_points(SERVICE_FEE)
    total = subtotal + quote.delivery_fee + service + quote.tip
    return Revision(
        lines=marked, quote=replace(quote, subtotal=subtotal, service_fee=service, total=total)
    )
