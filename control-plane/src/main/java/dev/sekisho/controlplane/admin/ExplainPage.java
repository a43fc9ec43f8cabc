package dev.sekisho.controlplane.admin;

import dev.sekisho.controlplane.explain.Explainer;
import dev.sekisho.controlplane.explain.Explanation;
import dev.sekisho.controlplane.explain.Explanation.Ingress;
import dev.sekisho.controlplane.explain.Explanation.Side;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Ports;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.Transport;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.stream.Stream;

/// `/explain?from=ns/pod&to=ns/service&port=N`: whether that call would pass, and who decides it, as JSON. Either end
/// may be an address instead, and `&protocol=UDP` asks about UDP.
public final class ExplainPage {
    private final Explainer explainer;

    public ExplainPage(Explainer explainer) {
        this.explainer = explainer;
    }

    /// @throws IllegalArgumentException naming the parameter that is missing or wrong
    Future<JsonObject> answer(MultiMap parameters) {
        var from = required(parameters, "from");
        var to = required(parameters, "to");
        var port = new PortKey(
                transport(Optional.ofNullable(parameters.get("protocol")).orElse("TCP")),
                Ports.require("port", number(required(parameters, "port"))));
        return explainer
                .explain(from, to, port)
                .map(answer -> answer.map(ExplainPage::render))
                .orElseGet(() -> Future.succeededFuture(question(from, to, port)
                        .putNull("allowed")
                        .put("problem", "the control plane has not read its cluster yet")));
    }

    private static JsonObject question(String from, String to, PortKey port) {
        return JsonObject.of(
                "from",
                from,
                "to",
                to,
                "port",
                port.number(),
                "protocol",
                port.transport().name());
    }

    /// What crosses gateways.
    private static Transport transport(String text) {
        return Stream.of(Transport.TCP, Transport.UDP)
                .filter(known -> known.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("protocol must be TCP or UDP, got '" + text + "'"));
    }

    private static String required(MultiMap parameters, String name) {
        return Optional.ofNullable(parameters.get(name))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        "parameter '" + name + "' is missing; ask /explain?from=ns/pod&to=ns/service&port=N"));
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("port must be 1 to 65535, got '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static JsonObject render(Explanation explanation) {
        var page = question(explanation.from(), explanation.to(), explanation.port())
                .put("cluster", explanation.cluster().value())
                .put("allowed", explanation.allowed().orElse(null));
        explanation.problem().ifPresent(problem -> page.put("problem", problem));
        return page.put(
                "clusters",
                explanation.clusters().stream().map(ExplainPage::render).collect(StatusPage.toArray()));
    }

    private static JsonObject render(Side side) {
        var page = new JsonObject()
                .put("cluster", side.cluster().value())
                .put(
                        "egress",
                        VerdictPage.render(side.egress())
                                .put("policyVersion", side.egress().policyVersion()));
        side.ingress()
                .ifPresentOrElse(
                        ingress -> page.put("ingress", render(ingress)),
                        () -> page.put("ingress", JsonObject.of("couldNotBeAsked", side.unasked())));
        side.withheld().ifPresent(why -> page.put("withheld", why));
        if (!side.unknown().isEmpty()) {
            page.put("unknown", new JsonArray(side.unknown()));
        }
        return page;
    }

    private static JsonObject render(Ingress ingress) {
        var page = new JsonObject()
                .put("allowed", ingress.allowed())
                .put("reasons", new JsonArray(ingress.reasons()))
                .put("policyVersion", ingress.policyVersion());
        if (!ingress.candidates().isEmpty()) {
            page.put(
                    "endpoints",
                    ingress.candidates().stream()
                            .map(candidate -> VerdictPage.render(candidate.verdict())
                                    .put("endpoint", candidate.endpoint())
                                    .put("ready", candidate.readiness().isReady())
                                    .put("terminating", candidate.readiness() == Readiness.TERMINATING))
                            .collect(StatusPage.toArray()));
        }
        return page;
    }
}
