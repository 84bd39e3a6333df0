"""What a run of reconciliation comes to, for whoever watches the numbers."""

from prometheus_client import Counter, Gauge
from temporalio import activity

from domain.audit import Tally
from domain.differences import Kind

DIFFERENCES = Gauge(
    "reconciliation_differences", "What remained in the last complete run. Healthy is 0."
)
COMPLETED = Gauge("reconciliation_completed_timestamp_seconds", "When that run ended.")
FOUND = Counter("reconciliation_found_total", "Differences that are new.", ["kind"])
REPAIRED = Counter("reconciliation_repaired_total", "Differences that were mended.", ["kind"])
# What grows from nothing to 1 grew by nothing, to Prometheus: it has to have seen the 0.
for _kind in Kind:
    FOUND.labels(_kind)
    REPAIRED.labels(_kind)


class MetricsActivities:
    @activity.defn
    async def publish_reconciliation(self, tally: Tally) -> None:
        """Of a complete run. Tried again it counts again, which an alert can live with."""
        DIFFERENCES.set(sum(tally.remaining.values()))
        COMPLETED.set_to_current_time()
        for counter, counts in ((FOUND, tally.found), (REPAIRED, tally.repaired)):
            for kind, count in counts.items():
                counter.labels(kind).inc(count)
