"""Trouble that a person can mend, told without a traceback."""

import sys
from collections.abc import Callable

from infra.stack.install import MissingError
from infra.stack.ports import PortsInUseError
from infra.stack.records import AlreadyRunningError
from infra.stack.service import StartFailedError

EXPECTED = (MissingError, PortsInUseError, AlreadyRunningError, StartFailedError)


def tell_trouble(work: Callable[[], None]) -> None:
    """Ends the process with status 1 and the message where `work` meets such trouble."""
    try:
        work()
    except EXPECTED as error:
        sys.exit(f"\n{error}")
