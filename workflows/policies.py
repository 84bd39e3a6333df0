"""Where each step runs, how long it may take, and how it is tried again. One table, nothing else.

A step has two placements. *Queue*: an activity on a task queue of its own, for isolation, rate
limits and scaling. *Local first*: tried once inside the orders worker, within `local`, because a
local activity costs a tenth; where that fails for any reason but a `DomainError`, the queue takes
over. Every activity is idempotent by its key, so trying twice is harmless. An update waits while
a local activity runs: hence the short bounds.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio.common import RetryPolicy

ORDERS = "orders"
PAYMENTS = "payments"
DELIVERY = "delivery"
NOTIFICATIONS = "notifications"

# A killed orders worker costs an order this much: its unanswered workflow task times out.
TASK_TIMEOUT = timedelta(seconds=3)

# How long the customer has to confirm the payment with their bank.
AUTHENTICATION_DEADLINE = timedelta(minutes=15)

# A hold is renewed this long before it lapses: time for a bank that is slow to answer.
RENEWAL_MARGIN = timedelta(minutes=30)

# How late the food may be before a person is asked to look, and before the order is given up.
READY_GRACE = timedelta(minutes=10)
KITCHEN_DEADLINE = timedelta(hours=3)

# How long the order waits for a delivery that is to end by itself long before.
FOOD_DEADLINE = timedelta(hours=12)

# How long an ending order waits for its delivery to end, before it gives the money back anyway.
CALL_OFF_PATIENCE = timedelta(minutes=1)

# How long an ending order waits for its refund before it ends and leaves it to the refund.
REFUND_PATIENCE = timedelta(seconds=30)

# Between tries at money that is owed: doubling from the first to the second.
OWED_FIRST_WAIT = timedelta(minutes=1)
OWED_LONGEST_WAIT = timedelta(hours=1)
# Between looks at a refund that the bank works on: doubling from this one to the same longest.
PENDING_FIRST_WAIT = timedelta(seconds=10)

# How long somebody has for a case, and how often they are reminded once that is over.
CASE_DEADLINE = timedelta(hours=24)

# Between looks at an open dispute, for a webhook that was lost.
DISPUTE_LOOK = timedelta(days=1)

# How long one round of couriers is asked before those farther away are asked too.
OFFER_ROUND = timedelta(minutes=2)
# How long a courier is sought, from when it was offered or the food was promised.
COURIER_PATIENCE = timedelta(minutes=60)
# A courier who tells nothing for this long is taken for lost.
COURIER_SILENCE = timedelta(minutes=5)
# How long food that is ready waits for the courier who claimed it.
PICK_UP_PATIENCE = timedelta(minutes=15)
# How long a pick-up waits for the kitchen's word, which reaches the courier's eyes first.
READY_NEWS = timedelta(seconds=2)
# How long a courier may have the food.
DELIVERY_DEADLINE = timedelta(hours=2)

_FOREVER = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10)
)
_GENTLE = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30)
)
# After this many attempts the money is handed on, to a refund that a person can see.
_MONEY_BACK = RetryPolicy(
    initial_interval=timedelta(milliseconds=500),
    maximum_interval=timedelta(seconds=10),
    maximum_attempts=6,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`start_to_close` is also what a killed worker costs the step.

    `deadline` ends the tries of a step that has another outcome; None tries until it works.
    `local` bounds the local try, `express` the one where an operator chose express orders; None is
    no local try.
    """

    queue: str
    start_to_close: timedelta
    retry: RetryPolicy
    deadline: timedelta | None = None
    local: timedelta | None = None
    express: timedelta | None = None

    def local_bound(self, *, express: bool) -> timedelta | None:
        return self.local or (self.express if express else None)


POSTGRES = Policy(
    queue=ORDERS,
    start_to_close=timedelta(seconds=5),
    retry=_FOREVER,
    local=timedelta(seconds=1),
)
# The same for a workflow outside the orders worker.
POSTGRES_FROM_AFAR = replace(POSTGRES, local=None)
# The delivery's rows, written by the delivery worker.
# Never local: who claims, brings or calls off comes at any moment, and a task that is lost before
# it is done forgets a local try, and may then decide otherwise.
DELIVERY_STEP = replace(POSTGRES, queue=DELIVERY, local=None)
PAY = Policy(
    queue=PAYMENTS,
    start_to_close=timedelta(seconds=12),
    retry=_GENTLE,
    deadline=timedelta(minutes=15),
    express=timedelta(seconds=2),
)
NOTIFY = Policy(
    queue=NOTIFICATIONS,
    start_to_close=timedelta(seconds=5),
    retry=_GENTLE,
    # A kitchen that could not be told sees the order in its list: the order goes on.
    deadline=timedelta(minutes=2),
    express=timedelta(seconds=1),
)
CAPTURE = Policy(
    queue=PAYMENTS,
    start_to_close=timedelta(seconds=12),
    retry=_GENTLE,
    deadline=timedelta(hours=1),
)
# The payments' own rows, written by their worker.
BOOKS = replace(POSTGRES_FROM_AFAR, queue=PAYMENTS)
# A look at Stripe that changes nothing there.
LOOK = Policy(queue=PAYMENTS, start_to_close=timedelta(seconds=12), retry=_GENTLE)
# One that a person waits for: it answers soon, or nobody knows.
GLANCE = replace(
    LOOK,
    start_to_close=timedelta(seconds=8),
    retry=replace(_GENTLE, maximum_attempts=2),
    deadline=timedelta(seconds=8),
)
# Many looks in one: a page of Stripe's lists, with what payments has of it.
AUDIT = replace(LOOK, start_to_close=timedelta(seconds=20))
# Nobody waits for it: the order has ended, and what was earned stays earned.
SETTLE = Policy(queue=PAYMENTS, start_to_close=timedelta(seconds=12), retry=_GENTLE)
MONEY_BACK = Policy(queue=PAYMENTS, start_to_close=timedelta(seconds=20), retry=_MONEY_BACK)
