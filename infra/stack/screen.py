"""One calm screen: what is up, where, and how long it took. Plain lines where nobody looks on."""

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from infra.stack.service import State, Status
from infra.stack.site import Site

MARKS = {
    State.WAITING: ("·", "dim"),
    State.STARTING: ("◌", "yellow"),
    State.READY: ("●", "green"),
    State.DONE: ("✓", "green"),
    State.RESTARTING: ("↻", "red"),
    State.STOPPED: ("○", "dim"),
}
# Worth a line of its own where lines are all there is.
EVENTS = {State.READY, State.DONE, State.RESTARTING}


class Screen:
    """`show` is the `changed` of a Stack; use as a context manager around its life."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._statuses: dict[str, Status] = {}
        self._footer = Text()
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    def show(self, status: Status) -> None:
        self._statuses[status.name] = status
        if self._live:
            self._refresh()
        elif status.state in EVENTS:
            self._console.print(_line(status), soft_wrap=True)

    def tell(self, text: Text) -> None:
        """Below the list, for as long as the screen stands."""
        self._footer = text
        if self._live:
            self._refresh()
        else:
            self._console.print(text, soft_wrap=True)

    def _refresh(self) -> None:
        if self._live:
            self._live.update(Group(_table([*self._statuses.values()]), self._footer), refresh=True)


def welcome(site: Site, *, took: float) -> Text:
    """What a person needs to know once everything is up."""
    settings = site.settings
    return Text.assemble(
        f"\nReady in {took:.1f} s.\n\n",
        ("  Pages          ", "bold"),
        f"{site.api_url}/\n",
        ("  Support desk   ", "bold"),
        f"{site.api_url}/support\n",
        ("  API            ", "bold"),
        f"{site.api_url}/docs\n",
        ("  Temporal UI    ", "bold"),
        f"{site.temporal_ui_url}\n",
        ("  Administrator  ", "bold"),
        f"{settings.admin_email} / {settings.admin_password.get_secret_value()}\n",
        ("  Data and logs  ", "bold"),
        f"{settings.data_dir}\n\n",
        ("Ctrl-C stops everything.", "dim"),
    )


def _table(statuses: list[Status]) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=False)
    for status in statuses:
        mark, style = MARKS[status.state]
        took = f"{status.took:.1f} s" if status.took else ""
        table.add_row(
            Text(mark, style),
            status.name,
            Text(took, "dim", justify="right"),
            Text(status.where),
            Text(_trouble(status), "red"),
        )
    return table


def _line(status: Status) -> str:
    took = f"{status.took:.1f} s" if status.state in {State.READY, State.DONE} else ""
    what = f"{status.name:<15} {status.state:<10} {took:>7}"
    return f"{what}  {status.where} {_trouble(status)}".rstrip()


def _trouble(status: Status) -> str:
    restarts = f"restarted {status.restarts}x" if status.restarts else ""
    return ", ".join(part for part in (status.note, restarts) if part)
