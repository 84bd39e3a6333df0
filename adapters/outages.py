"""What it looks like when a server we need is away: nobody's fault, and worth another try."""

import redis.exceptions
import sqlalchemy.exc

AWAY: tuple[type[Exception], ...] = (
    redis.exceptions.RedisError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.TimeoutError,
)
"""Raised by whatever talks to Postgres or Redis: refused, cut, too slow, or no connection free."""
