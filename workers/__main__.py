"""`python -m workers orders | payments | …` runs a process; the others are commands for people."""

from collections.abc import Callable
from importlib import import_module

import typer

from workers.commands import commands
from workers.process import run

PROCESSES = {
    "orders": "Serve Temporal's queue `orders`.",
    "payments": "Serve Temporal's queue `payments`, and Stripe's webhooks.",
    "delivery": "Serve Temporal's queue `delivery`.",
    "notifications": "Serve Temporal's queue `notifications`, and send mails.",
    "outbox": "Relay what is in the outboxes to Kafka.",
    "events": "Have the effects of the events that are in Kafka.",
}
"""Each has its `work` in the module of its name, and runs until SIGTERM."""

COMMANDS = {
    "dead-letters": "Look at events that failed, and decide about them.",
    "rebuild": "Make the list of orders anew from Kafka, and compare.",
}
"""Each is an `app` in the module of its name."""

_AS_IT_CAME = {
    "allow_extra_args": True,
    "allow_interspersed_args": False,
    "ignore_unknown_options": True,
}

app = commands()


# Only what is asked for is imported: the relay knows nothing of Stripe.
def _process(name: str) -> Callable[[], None]:
    def live() -> None:
        run(name, import_module(f"workers.{name}").work)

    return live


def _command(name: str) -> Callable[[typer.Context], None]:
    def obey(context: typer.Context) -> None:
        module = import_module(f"workers.{name.replace('-', '_')}")
        module.app(context.args, prog_name=context.command_path)

    return obey


for _name, _help in PROCESSES.items():
    app.command(_name, help=_help)(_process(_name))
for _name, _help in COMMANDS.items():
    app.command(_name, help=_help, add_help_option=False, context_settings=_AS_IT_CAME)(
        _command(_name)
    )

if __name__ == "__main__":
    app(prog_name="python -m workers")
