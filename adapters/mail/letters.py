"""Mails as they go out: text and HTML of one content, made from templates.

The templates escape whatever people wrote. Nothing of theirs gets into a header but the address,
which is parsed when it is registered and again here.
"""

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from email_validator import validate_email
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from adapters.settings import MailSettings
from domain.accounts import Account
from domain.mail import EmailTemplate, QueuedEmail

_SUBJECTS = {
    EmailTemplate.RECEIPT: "Your receipt",
    EmailTemplate.NEWS: "{title}",
    EmailTemplate.PASSWORD_RESET: "Choose a new password",
}
_ID_LENGTH = 40


class Letters:
    def __init__(self, settings: MailSettings) -> None:
        name, address = parseaddr(settings.sender)
        self._sender = Address(display_name=name, addr_spec=address)
        self._links = settings.link_base.rstrip("/")
        self._templates = Environment(
            loader=PackageLoader("adapters.mail"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def write(self, email: QueuedEmail, to: Account, facts: Mapping[str, object]) -> EmailMessage:
        """`facts` are what the template says beyond the mail's own `params`.

        Raises `ValueError` where the address is none.
        """
        address = _address(to.email)
        letter = EmailMessage(policy=SMTP.clone(utf8=not address.addr_spec.isascii()))
        letter["From"] = self._sender
        letter["To"] = address
        letter["Subject"] = _subject(email)
        letter["Date"] = format_datetime(email.created_at)
        letter["Message-ID"] = self.message_id(email.dedupe_key)
        # RFC 3834: nobody's holiday notice answers it.
        letter["Auto-Submitted"] = "auto-generated"
        known = {**email.params, **facts, "name": to.name, "links": self._links}
        letter.set_content(self._render(email.template, "txt", known))
        letter.add_alternative(self._render(email.template, "html", known), subtype="html")
        return letter

    def message_id(self, dedupe_key: str) -> str:
        """The same however often the mail is sent: servers and readers drop a repeat by it."""
        digest = sha256(dedupe_key.encode()).hexdigest()[:_ID_LENGTH]
        return f"<{digest}@{self._sender.domain}>"

    def _render(self, template: EmailTemplate, form: str, known: Mapping[str, object]) -> str:
        return self._templates.get_template(f"{template}.{form}").render(known)


def _subject(email: QueuedEmail) -> str:
    """In one line, whatever the parameters are."""
    return " ".join(_SUBJECTS[email.template].format(**email.params).split())


def _address(text: str) -> Address:
    """One address, without a name: a name is what people wrote. Raises `ValueError` for others."""
    found = validate_email(text, check_deliverability=False, test_environment=True)
    # The domain as every server knows it; before the sign, some addresses are in their own script.
    return Address(username=found.local_part, domain=found.ascii_domain)
