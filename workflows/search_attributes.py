"""What support staff can filter orders by in the Temporal UI. One list for every server.

Values are shown raw, and never encrypted: plain words, ids and amounts only. The dev server
doesn't start with more than ten of type Keyword.
"""

from temporalio import workflow
from temporalio.common import SearchAttributeKey, TypedSearchAttributes

ORDER_STATUS = SearchAttributeKey.for_keyword("OrderStatus")
REFUND_STATUS = SearchAttributeKey.for_keyword("RefundStatus")
# A short plain phrase; unset where nobody has to do anything.
ATTENTION_REASON = SearchAttributeKey.for_keyword("AttentionReason")
# To read: "41.20 EUR".
AMOUNT = SearchAttributeKey.for_keyword("Amount")
# To compare: minor units.
AMOUNT_MINOR = SearchAttributeKey.for_int("AmountMinor")
RESTAURANT_ID = SearchAttributeKey.for_keyword("RestaurantId")
# A keyed hash of the customer's id: finds a customer's orders without naming the customer.
CUSTOMER_KEY = SearchAttributeKey.for_keyword("CustomerKey")

SEARCH_ATTRIBUTES = {
    ORDER_STATUS.name: "Keyword",
    REFUND_STATUS.name: "Keyword",
    ATTENTION_REASON.name: "Keyword",
    AMOUNT.name: "Keyword",
    AMOUNT_MINOR.name: "Int",
    RESTAURANT_ID.name: "Keyword",
    CUSTOMER_KEY.name: "Keyword",
}
"""Name -> type, as servers register them."""


def of_children() -> TypedSearchAttributes:
    """For a workflow that this one starts: what never changes, so that it never shows old ones."""
    changing = (ORDER_STATUS, REFUND_STATUS, ATTENTION_REASON)
    own = workflow.info().typed_search_attributes
    return TypedSearchAttributes([pair for pair in own if pair.key not in changing])
