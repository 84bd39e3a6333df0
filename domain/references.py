"""What a payment that was made by hand is called at the bank: a number, and nobody's words.

It stays where people's words don't: in histories of the engine, and with what was paid. So it is
no longer than it has to be, and holds no e-mail address and no sentence. A telephone number has
digits too, and is not told apart.
"""

import re

from domain.errors import ReferenceRefused

LONGEST_REFERENCE = 64
REFERENCE = r"[A-Za-z0-9 ./:#_-]*[0-9][A-Za-z0-9 ./:#_-]*"

HOW_TO_WRITE_IT = (
    "Write the number that the payment has at the bank, as SEPA 2027-01-07/118: letters, digits, "
    f"spaces and . / : # _ - only, at least one digit, at most {LONGEST_REFERENCE} characters. "
    "Whatever else there is to say belongs in the reason."
)


def check_reference(written: str) -> None:
    """Raises `ReferenceRefused`."""
    if len(written) > LONGEST_REFERENCE or not re.fullmatch(REFERENCE, written):
        raise ReferenceRefused(HOW_TO_WRITE_IT)
