"""The one way to a Temporal client."""

from temporalio.api.failure.v1 import Failure
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Interceptor
from temporalio.converter import DataConverter, DefaultFailureConverter, PayloadConverter
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression

from adapters import tracing
from adapters.correlation import Correlation
from adapters.settings import TemporalSettings
from adapters.weather import endure
from domain.errors import BY_NAME


class QuietFailures(DefaultFailureConverter):
    """Shows a refusal in the Temporal UI as its sentence alone: a fact needs no stack trace."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        super().to_failure(exception, payload_converter, failure)
        if failure.application_failure_info.type in BY_NAME:
            failure.stack_trace = ""


DATA_CONVERTER = DataConverter(failure_converter_class=QuietFailures)


async def connect(
    settings: TemporalSettings, *, identity: str | None = None, runtime: Runtime | None = None
) -> Client:
    """A client of a server that is there and serves the namespace; until then it waits."""
    async for attempt in endure():
        with attempt:
            client = await Client.connect(
                settings.address,
                namespace=settings.namespace,
                data_converter=DATA_CONVERTER,
                interceptors=_interceptors(),
                identity=identity,
                runtime=runtime,
                # Within one data centre compressing costs more than it saves.
                grpc_compression=GrpcCompression.NONE,
            )
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=settings.namespace)
            )
    return client


def _interceptors() -> list[Interceptor]:
    """Also for the workers that are given the client."""
    if not tracing.is_on():
        return [Correlation()]
    # It imports OpenTelemetry's SDK.
    from temporalio.contrib.opentelemetry import TracingInterceptor  # noqa: PLC0415

    # The stable one of the SDK's two. Its spans are there while a workflow still goes on, and it
    # draws nothing of a workflow's own random numbers: switching it changes no replay.
    return [Correlation(), TracingInterceptor()]
