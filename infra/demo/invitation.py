"""What a person may try while the stack stays up."""

import json

from infra.demo.client import PASSWORD
from infra.demo.scene import order_body
from infra.demo.seed import Town
from infra.stack.site import Site

_JSON = "-H 'Content-Type: application/json'"
_TOKEN = """sed -E 's/.*"access_token":"([^"]+)".*/\\1/'"""  # noqa: S105 How to find one.
_ID = """sed -E 's/^."id":"([^"]+)".*/\\1/'"""


def invitation(site: Site, town: Town) -> str:
    settings = site.settings
    administrator = f"{settings.admin_email} / {settings.admin_password.get_secret_value()}"
    return f"""
Now it is yours. The stack stays up until Ctrl-C.

  Pages, to order and cook {site.api_url}/
  The API, to try out      {site.api_url}/docs
  Orders in Temporal       {site.temporal_ui_url}/namespaces/default/workflows
  The bank's ledger        {site.sandbox_url}/_ledger
  The support desk         {site.api_url}/support
  Customers                {town.abebe.email}, {town.sara.email}
  Their restaurants'       {town.owner.email}
  Their courier            {town.courier.email}
  Password of all four     {PASSWORD}
  Administrator, support   {administrator}

{commands(site.api_url, town)}
"""


def commands(api_url: str, town: Town) -> str:
    """For a shell; they need curl and sed. Accepting is tried until the order is confirmed."""
    dish = town.kitchen.menu["Shiro wot"]
    body = json.dumps(order_body(town, dish, quantity=2, card="pm_card_visa"))
    return f"""\
# As a customer: place an order. Its page is in Temporal's list.
API={api_url}/api/v1
ABEBE=$(curl -s $API/auth/login {_JSON} -d '{_login(town.abebe.email)}' | {_TOKEN})
ORDER=$(curl -s $API/orders -H "Authorization: Bearer $ABEBE" {_JSON} \\
  -H "Idempotency-Key: $(date +%s)" -d '{body}' | {_ID})

# As the restaurant: accept it, which takes the money.
HANA=$(curl -s $API/auth/login {_JSON} -d '{_login(town.owner.email)}' | {_TOKEN})
curl -sf --retry 5 --retry-all-errors -X POST $API/orders/$ORDER/accept \\
  -H "Authorization: Bearer $HANA"; echo

# As the customer: cancel it, which gives the money back.
curl -sf -X POST $API/orders/$ORDER/cancel -H "Authorization: Bearer $ABEBE"; echo"""


def _login(email: str) -> str:
    return json.dumps({"email": email, "password": PASSWORD})
