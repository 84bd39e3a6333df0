"""Everything a stack may run, by name. Servers first, then the project's own processes."""

import sys
from collections.abc import Callable
from functools import partial

from infra.stack import kafka, postgres, redis, temporal
from infra.stack.commands import run
from infra.stack.probes import answers, is_healthy
from infra.stack.service import Job, Service
from infra.stack.settings import HOST
from infra.stack.site import Site

# What each worker needs besides its tables.
WORKERS = {
    "orders": ("temporal",),
    "payments": ("temporal", "stripe-sandbox"),
    "delivery": ("temporal",),
    "notifications": ("temporal", "mail"),
    "outbox": ("kafka",),
    "events": ("kafka",),
}
# Longer than a worker's own drain, so that SIGKILL is not what ends it.
DRAIN = 25


def servers(site: Site) -> tuple[str, ...]:
    """Without a sandbox where payments go to Stripe itself."""
    return ("postgres", "redis", "kafka", "temporal", "mail", *_sandbox(site, "stripe-sandbox"))


def everything(site: Site) -> tuple[str, ...]:
    return (*servers(site), "migrations", *WORKERS, "api", "admin")


def build(name: str, site: Site) -> Service | Job:
    """Raises KeyError for a name that is not in the catalog."""
    return _BUILDERS[name](site)


def worker(site: Site, queue: str, *, name: str, port: int) -> Service:
    """One more worker of a queue: `worker(site, "orders", name="orders-2", port=free_port())`."""
    return Service(
        name=name,
        command=[sys.executable, "-m", "workers", queue],
        environment={"WORKER_HOST": HOST, "WORKER_PORT": str(port)},
        ready=is_healthy(port),
        after=("migrations", *_sandbox(site, *WORKERS[queue])),
        ports={f"{name.upper().replace('-', '_')}_PORT": port},
        where=f"http://{HOST}:{port}",
        grace=DRAIN,
    )


def _api(site: Site) -> Service:
    return Service(
        name="api",
        command=[sys.executable, "-m", "api"],
        ready=is_healthy(site.settings.api_port),
        after=("migrations", "temporal", "redis"),
        ports={"API_PORT": site.settings.api_port},
        where=f"{site.api_url}/docs",
        grace=DRAIN,
    )


def _stripe_sandbox(site: Site) -> Service:
    port = site.settings.stripe_sandbox_port
    return Service(
        name="stripe-sandbox",
        command=[sys.executable, "-m", "infra.stripe_sandbox"],
        environment={
            "STRIPE_SANDBOX_PORT": str(port),
            "STRIPE_SANDBOX_DB": str(site.folder("stripe-sandbox") / "sandbox.db"),
            "STRIPE_SANDBOX_WEBHOOK_KEY": site.credentials.stripe_secret_key(),
            "STRIPE_SANDBOX_WEBHOOK_SECRET": site.credentials.stripe_webhook_secret(),
            "STRIPE_SANDBOX_WEBHOOK_URL": f"{site.api_url}/api/v1/webhooks/stripe",
        },
        ready=is_healthy(port),
        ports={"STRIPE_SANDBOX_PORT": port},
        where=site.sandbox_url,
    )


def _mail(site: Site) -> Service:
    port = site.settings.mail_port
    return Service(
        name="mail",
        command=[sys.executable, "-m", "infra.mail_server"],
        environment={
            "MAIL_SERVER_PORT": str(port),
            "MAIL_SERVER_FOLDER": str(site.mail_folder),
        },
        ready=answers(port, b"QUIT\r\n", expected=b"220"),
        ports={"MAIL_PORT": port},
        where=str(site.mail_folder),
    )


def _worker_of(queue: str, site: Site) -> Service:
    return worker(site, queue, name=queue, port=getattr(site.settings, f"{queue}_port"))


def _migrations(site: Site) -> Job:
    async def migrate() -> None:
        environment = {**site.environment(), "ADMIN_DSN": site.admin_dsn}
        command = [sys.executable, "-m", "adapters.postgres", "migrate"]
        await run(command, log=site.log("migrations"), environment=environment)

    return Job(name="migrations", run=migrate, after=("postgres",))


def _admin(site: Site) -> Job:
    async def make_admin() -> None:
        environment = {
            **site.environment(),
            "ADMIN_EMAIL": site.settings.admin_email,
            "ADMIN_PASSWORD": site.settings.admin_password.get_secret_value(),
        }
        command = [sys.executable, "-m", "api", "bootstrap-admin"]
        await run(command, log=site.log("admin"), environment=environment)

    return Job(name="admin", run=make_admin, after=("api",))


def _sandbox(site: Site, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if site.has_sandbox or name != "stripe-sandbox")


_BUILDERS: dict[str, Callable[[Site], Service | Job]] = {
    "postgres": postgres.service,
    "redis": redis.service,
    "kafka": kafka.service,
    "temporal": temporal.service,
    "stripe-sandbox": _stripe_sandbox,
    "mail": _mail,
    "migrations": _migrations,
    "admin": _admin,
    "api": _api,
    **{queue: partial(_worker_of, queue) for queue in WORKERS},
}
