"""When a refund is tried again."""

from datetime import datetime

from temporalio import workflow

from workflows.policies import OWED_FIRST_WAIT, OWED_LONGEST_WAIT, PENDING_FIRST_WAIT

# Enough for the longest wait, and few enough for any number of returns.
_MOST_DOUBLINGS = (OWED_LONGEST_WAIT // OWED_FIRST_WAIT).bit_length()


class RetryTimer:
    """Ever later, and at once where somebody asks for it.

    `is_pending` while the bank works on the refund: then news of it is worth a look, too.
    """

    def __init__(self) -> None:
        self.is_pending = False
        self._wait = OWED_FIRST_WAIT
        self._is_asked = self._has_news = False

    def ask(self) -> None:
        self._is_asked = True

    def hear(self) -> None:
        # Only a refund under way is looked at again: news of one that failed must not make the
        # next one at once, which would fail and be news again.
        self._has_news = True

    def begin(self) -> None:
        """A try begins, which answers whatever was asked before."""
        self._is_asked = self._has_news = False

    def handed_to_bank(self) -> None:
        self.is_pending, self._wait = True, PENDING_FIRST_WAIT

    def back_from_bank(self) -> None:
        """It did not go through."""
        if self.is_pending:
            self.is_pending, self._wait = False, OWED_FIRST_WAIT

    def came_back_before(self, times: int) -> None:
        """Each return of the bank's after the second makes the wait twice as long."""
        doublings = min(times - 2, _MOST_DOUBLINGS)
        self._wait = min(OWED_FIRST_WAIT * 2**doublings, OWED_LONGEST_WAIT)

    def waited(self) -> None:
        self._wait = min(self._wait * 2, OWED_LONGEST_WAIT)

    @property
    def next_try(self) -> datetime:
        return workflow.now() + self._wait

    @property
    def is_due(self) -> bool:
        return self._is_asked or (self._has_news and self.is_pending)
