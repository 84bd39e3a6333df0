"""What it looks like when a server we need is away: nobody's fault, and worth another try."""

import redis.exceptions
import sqlalchemy.exc


class IssuerAway(Exception):
    """Google does not answer, and we do not have its keys."""


AWAY: tuple[type[Exception], ...] = (
    IssuerAway,
    redis.exceptions.RedisError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.TimeoutError,
)
"""Raised by whatever talks to such a server: refused, cut, too slow, or no connection free."""
