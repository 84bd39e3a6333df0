"""The log of one child: every line has a time, the file never grows without end."""

import logging
import re
from collections import deque
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

MEGABYTES_20 = 20_000_000
# A clock near the start of the line, or a structured line, which carries its own.
HAS_TIME = re.compile(r"^(.{0,40}\d\d:\d\d:\d\d|\{)")


class Log:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = RotatingFileHandler(path, maxBytes=MEGABYTES_20, backupCount=1, delay=True)

    def write(self, line: str) -> None:
        if not HAS_TIME.match(line):
            line = f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {line}"
        self._file.emit(logging.makeLogRecord({"msg": line}))

    def tail(self, lines: int = 15) -> str:
        if not self.path.exists():
            return ""
        with self.path.open(errors="replace") as file:
            return "".join(deque(file, lines))

    def close(self) -> None:
        self._file.close()
