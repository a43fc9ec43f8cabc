package dev.sekisho.controlplane.cases;

import dev.sekisho.controlplane.cases.CaseStep.CasePod;
import dev.sekisho.controlplane.standalone.ObjectReader;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.names.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Who must reach whom in each step of a case, in one or more of four forms:
///
/// - `matrix`: by protocol and port, a row for each client with a character for each server
/// - `probes`: single flows
/// - `connections`: all that is allowed, in ranges of ports
/// - `only`: all clients that reach a server (`to`, `from: [...]`), or all servers that a client reaches (`from`,
///   `to: [...]`), on one `port`
///
/// Every question is put to each [CaseEngine], and one wrong answer makes the check wrong.
final class ReachabilityCase {
    private static final List<String> NOT_KNOWN_HERE = List.of("adminNetworkPolicies", "baselineAdminNetworkPolicies");

    private static final List<String> FORMS = List.of("matrix", "probes", "connections", "only");

    private final YamlDocument document;
    private final ObjectReader objects;
    private final Tally tally;
    private Optional<CaseEngine> updated = Optional.empty();

    ReachabilityCase(YamlDocument document, ObjectReader objects, Tally tally) {
        this.document = document;
        this.objects = objects;
        this.tally = tally;
    }

    void judge() {
        var steps = document.content().path("steps");
        for (var i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            var unknown = NOT_KNOWN_HERE.stream()
                    .filter(kind -> step.path(kind).size() > 0)
                    .findFirst();
            if (unknown.isPresent()) {
                tally.skip("holds " + unknown.get() + ", which are not known here");
                return;
            }
            tally.beginStep(i);
            var problems = new ArrayList<Problem>();
            var world = CaseStep.read(document, "steps[" + i + "]", step, objects, problems::add);
            if (problems.isEmpty()) {
                judge(world, step.path("expect"));
            } else {
                tally.unreadable(problems);
            }
        }
    }

    private void judge(CaseStep world, JsonNode expect) {
        var fresh = CaseEngine.compiled(world);
        updated = Optional.of(updated.map(engine -> engine.updatedTo(world)).orElse(fresh));
        var asked = new Asked(List.of(fresh, updated.get(), fresh.overTheWire()), tally);
        for (var port : expect.path("matrix").properties()) {
            matrix(world, port, asked);
        }
        for (var probe : expect.path("probes")) {
            probe(world, probe, asked);
        }
        if (expect.has("connections")) {
            new Connections(world, expect.path("connections")).check(asked);
        }
        for (var only : expect.path("only")) {
            only(world, only, asked);
        }
        if (FORMS.stream().noneMatch(expect::has)) {
            tally.unreadable(List.of(document.problem("steps", "has a step that expects nothing")));
        }
    }

    /// A row for each client, in it a character for each server; `#` is a pod calling itself, which is left open.
    private void matrix(CaseStep world, Map.Entry<String, JsonNode> port, Asked asked) {
        var wanted = new CasePort(port.getKey());
        for (var kind : port.getValue().properties()) {
            var part = Part.valueOf(kind.getKey().toUpperCase(Locale.ROOT));
            for (var i = 0; i < world.pods().size(); i++) {
                var row = kind.getValue().path(i).asString("");
                for (var j = 0; j < world.pods().size(); j++) {
                    if (row.charAt(j) != '#') {
                        asked.check(
                                part,
                                world.pods().get(i),
                                world.pods().get(j),
                                wanted.transport(),
                                wanted.number(),
                                row.charAt(j) == '.');
                    }
                }
            }
        }
    }

    private void probe(CaseStep world, JsonNode probe, Asked asked) {
        var from = end(world, probe.path("from").asString(""));
        var to = end(world, probe.path("to").asString(""));
        if (from.isEmpty() || to.isEmpty()) {
            tally.unreadable(List.of(document.problem("steps", "has a probe of unknown ends: " + probe)));
            return;
        }
        asked.check(
                Part.COMBINED,
                from.get(),
                to.get(),
                Transport.valueOf(probe.path("protocol").asString("")),
                probe.path("port").asInt(0),
                probe.path("allowed").asBoolean());
    }

    private void only(CaseStep world, JsonNode only, Asked asked) {
        var listed = only.path("from").isArray() ? only.path("from") : only.path("to");
        var names = listed.valueStream().map(JsonNode::asString).toList();
        var fixed = only.path("from").isArray() ? only.path("to") : only.path("from");
        var end = end(world, fixed.asString(""));
        var others = new LinkedHashMap<String, Optional<CasePod>>();
        world.pods().forEach(pod -> others.put(pod.key(), Optional.of(pod)));
        names.forEach(name -> others.computeIfAbsent(name, unlisted -> end(world, unlisted)));
        if (end.isEmpty() || others.containsValue(Optional.<CasePod>empty())) {
            tally.unreadable(List.of(document.problem("steps", "names ends that are not there: " + only)));
            return;
        }
        others.remove(end.get().key());
        var port = new CasePort(only.path("port").asString(""));
        others.forEach((key, other) -> {
            var from = only.path("from").isArray() ? other : end;
            var to = only.path("from").isArray() ? end : other;
            asked.check(Part.COMBINED, from.get(), to.get(), port.transport(), port.number(), names.contains(key));
        });
    }

    private static Optional<CasePod> end(CaseStep world, String name) {
        return name.startsWith("ip:")
                ? Optional.of(Connections.outside(name.substring("ip:".length())))
                : Optional.ofNullable(world.keys().get(name));
    }

    /// Written `TCP/80`.
    private record CasePort(Transport transport, int number) {
        CasePort(String text) {
            this(
                    Transport.valueOf(text.substring(0, text.indexOf('/'))),
                    Integer.parseInt(text.substring(text.indexOf('/') + 1)));
        }
    }

    /// Which side's policies an expectation is about.
    enum Part {
        INGRESS,
        EGRESS,
        COMBINED
    }

    /// Puts a question to every engine.
    record Asked(List<CaseEngine> engines, Tally tally) {
        Asked {
            engines = List.copyOf(engines);
        }

        void check(Part part, CasePod from, CasePod to, Transport transport, int port, boolean allowed) {
            for (var engine : engines) {
                var answer = engine.judge(from.endpoint(), to.endpoint(), transport, port);
                if (answer.allows(part) != allowed) {
                    tally.differs(
                            part.name().toLowerCase(Locale.ROOT) + " " + transport + "/" + port + " from " + from.key()
                                    + " to " + to.key(),
                            allowed ? "allowed" : "denied",
                            allowed ? "denied" : "allowed",
                            answer.inWords() + " (" + engine.how() + ")");
                    return;
                }
            }
            tally.same();
        }
    }
}
