"""The statements about steps, each within a transaction of its caller."""

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.payments.steps import Step, StepState
from adapters.postgres.payments.tables import StepRow
from domain.errors import BY_NAME, PaymentFailed


async def begin(session: AsyncSession, key: str) -> Step:
    """The step, opened and locked; where it was begun, ended or undone before, as it stands."""
    opened = await session.scalar(
        insert(StepRow)
        .values(key=key, state=StepState.OPEN, begun_at=func.now())
        .on_conflict_do_nothing()
        .returning(StepRow)
    )
    return step_of(opened, retried=False) if opened else await locked(session, key)


async def locked(session: AsyncSession, key: str) -> Step:
    return step_of(
        (await session.scalars(select(StepRow).where(StepRow.key == key).with_for_update())).one()
    )


async def end(session: AsyncSession, key: str, refusal: PaymentFailed | None = None) -> Step:
    """Done, or refused for good."""
    values: dict[str, str] = {"state": StepState.REFUSED if refusal else StepState.DONE}
    if refusal:
        values |= {"refusal": type(refusal).__name__, "refusal_message": str(refusal)}
    ended = update(StepRow).where(StepRow.key == key).values(values).returning(StepRow)
    return step_of((await session.scalars(ended)).one())


async def bury(session: AsyncSession, key: str, by: str) -> Step:
    """Leave a tombstone: the step may not begin any more. The first undo's name stays on it."""
    tombstone = insert(StepRow).values(key=key, state=StepState.UNDONE, undone_by=by)
    await session.execute(
        tombstone.on_conflict_do_update(
            index_elements=[StepRow.key],
            set_={"state": StepState.UNDONE, "undone_by": by},
            where=StepRow.state != StepState.UNDONE,
        )
    )
    return await locked(session, key)


async def take_next_key(session: AsyncSession, step: Step) -> None:
    """From now on the step uses another idempotency key; once, however many attempts ask.

    One that was undone keeps its key: that is the one its undo blocks.
    """
    await session.execute(
        update(StepRow)
        .where(StepRow.key == step.key, StepRow.n == step.n, StepRow.state != StepState.UNDONE)
        .values(n=step.n + 1)
    )


def step_of(row: StepRow, *, retried: bool = True) -> Step:
    refusal = BY_NAME[row.refusal](row.refusal_message) if row.refusal else None
    return Step(
        key=row.key,
        state=row.state,
        n=row.n,
        begun_at=row.begun_at,
        retried=retried,
        refusal=refusal,
        undone_by=row.undone_by,
    )
