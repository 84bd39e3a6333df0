"""Commands that end by themselves, and the wrapper that ties a process to the supervisor's life."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress

from infra.stack.logs import Log
from infra.stack.service import StartFailedError
from infra.stack.settings import ROOT


def tied(command: Sequence[str], *, user: str = "", orphan_signal: str = "KILL") -> list[str]:
    """`setpriv` becomes the command itself, so the process stays our direct child.

    It asks the kernel to end the process when the supervisor dies, so that not even a kill -9
    leaves anything behind, and it changes the user, both without Python code between fork and
    exec (`preexec_fn` may deadlock where there are threads).
    """
    as_user = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
    return ["setpriv", *as_user, "--pdeathsig", orphan_signal, "--", *command]


async def run(
    command: Sequence[str],
    *,
    log: Log,
    user: str = "",
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
) -> None:
    """Raises StartFailedError with the end of the log when the status is not 0."""
    process = await asyncio.create_subprocess_exec(
        *tied(command, user=user),
        cwd=ROOT,
        env=environment or os.environ,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = await process.communicate(stdin.encode())
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    for line in output.decode(errors="replace").splitlines():
        log.write(line)
    if process.returncode:
        raise StartFailedError(
            f"{' '.join(command)} ended with status {process.returncode}. {log.path}:\n{log.tail()}"
        )
