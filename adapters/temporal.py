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
from adapters.temporal_codec import Encryption, keys_of
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


class SealedFailures(QuietFailures):
    """Puts the words of a failure where the codec encrypts them. Its type stays readable."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        super().to_failure(exception, payload_converter, failure)
        words = {"message": failure.message, "stack_trace": failure.stack_trace}
        failure.encoded_attributes.CopyFrom(payload_converter.to_payloads([words])[0])
        failure.message, failure.stack_trace = "Encrypted", ""


DATA_CONVERTER = DataConverter(failure_converter_class=QuietFailures)


def data_converter(settings: TemporalSettings) -> DataConverter:
    """For clients and workers alike. Raises `BadKeyRing`."""
    ring = settings.codec_keys.get_secret_value()
    if not ring:
        return DATA_CONVERTER
    codec = Encryption(keys_of(ring))
    failures = SealedFailures if codec.encrypts else QuietFailures
    return DataConverter(payload_codec=codec, failure_converter_class=failures)


async def connect(
    settings: TemporalSettings, *, identity: str | None = None, runtime: Runtime | None = None
) -> Client:
    """A client of a server that is there and serves the namespace; until then it waits."""
    async for attempt in endure():
        with attempt:
            client = await Client.connect(
                settings.address,
                namespace=settings.namespace,
                data_converter=data_converter(settings),
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
