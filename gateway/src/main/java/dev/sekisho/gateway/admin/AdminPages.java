package dev.sekisho.gateway.admin;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What the admin ports show: `/metrics` (Prometheus text), `/healthz`, `/readyz` and `/status` (JSON).
public final class AdminPages {
    private final Supplier<String> metrics;
    private final Supplier<List<String>> waitsFor;
    private final Supplier<GatewayStatus> status;

    /// @param metrics the scrape, in Prometheus text format 0.0.4
    /// @param waitsFor what is still missing before streams can be served; empty when ready
    public AdminPages(Supplier<String> metrics, Supplier<List<String>> waitsFor, Supplier<GatewayStatus> status) {
        this.metrics = metrics;
        this.waitsFor = waitsFor;
        this.status = status;
    }

    /// All of them, by path.
    Map<String, Supplier<Answer>> all() {
        return Map.of(
                "/metrics",
                this::metrics,
                "/healthz",
                AdminPages::healthy,
                "/readyz",
                this::readiness,
                "/status",
                () -> new Answer(
                        200,
                        "application/json; charset=utf-8",
                        status.get().toJson().encodePrettily() + "\n"));
    }

    /// Those that name nobody, by path.
    Map<String, Supplier<Answer>> probes() {
        return Map.of("/metrics", this::metrics, "/healthz", AdminPages::healthy, "/readyz", this::readiness);
    }

    private Answer metrics() {
        return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
    }

    // As long as it can answer at all: whatever else is amiss, a restart would only cost the open streams.
    private static Answer healthy() {
        return Answer.text(200, "ok");
    }

    private Answer readiness() {
        var missing = waitsFor.get();
        return missing.isEmpty()
                ? Answer.text(200, "ready")
                : Answer.text(503, "waiting for:\n" + String.join("\n", missing));
    }

    record Answer(int code, String type, String body) {
        static Answer text(int code, String line) {
            return new Answer(code, "text/plain; charset=utf-8", line + "\n");
        }
    }
}
