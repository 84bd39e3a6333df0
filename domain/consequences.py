"""Whose money an action moves: the postings that it will make, by the party that they concern."""

from collections import Counter
from collections.abc import Iterator, Mapping

from domain import ledger, settlement
from domain.casework import Case, MoneyFile, Resolution
from domain.debts import Debts
from domain.disputes import taken_back
from domain.ledger import Line, Movement, PostingKind
from domain.money import Money
from domain.orders import COOKED, Order, OrderStatus
from domain.refunds import Liable, RefundReason
from domain.settlement import Attempted

Entries = Mapping[str, int]
"""Account -> minor units, signed like the ledger's entries."""

NOBODY_CARRIED_IT = "No courier carried this order: somebody else has to bear it."
"""Why an order's courier can't be liable, where `account_of` them is None."""


class Purse:
    """An order's money as the ledger and its rows have it. Amounts are minor units."""

    def __init__(self, order: Order, money: MoneyFile, lines: list[Line]) -> None:
        self._order = order
        self._money = money
        self.held = sum(made.held.amount for made in money.authorizations)
        self._balances = Counter[str]()
        for line in lines:
            self._balances[line.account] += line.amount.amount
        self._accounts = {line.account for line in lines}
        # The customer's account is only ever settled by the division of all that is on it.
        self._is_settled = any(
            line.kind is PostingKind.SETTLED and line.account == ledger.CUSTOMER for line in lines
        )

    @property
    def left(self) -> Money:
        """What was taken, and is neither given back, nor owed, nor by decision left with us."""
        return self._money_of(self._debts.left)

    @property
    def disputed(self) -> Money:
        """What the customer's bank took back, and we did not win."""
        return self._money_of(self._debts.disputed)

    def refund(self, amount: int, account: str) -> Entries:
        """Of a part. Before the division it will come out of the share of who has to bear it."""
        owed = ledger.refund_owed(account, is_settled=self._is_settled)
        entries = self._entries(amount, owed, ledger.REFUND_MADE)
        entries[account] += entries.pop(ledger.CUSTOMER, 0)
        return entries

    def cancel(self, keep: int) -> Entries:
        """All but `keep` goes back, and who worked is paid: by the platform, or out of that."""
        back = max(self._debts.left - keep, 0)
        owed = ledger.refund_owed(ledger.PLATFORM, is_settled=self._is_settled)
        entries = self._entries(back, owed, ledger.REFUND_MADE)
        order = self._order
        shares = settlement.of_work(
            order.quote,
            restaurant_id=order.restaurant_id,
            has_cooked=order.status in COOKED,
            rider=order.courier_id if order.status is OrderStatus.PICKED_UP else None,
        )
        if keep:
            kept = -self._balances[ledger.CUSTOMER] - back
            borne = settlement.borne(self._decided(), shares)
            entries.update(settlement.entries_of(shares, kept=kept, refunds=borne))
        else:
            entries.update(settlement.paid_by(ledger.PLATFORM, shares))
        return entries

    def capture(self) -> Entries:
        """What the order costs is taken of what is held, and the rest is released."""
        return self._entries(min(self.held, self._order.quote.total.amount), ledger.TAKEN)

    def give_back(self, key: str) -> Entries:
        """What is owed of an undo or a part is made, also what an undo promises only then."""
        owed = ledger.refund_owed(ledger.PLATFORM, is_settled=self._is_settled)
        entries = self._entries(self._debts.missing(key), owed)
        entries.update(self._entries(max(self._debts.to_make(key), 0), ledger.REFUND_MADE))
        return entries

    def due(self, case: Case) -> Money:
        """What is owed of it now; of money that is only held, nothing."""
        return self._money_of(max(self._debts.of(case.key), 0))

    def to_decide(self, case: Case, resolution: Resolution) -> Money:
        """The same where a person may decide about it. Raises `RefundNotDue`."""
        return self._money_of(self._debts.to_decide(case.key, resolution))

    def resolve(self, case: Case, resolution: Resolution) -> Entries:
        """Raises `RefundNotDue`."""
        amount = self.to_decide(case, resolution).amount
        if resolution is Resolution.PAID_BY_HAND:
            return self._entries(amount, ledger.REFUND_PAID_BY_HAND)
        own = self._money.attempts_at(case.key)
        bearer = self._bearer(own[0].liable) if own else ledger.PLATFORM
        return self._entries(amount, ledger.refund_waived(bearer))

    @property
    def _debts(self) -> Debts:
        kept = self._order.cancellation.kept if self._order.cancellation else None
        return Debts(
            captured=sum(made.captured.amount for made in self._money.authorizations),
            owed=-self._balances[ledger.REFUNDS_DUE],
            keep=kept.amount if kept else 0,
            tries=self._money.refunds,
            cases={case.key for case in self._money.cases if case.is_open and case.is_of_refund},
            disputed=taken_back(self._money.disputes),
        )

    def _decided(self) -> Iterator[Attempted]:
        for refund in self._money.refunds:
            if refund.reason is RefundReason.SUPPORT:
                yield Attempted(refund.part_of, refund.liable, refund.amount.amount, refund.state)

    def _bearer(self, liable: Liable) -> str:
        own = (account for account in self._accounts if account.startswith(f"{liable}:"))
        return next(own, ledger.PLATFORM) if self._is_settled else ledger.PLATFORM

    def _entries(self, amount: int, *movements: Movement) -> Counter[str]:
        entries = Counter[str]()
        money = self._money_of(amount)
        for kind, accounts in movements if amount else ():
            order_id = self._order.order_id
            entries.update(
                ledger.moved(kind, money, key="", order_id=order_id, accounts=accounts).entries
            )
        return entries

    def _money_of(self, amount: int) -> Money:
        return Money(amount, self._order.quote.total.currency)


def account_of(order: Order, liable: Liable) -> str | None:
    """The account of who answers for a refund; None where nobody carried the order."""
    if liable is Liable.RESTAURANT:
        return ledger.restaurant(order.restaurant_id)
    if liable is Liable.PLATFORM:
        return ledger.PLATFORM
    return ledger.courier(order.courier_id) if order.courier_id else None
