package dev.sekisho.cli;

import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.controlplane.yaml.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What `status` found, for people. Of a program that did not answer there is a text in place of its page.
final class StatusText {
    private StatusText() {}

    /// @param report `controlPlane`: its page; of a standalone cluster `gateway` and `refusedFiles`; of a Kubernetes
    ///     cluster `gateways`: by pod, and `controlPlanes`: all replicas
    static String of(JsonNode report) {
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
        var age = Math.max(0, Math.round(seconds.asDouble()));
        if (age < 120) {
            return age + " s ago";
        }
        return age < 7200 ? age / 60 + " min ago" : age / 3600 + " h ago";
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
        if (report.has("gateway")) {
            gateway(table, controlPlane.path("cluster").asString("gateway"), report.path("gateway"));
        }
        report.path("gateways").properties().forEach(each -> gateway(table, each.getKey(), each.getValue()));
        return table;
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
        of(problems, "gateway", report.path("gateway"));
        report.path("gateways").properties().forEach(each -> of(problems, each.getKey(), each.getValue()));
        return problems;
    }

    /// Also of one that is ready, when it is so in part only.
    private static List<String> notReady(JsonNode owner) {
        return owner.path("conditions")
                .valueStream()
                .filter(each -> text(each, "type").equals("Ready"))
                .filter(each -> !text(each, "status").equals("True")
                        || text(each, "reason").equals("EndpointsLeftOut"))
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
