"""What support is shown before an action is what the action then does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.payments import PaymentActivities
from domain import ledger, settlement
from domain.casework import Case, MadeAuthorization, MadeRefund, MoneyFile, Resolution
from domain.debts import DISPUTED
from domain.deliveries import Delivery, DeliveryState
from domain.desk import DeskAction, Right
from domain.disputes import DisputeState
from domain.ledger import Line, Movement, PostingKind, moved
from domain.money import Money
from domain.notifications import Audience, NotificationType, confirmation
from domain.orders import COOKED, Order, OrderStatus, Quote, step_key
from domain.payments import OrderPayment, PaymentStatus
from domain.previews import Party, Preview, preview
from domain.proposals import DeskFacts, Proposal
from domain.refunds import Liable, RefundReason, RefundState
from domain.settlement import Share
from tests.support import reconciling
from tests.support.builders import a_mandate, a_payment, usd
from tests.support.ordering import an_order_in

COURIER = UUID(int=7)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Whatever a preview is about, its limit is asked elsewhere.
ANYBODY = a_mandate(limit=usd(10**9))
TAKEN = [OrderStatus.ACCEPTED, OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.PICKED_UP]

_OPEN = (
    "The customer's bank took 23.00 USD of this order back. Unless that dispute is won, the "
    "payment service makes no refund of it"
)
_LOST = (
    "The customer's bank took 23.00 USD of this order back. That dispute is lost, and the payment "
    "service makes no refund of it"
)
_TAKEN_BACK = [(DisputeState.OPEN, _OPEN), (DisputeState.LOST, _LOST), (DisputeState.WON, None)]

Entries = dict[str, int]


class Books:
    """An order's postings, as the repositories of payments write them."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.lines: list[Line] = []
        self.refunds: list[MadeRefund] = []
        self.captured = order.payment.captured
        if self.captured.amount:
            self.post(self.captured.amount, (PostingKind.CAPTURED, (ledger.PSP, ledger.CUSTOMER)))

    @property
    def balances(self) -> Counter[str]:
        found = Counter[str]()
        for line in self.lines:
            found[line.account] += line.amount.amount
        return found

    @property
    def is_settled(self) -> bool:
        return any(line.kind is PostingKind.SETTLED for line in self.lines)

    def post(self, amount: int, movement: Movement) -> None:
        kind, accounts = movement
        money, id_ = usd(amount), self.order.order_id
        self.add(kind, moved(kind, money, key="", order_id=id_, accounts=accounts).entries)

    def add(self, kind: PostingKind, entries: Entries) -> None:
        self.lines += [
            Line(
                posting_id=len(self.lines),
                at=NOW,
                kind=kind,
                order_id=self.order.order_id,
                account=account,
                amount=usd(amount),
            )
            for account, amount in entries.items()
        ]

    def give_back(self, amount: int, liable: Liable, *, reason: RefundReason) -> None:
        """Promised, and made."""
        account = _account(self.order, liable)
        self.post(amount, ledger.refund_owed(account, is_settled=self.is_settled))
        self.post(amount, ledger.REFUND_MADE)
        self.refunds.append(_refund(self.order, amount, liable, reason, len(self.refunds)))

    def divide(self, shares: Iterable[Share]) -> None:
        shares = [*shares]
        decided = [
            settlement.Attempted(each.part_of, each.liable, each.amount.amount, each.state)
            for each in self.refunds
            if each.reason is RefundReason.SUPPORT
        ]
        entries = settlement.entries_of(
            shares,
            kept=-self.balances[ledger.CUSTOMER],
            refunds=settlement.borne(decided, shares),
        )
        self.add(PostingKind.SETTLED, entries)

    def deliver(self) -> None:
        order = self.order
        self.divide(
            settlement.delivered(order.quote, restaurant_id=order.restaurant_id, courier_id=COURIER)
        )

    def facts(self, **given: Any) -> DeskFacts:
        taken = MadeAuthorization(
            key=step_key(self.order.order_id, "authorize"),
            payment_intent_id="pi_1",
            status=PaymentStatus.CAPTURED,
            held=self.order.payment.authorized,
            captured=self.captured,
            capture_before=None,
            created_at=NOW,
        )
        money = MoneyFile(authorizations=[taken], refunds=self.refunds, cases=[], disputes=[])
        facts = DeskFacts(now=NOW, order=self.order, money=money, ledger=[*self.lines])
        return replace(facts, **given)

    @property
    def parties(self) -> dict[Party, int]:
        """Who has what of the order's money."""
        balances = self.balances
        own = {
            Party.CUSTOMER: ledger.PSP,
            Party.RESTAURANT: ledger.restaurant(self.order.restaurant_id),
            Party.COURIER: ledger.courier(COURIER),
            Party.PLATFORM: ledger.PLATFORM,
        }
        return {party: -balances[account] for party, account in own.items()}


def _refund(
    order: Order, amount: int, liable: Liable, reason: RefundReason, which: int
) -> MadeRefund:
    return MadeRefund(
        refund_id=uuid4(),
        order_id=order.order_id,
        part_of=step_key(order.order_id, f"part-{which}"),
        stripe_refund_id=f"re_{which}",
        reference=None,
        amount=usd(amount),
        state=RefundState.SUCCEEDED,
        liable=liable,
        reason=reason,
        request_hash="hash",
        remark_id=None,
        created_at=NOW + timedelta(seconds=which),
    )


def _account(order: Order, liable: Liable) -> str:
    return {
        Liable.PLATFORM: ledger.PLATFORM,
        Liable.RESTAURANT: ledger.restaurant(order.restaurant_id),
        Liable.COURIER: ledger.courier(COURIER),
    }[liable]


def an_order(status: OrderStatus, *, payment: OrderPayment | None = None, **given: Any) -> Order:
    order = an_order_in(status, courier_id=COURIER, **given)
    total = order.quote.total.amount
    paid = a_payment(PaymentStatus.CAPTURED, captured=total) if status in TAKEN else None
    return replace(order, payment=payment or paid or order.payment)


def propose(action: DeskAction, **given: Any) -> Proposal:
    return Proposal(action=action, **({"mandate": ANYBODY} | given))


def moves(seen: Preview) -> dict[Party, int]:
    assert seen.refused is None
    return {each.party: each.amount.amount for each in seen.money}


def differences(before: dict[Party, int], after: dict[Party, int]) -> dict[Party, int]:
    found = {party: after[party] - before[party] for party in before}
    return {party: amount for party, amount in found.items() if amount}


def told(seen: Preview) -> set[tuple[Audience, NotificationType]]:
    return {(each.audience, each.type) for each in seen.messages}


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    subtotal, ride, service, tip = (usd(draw(st.integers(least, 10**5))) for least in (10, 0, 0, 0))
    return Quote(
        subtotal=subtotal,
        delivery_fee=ride,
        service_fee=service,
        tip=tip,
        total=subtotal + ride + service + tip,
    )


@st.composite
def books_of_orders(draw: st.DrawFn) -> Books:
    """Paid, under way, and maybe with a decision of support's before."""
    order = an_order(draw(st.sampled_from(TAKEN)))
    quote = draw(quotes())
    paid = a_payment(PaymentStatus.CAPTURED, captured=quote.total.amount)
    books = Books(replace(order, quote=quote, payment=paid))
    if draw(st.booleans()):
        amount = draw(st.integers(1, quote.total.amount // 2))
        liable = draw(st.sampled_from([Liable.PLATFORM, Liable.RESTAURANT, Liable.COURIER]))
        books.give_back(amount, liable, reason=RefundReason.SUPPORT)
    return books


class TestRefund:
    @given(
        books=books_of_orders(),
        share=st.floats(0.01, 1),
        liable=st.sampled_from(Liable),
        is_settled=st.booleans(),
    )
    def test_shows_what_each_party_has_more_or_less_in_the_end(
        self, books: Books, share: float, liable: Liable, *, is_settled: bool
    ) -> None:
        """Compared with the same order without the refund."""
        without = Books(books.order)
        without.lines, without.refunds = [*books.lines], [*books.refunds]
        if is_settled:
            books.deliver()
        without.deliver()
        left = -books.balances[ledger.CUSTOMER] if not is_settled else books.balances[ledger.PSP]
        amount = max(1, int(left * share))
        seen = preview(propose(DeskAction.REFUND, amount=usd(amount), liable=liable), books.facts())
        books.give_back(amount, liable, reason=RefundReason.SUPPORT)
        if not is_settled:
            books.deliver()
        assert moves(seen) == differences(without.parties, books.parties)
        assert seen.next_status is None

    def test_without_an_amount_is_of_all_that_is_left(self) -> None:
        books = Books(an_order(OrderStatus.PREPARING))
        books.give_back(300, Liable.PLATFORM, reason=RefundReason.SUPPORT)
        seen = preview(propose(DeskAction.REFUND), books.facts())
        assert moves(seen) == {Party.CUSTOMER: 2_000, Party.PLATFORM: -2_000}

    def test_is_refused_where_nothing_is_left(self) -> None:
        books = Books(an_order(OrderStatus.PREPARING))
        books.give_back(2_300, Liable.PLATFORM, reason=RefundReason.SUPPORT)
        for amount in (None, usd(1)):
            seen = preview(propose(DeskAction.REFUND, amount=amount), books.facts())
            assert seen.refused == "Nothing of this order can be given back any more."

    def test_is_refused_above_what_is_left(self) -> None:
        books = Books(an_order(OrderStatus.PREPARING))
        books.give_back(300, Liable.PLATFORM, reason=RefundReason.SUPPORT)
        seen = preview(propose(DeskAction.REFUND, amount=usd(2_001)), books.facts())
        assert seen.refused == "Only 20.00 USD of this order can still be given back."
        assert seen.money == ()

    @pytest.mark.parametrize(("state", "said"), _TAKEN_BACK)
    @pytest.mark.parametrize("action", [DeskAction.REFUND, DeskAction.CANCEL])
    def test_warns_of_a_dispute_as_a_cancel_does(
        self, action: DeskAction, state: DisputeState, said: str | None
    ) -> None:
        facts = Books(an_order(OrderStatus.PREPARING)).facts()
        warning = f"{said}: what is promised to the customer stays due." if said else None
        expected = replace(preview(propose(action), facts), warning=warning)
        assert preview(propose(action), disputed(facts, state)) == expected

    def test_asks_for_a_second_person_above_the_limit(self) -> None:
        books = Books(an_order(OrderStatus.PREPARING))
        mandate = a_mandate(limit=usd(499))
        seen = preview(propose(DeskAction.REFUND, amount=usd(500), mandate=mandate), books.facts())
        assert seen.refused is None
        assert seen.approval
        assert moves(seen)[Party.CUSTOMER] == 500

    def test_is_refused_without_the_right(self) -> None:
        books = Books(an_order(OrderStatus.PREPARING))
        mandate = a_mandate(right=Right.ACT)
        seen = preview(propose(DeskAction.REFUND, mandate=mandate), books.facts())
        assert seen.refused == "Your right is act: this needs money. Ask a colleague who has it."

    def test_is_refused_where_nobody_carried_what_the_courier_shall_answer_for(self) -> None:
        order = replace(an_order(OrderStatus.PREPARING), courier_id=None)
        seen = preview(propose(DeskAction.REFUND, liable=Liable.COURIER), Books(order).facts())
        assert seen.refused


class TestCancel:
    @given(books=books_of_orders(), fee=st.floats(0, 0.99))
    def test_shows_what_the_end_does(self, books: Books, fee: float) -> None:
        order, before = books.order, books.parties
        left = -books.balances[ledger.CUSTOMER]
        keep = int(left * fee)
        seen = preview(propose(DeskAction.CANCEL, keep=usd(keep) if keep else None), books.facts())
        has_cooked = order.status in COOKED
        shares = settlement.of_work(
            order.quote,
            restaurant_id=order.restaurant_id,
            has_cooked=has_cooked,
            rider=COURIER if order.status is OrderStatus.PICKED_UP else None,
        )
        books.give_back(left - keep, Liable.PLATFORM, reason=RefundReason.ORDER_ENDED)
        if keep:
            books.divide(shares)
        else:
            books.add(PostingKind.SETTLED, settlement.paid_by(ledger.PLATFORM, shares))
        assert moves(seen) == differences(before, books.parties)
        assert books.balances[ledger.CUSTOMER] == books.balances[ledger.REFUNDS_DUE] == 0
        assert seen.next_status is OrderStatus.CANCELLED

    def test_says_who_hears_of_it_and_of_the_fee(self) -> None:
        facts = Books(an_order(OrderStatus.READY)).facts()
        seen = preview(propose(DeskAction.CANCEL, keep=usd(500)), facts)
        assert told(seen) == {
            (Audience.CUSTOMER, NotificationType.ORDER_CANCELLED),
            (Audience.RESTAURANT, NotificationType.ORDER_CANCELLED),
            (Audience.COURIER, NotificationType.DELIVERY_CALLED_OFF),
        }
        [customer] = [each for each in seen.messages if each.audience is Audience.CUSTOMER]
        assert customer.body == "The order for 23.00 USD was cancelled. 5.00 USD of it are charged."

    def test_releases_what_is_only_held(self) -> None:
        held = a_payment(PaymentStatus.AUTHORIZED, authorized=2_300)
        facts = Books(an_order(OrderStatus.CONFIRMED, payment=held)).facts()
        assert moves(preview(propose(DeskAction.CANCEL), facts)) == {Party.HOLD: 2_300}

    @pytest.mark.parametrize(
        ("status", "keep", "refused"),
        [
            (OrderStatus.DELIVERED, None, "it can't be cancelled"),
            (OrderStatus.CONFIRMED, usd(500), "Nothing was taken yet"),
            (OrderStatus.ACCEPTED, usd(2_300), "A fee is above nothing, and below the 23.00 USD"),
            (OrderStatus.ACCEPTED, Money(500, "EUR"), "A fee is above nothing"),
        ],
    )
    def test_is_refused_as_the_order_would_refuse_it(
        self, status: OrderStatus, keep: Money | None, refused: str
    ) -> None:
        seen = preview(propose(DeskAction.CANCEL, keep=keep), Books(an_order(status)).facts())
        assert refused in (seen.refused or "")
        assert (seen.money, seen.messages, seen.next_status) == ((), (), None)

    def test_keeps_nothing_of_what_is_promised_to_go_back(self) -> None:
        books = Books(an_order(OrderStatus.PREPARING))
        books.post(1_000, ledger.refund_owed(ledger.PLATFORM, is_settled=False))
        seen = preview(propose(DeskAction.CANCEL, keep=usd(1_300)), books.facts())
        assert seen.refused == (
            "A fee is below the 13.00 USD that is neither given back nor promised."
        )
        mandate = a_mandate(limit=usd(1))
        seen = preview(propose(DeskAction.CANCEL, keep=usd(1_299), mandate=mandate), books.facts())
        assert (seen.refused, seen.approval) == (None, None)


class TestResolve:
    def facts(self) -> DeskFacts:
        """Cancelled, and owed; Stripe never took a refund."""
        paid = a_payment(PaymentStatus.CAPTURED, captured=2_300)
        books = Books(an_order(OrderStatus.CANCELLED, payment=paid))
        books.post(2_300, ledger.refund_owed(ledger.PLATFORM, is_settled=False))
        failed = _refund(books.order, 2_300, Liable.PLATFORM, RefundReason.ORDER_ENDED, 0)
        part_of = step_key(books.order.order_id, "refund")
        books.refunds = [
            replace(failed, part_of=part_of, state=RefundState.FAILED, stripe_refund_id=None)
        ]
        facts = books.facts()
        return replace(facts, money=replace(facts.money, cases=[a_case(books.order)]))

    def test_paid_by_hand_gives_the_customer_what_is_owed(self) -> None:
        by_hand = propose(
            DeskAction.RESOLVE_REFUND, resolution=Resolution.PAID_BY_HAND, reference="118"
        )
        assert moves(preview(by_hand, self.facts())) == {Party.CUSTOMER: 2_300}

    def test_waived_leaves_it_with_the_platform(self) -> None:
        waived = propose(DeskAction.RESOLVE_REFUND, resolution=Resolution.WAIVED)
        assert moves(preview(waived, self.facts())) == {Party.PLATFORM: 2_300}

    @pytest.mark.parametrize(("state", "said"), _TAKEN_BACK)
    def test_gives_nothing_by_hand_that_the_customer_s_bank_took_back(
        self, state: DisputeState, said: str | None
    ) -> None:
        facts = disputed(self.facts(), state)
        by_hand = propose(
            DeskAction.RESOLVE_REFUND, resolution=Resolution.PAID_BY_HAND, reference="118"
        )
        is_won = state is DisputeState.WON
        assert preview(by_hand, facts).refused == (None if is_won else DISPUTED)
        waived = propose(DeskAction.RESOLVE_REFUND, resolution=Resolution.WAIVED)
        expected = replace(preview(waived, self.facts()), warning=f"{said}." if said else None)
        assert preview(waived, facts) == expected

    def test_needs_a_reference_where_it_was_paid(self) -> None:
        by_hand = propose(DeskAction.RESOLVE_REFUND, resolution=Resolution.PAID_BY_HAND)
        assert preview(by_hand, self.facts()).refused == (
            "Say how it was paid: the number of the transfer, say."
        )

    def test_is_not_closed_as_a_case_of_reconciliation(self) -> None:
        seen = preview(propose(DeskAction.DECIDE_CASE), self.facts())
        assert seen.refused == (
            "Reconciliation has no such open case: resolve the order's refund instead."
        )

    def test_is_refused_where_no_refund_is_due(self) -> None:
        waived = propose(DeskAction.RESOLVE_REFUND, resolution=Resolution.WAIVED)
        facts = Books(an_order(OrderStatus.READY)).facts()
        assert preview(waived, facts).refused == "No refund of this order is due."


class TestRetry:
    @given(
        amount=st.integers(1, 1_000),
        liable=st.sampled_from(Liable),
        state=st.sampled_from([RefundState.PENDING, RefundState.FAILED]),
        is_settled=st.booleans(),
    )
    def test_of_a_refund_shows_what_moves_when_it_is_made(
        self, amount: int, liable: Liable, state: RefundState, *, is_settled: bool
    ) -> None:
        """Promised, and returned by the bank or on its way to it; another one was made before."""
        books = Books(an_order(OrderStatus.PICKED_UP))
        books.give_back(300, Liable.PLATFORM, reason=RefundReason.SUPPORT)
        if is_settled:
            books.deliver()
        owed = ledger.refund_owed(_account(books.order, liable), is_settled=is_settled)
        books.post(amount, owed)
        made = _refund(books.order, amount, liable, RefundReason.SUPPORT, 1)
        books.refunds.append(replace(made, state=state))
        case = replace(a_case(books.order), key=made.part_of, amount=made.amount)
        before, facts = books.parties, books.facts()
        seen = self.seen(replace(facts, money=replace(facts.money, cases=[case])))
        books.post(amount, ledger.REFUND_MADE)
        assert moves(seen) == differences(before, books.parties)
        [tries] = seen.tries
        assert tries.startswith(f"Refund of {made.amount}")
        assert ("the bank is asked" in tries) is (state is RefundState.PENDING)
        assert (seen.messages, seen.next_status, seen.unknown) == ((), None, None)

    @pytest.mark.parametrize("is_settled", [True, False])
    def test_of_an_undo_shows_also_what_was_never_promised(self, *, is_settled: bool) -> None:
        books = Books(an_order(OrderStatus.PICKED_UP))
        if is_settled:
            books.deliver()
        before, facts = books.parties, books.facts()
        seen = self.seen(replace(facts, money=replace(facts.money, cases=[a_case(books.order)])))
        books.post(2_300, ledger.refund_owed(ledger.PLATFORM, is_settled=is_settled))
        books.post(2_300, ledger.REFUND_MADE)
        assert moves(seen) == differences(before, books.parties)

    def test_of_a_hold_shows_that_it_is_released(self) -> None:
        held = a_payment(PaymentStatus.AUTHORIZED, authorized=2_300)
        facts = Books(an_order(OrderStatus.CANCELLED, payment=held)).facts()
        cases = [a_case(facts.order, "void")]
        seen = self.seen(replace(facts, money=replace(facts.money, cases=cases)))
        assert seen.tries == ("Release of 23.00 USD",)
        assert moves(seen) == {Party.HOLD: 2_300}

    def test_of_several_refunds_shows_only_the_one_that_is_tried(self) -> None:
        books = Books(an_order(OrderStatus.PREPARING))
        for which, amount in enumerate((200, 500)):
            books.post(amount, ledger.refund_owed(ledger.PLATFORM, is_settled=False))
            made = _refund(books.order, amount, Liable.PLATFORM, RefundReason.SUPPORT, which)
            books.refunds.append(replace(made, state=RefundState.PENDING, stripe_refund_id=None))
        seen = self.seen(books.facts())
        assert moves(seen) == {Party.CUSTOMER: 200}
        assert seen.tries == (
            "Refund of 2.00 USD (and not the 1 more under way: those are tried by themselves)",
        )

    def test_of_steps_shows_the_money_that_is_taken(self) -> None:
        """Not what the order does after that."""
        held = a_payment(PaymentStatus.AUTHORIZED, authorized=2_300)
        books = Books(an_order(OrderStatus.ACCEPTED, payment=held))
        step = PaymentActivities.capture_payment.__name__
        before = books.parties
        seen = self.seen(books.facts(failing=[step]))
        books.post(2_300, ledger.TAKEN)
        assert moves(seen) == differences(before, books.parties) == {Party.CUSTOMER: -2_300}
        assert seen.tries == ("Capture payment",)
        assert "as if it had never failed" in (seen.unknown or "")
        taken = Books(an_order(OrderStatus.ACCEPTED)).facts(failing=[step])
        assert moves(self.seen(taken)) == {}

    def test_of_steps_comes_before_that_of_refunds(self) -> None:
        held = a_payment(PaymentStatus.AUTHORIZED, authorized=2_300)
        facts = Books(an_order(OrderStatus.CONFIRMED, payment=held)).facts(
            failing=[PaymentActivities.void_payment.__name__, "advance_order"]
        )
        cases = [a_case(facts.order)]
        seen = self.seen(replace(facts, money=replace(facts.money, cases=cases)))
        assert seen.tries == ("Void payment", "Advance order")
        assert moves(seen) == {Party.HOLD: 2_300}

    def test_guesses_nothing_where_the_engine_does_not_say_what_fails(self) -> None:
        seen = self.seen(Books(an_order(OrderStatus.PREPARING)).facts(failing=None))
        assert (seen.refused, seen.tries, seen.money) == (None, (), ())
        assert "nobody can tell" in (seen.unknown or "")

    def test_is_refused_where_nothing_fails(self) -> None:
        seen = self.seen(Books(an_order(OrderStatus.PREPARING)).facts())
        assert seen == Preview(
            refused="No step is failing, and no refund is due: there is nothing to try again."
        )

    @staticmethod
    def seen(facts: DeskFacts) -> Preview:
        return preview(propose(DeskAction.RETRY), facts)


class TestOtherActions:
    def test_extending_tells_the_customer_of_the_delay(self) -> None:
        facts = Books(an_order(OrderStatus.PREPARING)).facts()
        seen = preview(propose(DeskAction.EXTEND_DEADLINE, minutes=15), facts)
        assert told(seen) == {(Audience.CUSTOMER, NotificationType.ORDER_DELAYED)}

    @pytest.mark.parametrize("minutes", [None, 0, 61])
    def test_extending_is_refused_by_too_few_or_too_many_minutes(self, minutes: int | None) -> None:
        facts = Books(an_order(OrderStatus.PREPARING)).facts()
        seen = preview(propose(DeskAction.EXTEND_DEADLINE, minutes=minutes), facts)
        assert seen.refused == "A delay has 1 to 60 minutes."

    def test_reassigning_tells_the_courier_who_loses_it(self) -> None:
        order = an_order(OrderStatus.PREPARING)
        facts = Books(order).facts(delivery=a_delivery(order, DeliveryState.ASSIGNED))
        seen = preview(propose(DeskAction.REASSIGN_COURIER), facts)
        assert told(seen) == {(Audience.COURIER, NotificationType.DELIVERY_TAKEN_BACK)}
        same = propose(DeskAction.REASSIGN_COURIER, courier_id=COURIER)
        assert preview(same, facts) == Preview()

    @pytest.mark.parametrize(
        ("courier_id", "refused"),
        [
            (None, "Nobody has it, and couriers are asked: name the one who is to take it."),
            (COURIER, None),
        ],
    )
    def test_reassigning_what_nobody_has_needs_a_name(
        self, courier_id: UUID | None, refused: str | None
    ) -> None:
        order = an_order(OrderStatus.PREPARING)
        offered = replace(a_delivery(order, DeliveryState.OFFERED), courier_id=None)
        proposal = propose(DeskAction.REASSIGN_COURIER, courier_id=courier_id)
        assert preview(proposal, Books(order).facts(delivery=offered)).refused == refused

    @pytest.mark.parametrize("state", [DeliveryState.PICKED_UP, DeliveryState.FAILED])
    def test_reassigning_is_refused_too_late(self, state: DeliveryState) -> None:
        order = an_order(OrderStatus.PICKED_UP)
        facts = Books(order).facts(delivery=a_delivery(order, state))
        assert preview(propose(DeskAction.REASSIGN_COURIER), facts).refused

    @pytest.mark.parametrize(
        ("state", "minutes", "refused"),
        [
            (DeliveryState.PICKED_UP, 5, None),
            (DeliveryState.PICKED_UP, 61, "A delay has 1 to 60 minutes."),
            (DeliveryState.FAILED, 5, "no courier is sought or under way"),
            (None, 5, "no courier is sought or under way"),
        ],
    )
    def test_extending_a_delivery_needs_one_that_goes_on(
        self, state: DeliveryState | None, minutes: int, refused: str | None
    ) -> None:
        order = an_order(OrderStatus.PICKED_UP)
        facts = Books(order).facts(delivery=a_delivery(order, state) if state else None)
        proposal = propose(DeskAction.EXTEND_DEADLINE, minutes=minutes, of_delivery=True)
        seen = preview(proposal, facts)
        assert (seen.refused is None) is (refused is None)
        assert (refused or "") in (seen.refused or "")

    def test_extending_is_refused_where_the_order_has_ended(self) -> None:
        facts = Books(an_order(OrderStatus.REJECTED)).facts()
        refused = preview(propose(DeskAction.EXTEND_DEADLINE, minutes=5), facts).refused
        assert refused
        assert refused.endswith("Give money back, or order again for the customer.")

    def test_moving_a_case_is_refused_where_none_is_open(self) -> None:
        facts = Books(an_order(OrderStatus.PREPARING)).facts()
        none = "There is no such open case."
        assert preview(propose(DeskAction.MOVE_CASE, case="of another"), facts).refused == none
        assert preview(propose(DeskAction.DECIDE_CASE), facts).refused == none
        any_ = preview(propose(DeskAction.MOVE_CASE), facts)
        assert any_.refused == "This order has no open case."

    def test_ordering_again_is_refused_until_the_end(self) -> None:
        facts = Books(an_order(OrderStatus.PICKED_UP)).facts()
        refused = "The order is picked up still: cancel it first, or wait for its end."
        assert preview(propose(DeskAction.ORDER_AGAIN), facts).refused == refused

    def test_ordering_again_costs_the_customer_the_new_price(self) -> None:
        facts = Books(an_order(OrderStatus.DELIVERED)).facts()
        seen = preview(propose(DeskAction.ORDER_AGAIN, amount=usd(2_500)), facts)
        assert moves(seen) == {Party.CUSTOMER: -2_500}

    def test_ordering_again_tells_whom_an_order_tells(self) -> None:
        order = an_order(OrderStatus.DELIVERED)
        seen = preview(propose(DeskAction.ORDER_AGAIN, amount=usd(2_500)), Books(order).facts())
        assert seen.messages == confirmation(order, usd(2_500))
        assert told(seen) == {
            (Audience.CUSTOMER, NotificationType.ORDER_CONFIRMED),
            (Audience.RESTAURANT, NotificationType.NEW_ORDER),
        }

    def test_resending_tells_only_the_customer_of_both(self) -> None:
        order = an_order(OrderStatus.CONFIRMED)
        seen = preview(propose(DeskAction.RESEND_CONFIRMATION), Books(order).facts())
        assert seen.messages == confirmation(order, order.quote.total)[:1]

    @pytest.mark.parametrize("action", DeskAction)
    def test_of_whatever_action_needs_a_right(self, action: DeskAction) -> None:
        facts = Books(an_order(OrderStatus.PREPARING)).facts()
        reader = a_mandate(right=Right.READ)
        assert preview(propose(action, mandate=reader), facts).refused


def a_case(order: Order, undo: str = "refund") -> Case:
    return reconciling.a_case(
        order.order_id, step_key(order.order_id, undo), amount=order.quote.total
    )


def disputed(facts: DeskFacts, state: DisputeState) -> DeskFacts:
    """All of what was taken."""
    dispute = reconciling.a_dispute(facts.order.order_id, state)
    dispute = replace(dispute, amount=facts.order.quote.total)
    return replace(facts, money=replace(facts.money, disputes=[dispute]))


def a_delivery(order: Order, state: DeliveryState) -> Delivery:
    placed = an_order_in(OrderStatus.PLACED)
    return Delivery(
        order_id=order.order_id,
        restaurant_id=placed.restaurant_id,
        pickup=placed.particulars.address.point,
        fee=usd(200),
        state=state,
        round=1,
        radius_km=3.0,
        expires_at=NOW,
        assignment=1,
        courier_id=COURIER,
        code=None,
        assigned_at=NOW,
        picked_up_at=None,
        ended_at=None,
        version=1,
    )
