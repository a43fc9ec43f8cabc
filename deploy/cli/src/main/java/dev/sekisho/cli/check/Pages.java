package dev.sekisho.cli.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the programs say of themselves on `/status`.
final class Pages {
    /// A leaf lives for a day, and is renewed when a third of that is left.
    private static final Duration RENEWAL_OVERDUE = Duration.ofHours(6);

    private static final Duration QUIET = Duration.ofMinutes(2);
    private static final double OWES_TOO_LONG_SECONDS = 10;

    private Pages() {}

    /// @param page the control plane's
    /// @param look the command that shows its log; empty when there is none
    static List<Finding> controlPlane(JsonNode page, Instant now, List<String> look) {
        var findings = new ArrayList<Finding>();
        var waits = texts(page.path("waitingFor"));
        findings.add(
                waits.isEmpty()
                        ? Finding.ok(
                                "control plane",
                                "it has read its cluster " + text(page, "cluster") + " and is at route table "
                                        + text(page, "routeVersion"))
                        : new Finding(
                                "control plane", Finding.Level.FAIL, "it waits for " + String.join("; ", waits), look));
        findings.add(certificate(Instant.parse(text(page, "certificateExpiresAt")), now, look));
        page.path("gateways").forEach(gateway -> follows(gateway, look).ifPresent(findings::add));
        return findings;
    }

    private static Finding certificate(Instant expires, Instant now, List<String> look) {
        var left = Duration.between(now, expires);
        if (left.isNegative()) {
            return new Finding("certificate", Finding.Level.FAIL, "it expired at " + expires, look);
        }
        return left.compareTo(RENEWAL_OVERDUE) < 0
                ? new Finding(
                        "certificate",
                        Finding.Level.WARN,
                        "it is valid until " + expires + " only, and should have been renewed by now",
                        look)
                : Finding.ok("certificate", "it is valid until " + expires);
    }

    private static Optional<Finding> follows(JsonNode gateway, List<String> look) {
        var name = text(gateway, "gateway");
        var owes = gateway.path("owesSeconds").asDouble(0);
        return owes > OWES_TOO_LONG_SECONDS
                ? Optional.of(new Finding(
                        "gateway " + name,
                        Finding.Level.WARN,
                        "it has not put in force for " + Math.round(owes) + " s what it was sent",
                        look))
                : Optional.empty();
    }

    /// @param page the gateway's
    static Finding gateway(String name, JsonNode page, List<String> look) {
        var check = "gateway " + name;
        var problems = texts(page.path("problems"));
        if (page.path("routesVersion").asLong(0) == 0) {
            return new Finding(
                    check,
                    Finding.Level.FAIL,
                    "it has no route table yet" + (problems.isEmpty() ? "" : ": " + problems.getFirst()),
                    look);
        }
        if (!page.path("feedConnected").asBoolean(false)) {
            return new Finding(
                    check,
                    Finding.Level.WARN,
                    "it has lost the control plane and goes on with its last route table, of "
                            + age(page.path("routesAgeSeconds")) + " ago",
                    look);
        }
        return problems.isEmpty()
                ? Finding.ok(check, "it follows, and carries " + text(page, "openStreams") + " streams")
                : new Finding(check, Finding.Level.WARN, String.join("; ", problems), look);
    }

    /// A peer with which the control planes talk is of no use without a lane between the gateways.
    ///
    /// @param controlPlane its page, on which there are no peers while it waits
    /// @param gateways the pages of the gateways that answer
    /// @param mend a command that looks at the peer called `PEER`
    /// @param link the command that makes one
    static List<Finding> peers(JsonNode controlPlane, List<JsonNode> gateways, String mend, String link) {
        if (!controlPlane.has("peers")) {
            return List.of();
        }
        if (controlPlane.path("peers").isEmpty()) {
            return List.of(Finding.warn("peers", "there are none", link));
        }
        var findings = new ArrayList<Finding>();
        for (var peer : controlPlane.path("peers")) {
            findings.add(peer(
                    peer,
                    gateways.stream()
                            .mapToInt(page -> lanes(page.path("lanes").path(text(peer, "cluster"))))
                            .sum(),
                    mend.replace("PEER", text(peer, "cluster"))));
        }
        return findings;
    }

    private static Finding peer(JsonNode peer, int lanes, String mend) {
        var check = "peer " + text(peer, "cluster");
        var heard =
                peer.path("ageSeconds").isNumber() ? "heard " + age(peer.path("ageSeconds")) + " ago" : "never heard";
        if (!peer.path("connected").asBoolean(false)) {
            var problem = text(peer, "problem");
            return Finding.fail(check, "not connected, " + heard + (problem.isEmpty() ? "" : ": " + problem), mend);
        }
        if (!text(peer, "problem").isEmpty()) {
            return Finding.fail(check, "connected, but " + text(peer, "problem"), mend);
        }
        if (peer.path("ageSeconds").asDouble(0) > QUIET.toSeconds()) {
            return Finding.warn(check, "connected, but last " + heard, mend);
        }
        return lanes == 0
                ? Finding.fail(
                        check,
                        "the control planes are in touch (" + heard + "), but no gateway has a lane: no stream passes",
                        mend)
                : Finding.ok(
                        check, "connected, " + heard + ", exports " + text(peer, "exports") + ", " + lanes + " lanes");
    }

    private static int lanes(JsonNode sides) {
        var count = 0;
        for (var side : List.of("dialled", "accepted")) {
            count += sides.path(side).path("idle").asInt(0)
                    + sides.path(side).path("busy").asInt(0);
        }
        return count;
    }

    private static String age(JsonNode seconds) {
        return Math.max(0, Math.round(seconds.asDouble(0))) + " s";
    }

    static List<String> texts(JsonNode array) {
        return array.valueStream().map(each -> each.asString("")).toList();
    }

    static String text(JsonNode owner, String field) {
        return owner.path(field).asString("");
    }
}
