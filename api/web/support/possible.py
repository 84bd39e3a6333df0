"""Which actions are possible now, and of the others why not, and what is possible instead."""

from api.support.desk import Desk
from api.web.support.dossier import Dossier
from domain.casework import Resolution
from domain.desk import DeskAction
from domain.orders import COOKED
from domain.previews import preview
from domain.proposals import Proposal


def refusal(read: Dossier, action: DeskAction, desk: Desk) -> str | None:
    """A sentence, of the least that can be asked for; None where that may be asked for now."""
    proposal = Proposal(
        action=action,
        mandate=desk.mandate(read.order, None, read.audit),
        minutes=1,
        of_delivery=read.order.status in COOKED,
        courier_id=next((courier.courier_id for courier in read.available), None),
        resolution=Resolution.WAIVED,
        case=_one_of_the_open(read, action),
    )
    return preview(proposal, read.facts).refused


def _one_of_the_open(read: Dossier, action: DeskAction) -> str | None:
    """Of several the form lets one choose."""
    chosen_from = {
        DeskAction.RESOLVE_REFUND: read.facts.refund_cases(None),
        DeskAction.MOVE_CASE: [case for case in read.money.cases if case.is_open],
    }
    return next((case.key for case in chosen_from.get(action, [])), None)
