"""What Prometheus reads: how the work goes, from the store, and how fast this process acknowledges webhooks.

No repository is named: whoever may scrape need not be one who may read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qualitygate.errors import CannotUseStore
from qualitygate.server import log
from qualitygate.storage.tallies import ATTEMPTS, CALLS, REMAINING, SWEEPS, SWEPT, VERDICTS
from qualitygate.storage.watching import Watch, Watched

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_COUNTERS = {
    ATTEMPTS: ("qualitygate_delivery_attempts", "Attempts to work on deliveries, by how they ended.", "end"),
    VERDICTS: ("qualitygate_verdicts", "Verdicts that were told, by their first outcome.", "outcome"),
    CALLS: ("qualitygate_github_calls", "Calls of GitHub's API, by installation of the App.", "installation"),
}
_GAUGES = {
    REMAINING: (
        "qualitygate_github_calls_remaining",
        "Calls that GitHub's limit left when it was last asked, by installation of the App.",
        "installation",
    ),
    SWEEPS: ("qualitygate_sweep_last_turn_timestamp_seconds", "When each sweep had its last turn.", "sweep"),
    SWEPT: ("qualitygate_sweep_last_success_timestamp_seconds", "When each sweep last ended well.", "sweep"),
}


class Metrics:
    """The metrics of one process. ``acknowledged`` is told how many seconds each webhook waited for its answer."""

    def __init__(self, address: str) -> None:
        self._watch = Watch(address)
        self._registry = CollectorRegistry()
        self._registry.register(_Store(self._watch))
        self._acknowledged = Histogram(
            "qualitygate_acknowledgement_seconds",
            "Seconds until a webhook was answered, by this process.",
            registry=self._registry,
            buckets=_BUCKETS,
        )

    def close(self) -> None:
        """Let go of the store."""
        self._watch.close()

    def acknowledged(self, seconds: float) -> None:
        """A webhook was answered."""
        self._acknowledged.observe(seconds)

    def route(self) -> Route:
        """Where Prometheus looks."""
        return Route("/metrics", self._answer)

    async def _answer(self, _request: Request) -> Response:
        try:
            text = await run_in_threadpool(generate_latest, self._registry)
        except CannotUseStore as error:
            log.warn("metrics cannot be read", why=error)
            return Response("the store cannot be read\n", 503, media_type="text/plain")
        return Response(text, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


class _Store(Collector):
    """The metrics that are in the store, read anew for each scrape."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering reads no store."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """What Prometheus is told."""
        return _families(self._watch.look())


def _families(found: Watched) -> Iterable[Metric]:
    deliveries = GaugeMetricFamily(
        "qualitygate_deliveries", "Deliveries that are not done, by state.", labels=("state",)
    )
    for state, number in found.deliveries.items():
        deliveries.add_metric((state,), number)
    yield deliveries
    yield GaugeMetricFamily(
        "qualitygate_delivery_lag_seconds",
        "For how long the delivery that waits longest could be worked on.",
        found.lag,
    )
    yield GaugeMetricFamily(
        "qualitygate_deliveries_failing", "Deliveries that wait for another attempt, as one failed.", found.failing
    )
    for kinds, made in ((_COUNTERS, CounterMetricFamily), (_GAUGES, GaugeMetricFamily)):
        for name, (metric, said, label) in kinds.items():
            yield _labelled(made(metric, said, labels=(label,)), found.tallies.get(name, {}))


def _labelled(family: CounterMetricFamily | GaugeMetricFamily, numbers: Mapping[str, float]) -> Metric:
    for label, number in sorted(numbers.items()):
        family.add_metric((label,), number)
    return family
