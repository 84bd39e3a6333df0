"""The demo as a person reads it: calm lines, also where nobody looks on but a file."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from domain.money import Money
from infra.demo.sandbox import Balance
from infra.stack.service import State, Status

# Wide enough for the longest name that stands before a line.
_WHO = 15
_INDENT = " " * 10


class Story:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = datetime.now(UTC)
        self._states: dict[str, State] = {}

    @contextmanager
    def chapter(self, number: int, title: str) -> Iterator[None]:
        """Its lines count their seconds from here; a spinner turns until it ends."""
        self._began = datetime.now(UTC)
        self._print(Text.assemble("\n", (f"{number}  {title}", "bold cyan")))
        with self._console.status("", spinner="dots"):
            yield

    def say(self, who: str, what: str) -> None:
        """Something that happens now."""
        self._line(datetime.now(UTC), who, what, style="bold")

    def happened(self, at: datetime, who: str, what: str) -> None:
        """Something that the server wrote down."""
        self._line(at, who, what)

    def service(self, status: Status) -> None:
        """A process that died, and one that is back; each is said once."""
        if self._states.get(status.name) is status.state:
            return
        self._states[status.name] = status.state
        if status.state is State.RESTARTING:
            self.say("The stack", f"sees that {status.name} {status.note}, and starts it again.")
        elif status.state is State.READY and status.restarts:
            self.say("The stack", f"says that {status.name} is back.")

    def trouble(self, what: str) -> None:
        self._print(Text(f"{_INDENT}This did not go as it should: {what}", "bold red"))

    def ending(self, summary: str, money: Mapping[str, Balance], currency: str, link: str) -> None:
        """How an order ended, with its money at every moment of interest."""
        self._print(Text.assemble("\n", _INDENT, (summary, "bold")))
        table = Table(box=None, padding=(0, 2), pad_edge=False)
        table.add_column(Text("the sandbox's ledger", "dim"))
        for column in ("held", "taken", "given back"):
            table.add_column(Text(column, "dim"), justify="right")
        for moment, balance in money.items():
            amounts = (balance.held, balance.taken, balance.given_back)
            table.add_row(moment, *(_amount(amount, currency) for amount in amounts))
        self._console.print(Padding(table, (0, 0, 0, len(_INDENT)), expand=False))
        self._print(Text.assemble(_INDENT, (link, "blue")))

    def verdict(self, broken: Mapping[str, Sequence[str]], *, astray: int) -> None:
        """Every invariant with what breaks it, and the line that sums up.

        `astray`: how many scenarios did not go as they should.
        """
        self._print(Text("\nWhat must hold, looked at from outside", "bold cyan"))
        for invariant, reasons in broken.items():
            mark = ("✗", "bold red") if reasons else ("✓", "green")
            self._print(Text.assemble("  ", mark, f" {invariant}"))
            for reason in reasons:
                self._print(Text(f"      {reason}", "red"))
        broke = sum(bool(reasons) for reasons in broken.values())
        if astray or broke:
            summary = (
                f"{astray} scenarios went astray, {broke} of {len(broken)} invariants do NOT hold."
            )
            self._print(Text(f"\n{summary}", "bold red"))
        else:
            self._print(Text(f"\nAll {len(broken)} invariants hold.", "bold green"))

    def tell(self, text: str) -> None:
        self._print(Text(text))

    def _line(self, at: datetime, who: str, what: str, *, style: str = "") -> None:
        seconds = (at - self._began).total_seconds()
        self._print(Text.assemble((f"{seconds:6.2f} s  ", "dim"), (f"{who:<{_WHO}} ", style), what))

    def _print(self, text: Text) -> None:
        # Never wrapped: links and commands are copied as they stand.
        self._console.print(text, soft_wrap=True)


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency))
