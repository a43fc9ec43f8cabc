package dev.sekisho.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// An answer of `/explain`, for people.
final class ExplainText {
    private ExplainText() {}

    static String of(JsonNode answer) {
        var lines = new ArrayList<String>();
        lines.add(headline(answer)
                + ": " + answer.path("from").asString("")
                + " to " + answer.path("to").asString("") + " port "
                + answer.path("port").asString("")
                + (answer.path("protocol").asString("").equals("UDP") ? "/UDP" : ""));
        if (answer.path("problem").isString()) {
            lines.add("  " + answer.path("problem").asString());
        }
        for (var cluster : answer.path("clusters")) {
            var theirs = cluster.path("cluster").asString("");
            var name = "  " + theirs;
            lines.add("  " + answer.path("cluster").asString("") + " egress to " + theirs + " "
                    + line(cluster.path("egress")));
            var ingress = cluster.path("ingress");
            if (ingress.has("couldNotBeAsked")) {
                lines.add(name + " ingress not known: "
                        + ingress.path("couldNotBeAsked").asString(""));
            } else if (ingress.has("endpoints")) {
                ingress.path("endpoints")
                        .forEach(endpoint -> lines.add(name + " ingress of "
                                + endpoint.path("endpoint").asString("")
                                + Readinesses.behind(endpoint) + " " + line(endpoint)));
            } else {
                ingress.path("reasons")
                        .forEach(reason ->
                                lines.add(name + " ingress " + verdict(ingress) + ": " + reason.asString("")));
            }
            if (cluster.has("withheld")) {
                lines.add(name + " is not called: " + cluster.path("withheld").asString(""));
            }
            cluster.path("unknown").forEach(unknown -> lines.add(name + " not known: " + unknown.asString("")));
        }
        return String.join("\n", lines);
    }

    private static String headline(JsonNode answer) {
        if (answer.path("allowed").isNull()) {
            return "not known";
        }
        if (answer.has("problem")) {
            return "impossible";
        }
        return verdict(answer);
    }

    /// The sentence begins with the verdict; behind it the lines of what decided, where they are known: a rule, or the
    /// policies that isolate the pod.
    private static String line(JsonNode verdict) {
        var places = places(verdict);
        return verdict.path("reason").asString("") + (places.isEmpty() ? "" : " (" + String.join(", ", places) + ")");
    }

    private static List<String> places(JsonNode verdict) {
        return Stream.of(
                        Stream.of(verdict.path("rule")),
                        verdict.path("isolatedBy").valueStream(),
                        Stream.of(verdict.path("enforced").path("rule")),
                        verdict.path("enforced").path("isolatedBy").valueStream())
                .flatMap(Function.identity())
                .map(decisive -> decisive.path("place").asString(""))
                .filter(place -> !place.isEmpty())
                .distinct()
                .toList();
    }

    private static String verdict(JsonNode side) {
        return side.path("allowed").asBoolean(false) ? "allowed" : "denied";
    }
}
