package dev.sekisho.cli;

import java.util.ArrayList;
import tools.jackson.databind.JsonNode;

/// An answer of `/explain`, for people.
final class ExplainText {
    private ExplainText() {}

    static String of(JsonNode answer) {
        var lines = new ArrayList<String>();
        lines.add((answer.path("allowed").asBoolean(false) ? "allowed: " : "denied: ")
                + answer.path("from").asString("")
                + " to " + answer.path("to").asString("") + " port "
                + answer.path("port").asString(""));
        if (answer.path("problem").isString()) {
            lines.add("  " + answer.path("problem").asString());
        }
        for (var cluster : answer.path("clusters")) {
            var name = "  " + cluster.path("cluster").asString("");
            lines.add(name + " egress " + verdict(cluster.path("egress")) + ": "
                    + cluster.path("egress").path("reason").asString(""));
            var ingress = cluster.path("ingress");
            if (ingress.has("couldNotBeAsked")) {
                lines.add(name + " ingress not known: "
                        + ingress.path("couldNotBeAsked").asString(""));
            } else {
                ingress.path("reasons")
                        .forEach(reason ->
                                lines.add(name + " ingress " + verdict(ingress) + ": " + reason.asString("")));
            }
        }
        return String.join("\n", lines);
    }

    private static String verdict(JsonNode side) {
        return side.path("allowed").asBoolean(false) ? "allowed" : "denied";
    }
}
