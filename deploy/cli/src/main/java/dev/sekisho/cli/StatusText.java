package dev.sekisho.cli;

import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.controlplane.yaml.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What `status` found, for people. Of a program that did not answer there is a text in place of its page.
final class StatusText {
    static final int MOST_STREAMS = 100;

    private StatusText() {}

    /// @param report `controlPlane`: its page; of a standalone cluster `gateway` and `refusedFiles`; of a Kubernetes
    ///     cluster `gateways`: by pod, and `controlPlanes`: all replicas
    /// @param streams whether those that are open are listed
    static String of(JsonNode report, boolean streams) {
        var page = report.path("controlPlane");
        var parts = new ArrayList<String>();
        parts.add(
                page.isObject()
                        ? page.path("cluster").asString("") + " in clusterset "
                                + page.path("clusterSet").asString("")
                        : "control plane: " + page.asString(""));
        add(parts, replicas(report.path("controlPlanes")));
        add(parts, gateways(report, page));
        if (page.has("peers")) {
            parts.add(peers(page.path("peers")));
            add(parts, exports(page.path("exports")));
            add(parts, imports(page.path("imports")));
        }
        if (streams) {
            parts.add(streams(report));
        }
        var problems = problems(report, page);
        if (!problems.isEmpty()) {
            parts.add("Problems:\n" + problems.stream().map(each -> "  " + each).collect(Collectors.joining("\n")));
        }
        return String.join("\n\n", parts);
    }

    /// @param peers as the control plane's `/status` lists them
    static String peers(JsonNode peers) {
        var table = new Table("PEER", "CONNECTED", "HEARD", "EXPORTS", "ENDPOINT", "PROBLEM");
        for (var peer : peers) {
            table.row(
                    text(peer, "cluster"),
                    yes(peer, "connected"),
                    heard(peer.path("ageSeconds")),
                    text(peer, "exports"),
                    text(peer, "endpoint").isEmpty() ? "(dials us)" : text(peer, "endpoint"),
                    text(peer, "problem"));
        }
        return table.isEmpty() ? "No peers: `" + Shell.sekisho("peer add") + "` links one." : table.toString();
    }

    /// @param seconds missing when nothing was ever heard
    static String heard(JsonNode seconds) {
        if (!seconds.isNumber()) {
            return "never";
        }
        return time(Math.max(0, Math.round(seconds.asDouble()))) + " ago";
    }

    private static String time(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private static Table replicas(JsonNode replicas) {
        var table = new Table("CONTROL PLANE", "READY", "LEADS");
        for (var replica : replicas) {
            table.row(text(replica, "pod"), yes(replica, "ready"), yes(replica, "leads"));
        }
        return table;
    }

    private static Table gateways(JsonNode report, JsonNode controlPlane) {
        var table = new Table("GATEWAY", "ROUTES", "FEED", "STREAMS", "LANES");
        gatewayPages(report, controlPlane.path("cluster").asString("gateway"))
                .forEach((name, page) -> gateway(table, name, page));
        return table;
    }

    /// By name.
    ///
    /// @param standalone the name of the only one of a folder
    private static Map<String, JsonNode> gatewayPages(JsonNode report, String standalone) {
        var pages = new LinkedHashMap<String, JsonNode>();
        if (report.has("gateway")) {
            pages.put(standalone, report.path("gateway"));
        }
        report.path("gateways").properties().forEach(each -> pages.put(each.getKey(), each.getValue()));
        return pages;
    }

    private static void gateway(Table table, String name, JsonNode page) {
        if (!page.isObject()) {
            table.row(name, "?", "?", "?", "?");
            return;
        }
        table.row(
                name,
                text(page, "routesVersion"),
                page.path("feedConnected").asBoolean(false) ? "connected" : "lost",
                text(page, "openStreams"),
                page.path("lanes").properties().stream()
                        .map(peer -> peer.getKey() + " " + lanes(peer.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    private static int lanes(JsonNode peer) {
        var count = 0;
        for (var side : List.of("dialled", "accepted")) {
            count += peer.path(side).path("idle").asInt(0)
                    + peer.path(side).path("busy").asInt(0);
        }
        return count;
    }

    private static String streams(JsonNode report) {
        var pages = gatewayPages(report, "gateway").values();
        var listed = pages.stream()
                .flatMap(page -> page.path("streams").valueStream())
                .sorted(Comparator.comparingDouble((JsonNode stream) ->
                                stream.path("openForSeconds").asDouble(0))
                        .reversed())
                .limit(MOST_STREAMS)
                .toList();
        if (listed.isEmpty()) {
            return "No open streams.";
        }
        var table = new Table("CALLER", "CALLS", "PORT", "IN CLUSTER", "SIDE", "OPEN FOR", "SENT", "RECEIVED");
        for (var stream : listed) {
            table.row(
                    text(stream, "caller"),
                    text(stream, "service"),
                    text(stream, "port"),
                    text(stream, "destination"),
                    text(stream, "side"),
                    time(Math.round(stream.path("openForSeconds").asDouble(0))),
                    size(stream.path("sentBytes").asLong(0)),
                    size(stream.path("receivedBytes").asLong(0)));
        }
        var more = pages.stream()
                        .mapToLong(page -> page.path("openStreams").asLong(0))
                        .sum()
                - listed.size();
        return table + (more > 0 ? "\nand " + more + " more" : "");
    }

    private static String size(long bytes) {
        var units = List.of("B", "kB", "MB", "GB");
        var amount = bytes;
        var unit = 0;
        while (amount >= 10_000 && unit < units.size() - 1) {
            amount /= 1000;
            unit++;
        }
        return amount + " " + units.get(unit);
    }

    private static Table exports(JsonNode exports) {
        var table = new Table("EXPORT", "CONDITIONS");
        for (var export : exports) {
            table.row(text(export, "service"), conditions(export));
        }
        return table;
    }

    private static Table imports(JsonNode imports) {
        var table = new Table("IMPORT", "TYPE", "ADDRESSES", "PORTS", "FROM", "CONDITIONS");
        for (var each : imports) {
            var sources = new ArrayList<String>();
            each.path("sources").forEach(source -> addSource(sources, source, each.path("ports")));
            table.row(
                    text(each, "service"),
                    text(each, "type"),
                    list(each.path("ips")),
                    list(each.path("ports")),
                    String.join(", ", sources),
                    conditions(each));
        }
        return table;
    }

    /// One that serves no port of the import is not called, and one that serves some is called there alone.
    private static void addSource(List<String> sources, JsonNode source, JsonNode ports) {
        var served = source.path("ports");
        if (served.isEmpty() && !ports.isEmpty()) {
            return;
        }
        sources.add(text(source, "cluster")
                + (served.size() < ports.size() ? " (" + list(served) + " only)" : "")
                + Readinesses.behind(source));
    }

    private static String conditions(JsonNode owner) {
        var all = new ArrayList<String>();
        owner.path("conditions").forEach(each -> all.add(text(each, "type") + "=" + text(each, "status")));
        return String.join(" ", all);
    }

    private static List<String> problems(JsonNode report, JsonNode page) {
        var problems = new ArrayList<String>();
        var refused = refused(report.path("refusedFiles"));
        page.path("waitingFor").forEach(each -> {
            var problem = each.asString("");
            problems.add("control plane waits for: " + problem + refused.getOrDefault(problem, ""));
            refused.remove(problem);
        });
        refused.forEach((problem, inForce) -> problems.add(problem + inForce));
        page.path("gateways")
                .forEach(gateway -> gateway.path("problems")
                        .forEach(each -> problems.add(text(gateway, "gateway") + ": " + each.asString(""))));
        page.path("heldImports")
                .forEach(each ->
                        problems.add("import " + each.asString("") + " is kept: not every cluster is heard yet"));
        for (var kind : List.of("export", "import")) {
            page.path(kind + "s")
                    .forEach(each -> notReady(each)
                            .forEach(message -> problems.add(kind + " " + text(each, "service") + ": " + message)));
        }
        gatewayPages(report, "gateway").forEach((name, gateway) -> of(problems, name, gateway));
        return problems;
    }

    /// Also of one that is ready, when it is so in part only.
    private static List<String> notReady(JsonNode owner) {
        return owner.path("conditions")
                .valueStream()
                .filter(each -> text(each, "type").equals("Ready"))
                .filter(each -> !text(each, "status").equals("True")
                        || Set.of("EndpointsLeftOut", "NoEndpoint").contains(text(each, "reason")))
                .map(each -> text(each, "message"))
                .toList();
    }

    /// What is in force instead, by problem.
    private static Map<String, String> refused(JsonNode files) {
        var refused = new LinkedHashMap<String, String>();
        for (var file : files) {
            var problem = new Problem(
                    text(file, "file"), file.path("line").asInt(0), text(file, "field"), text(file, "reason"));
            refused.put(problem.toString(), " (in force: " + text(file, "inForce") + ")");
        }
        return refused;
    }

    private static void of(List<String> problems, String gateway, JsonNode page) {
        if (page.isString()) {
            problems.add(gateway + ": " + page.asString());
        }
        page.path("problems").forEach(each -> problems.add(gateway + ": " + each.asString("")));
    }

    private static void add(List<String> parts, Table table) {
        if (!table.isEmpty()) {
            parts.add(table.toString());
        }
    }

    private static String list(JsonNode array) {
        var all = new ArrayList<String>();
        array.forEach(each -> all.add(each.asString("")));
        return String.join(",", all);
    }

    private static String yes(JsonNode owner, String field) {
        return owner.path(field).asBoolean(false) ? "yes" : "no";
    }

    private static String text(JsonNode owner, String field) {
        return owner.path(field).asString("");
    }
}
