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
import java.util.stream.Stream;
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
        if (!steps.isArray() || steps.isEmpty()) {
            tally.unreadable(List.of(document.problem("steps", "must be a list of at least one step")));
        }
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
                judge(world, "steps[" + i + "].expect", step.path("expect"));
            } else {
                tally.unreadable(problems);
            }
        }
    }

    private void judge(CaseStep world, String path, JsonNode expect) {
        var fresh = CaseEngine.compiled(world);
        updated = Optional.of(updated.map(engine -> engine.updatedTo(world)).orElse(fresh));
        var asked = new Asked(List.of(fresh, updated.get(), fresh.overTheWire()), tally);
        for (var port : expect.path("matrix").properties()) {
            reading(path + ".matrix." + port.getKey(), () -> matrix(world, port, asked));
        }
        var probes = expect.path("probes");
        for (var i = 0; i < probes.size(); i++) {
            var probe = probes.path(i);
            reading(YamlDocument.child(path + ".probes", i), () -> probe(world, probe, asked));
        }
        if (expect.has("connections")) {
            reading(path + ".connections", () -> new Connections(world, expect.path("connections")).check(asked));
        }
        var onlies = expect.path("only");
        for (var i = 0; i < onlies.size(); i++) {
            var only = onlies.path(i);
            reading(YamlDocument.child(path + ".only", i), () -> only(world, only, asked));
        }
        if (FORMS.stream().noneMatch(expect::has)) {
            tally.unreadable(List.of(document.problem(path, "expects nothing: it has none of " + FORMS)));
        }
    }

    /// One expectation that cannot be read does not hide the others.
    private void reading(String field, Runnable expectation) {
        try {
            expectation.run();
        } catch (IllegalArgumentException e) {
            tally.unreadable(List.of(document.problem(field, String.valueOf(e.getMessage()))));
        }
    }

    /// A row for each client, in it a character for each server; `#` is a pod calling itself, which is left open.
    private static void matrix(CaseStep world, Map.Entry<String, JsonNode> port, Asked asked) {
        var wanted = CasePort.parse(port.getKey());
        for (var kind : port.getValue().properties()) {
            var part = Part.parse(kind.getKey());
            for (var i = 0; i < world.pods().size(); i++) {
                var row = kind.getValue().path(i).asString("");
                if (row.length() != world.pods().size()) {
                    throw new IllegalArgumentException(kind.getKey() + " must have a character for each of "
                            + world.pods().size() + " pods in each row, got '" + row + "'");
                }
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

    private static void probe(CaseStep world, JsonNode probe, Asked asked) {
        asked.check(
                Part.COMBINED,
                known(world, probe.path("from").asString("")),
                known(world, probe.path("to").asString("")),
                CaseFields.transport(probe.path("protocol").asString("")),
                CaseFields.port(probe),
                CaseFields.flag(probe, "allowed"));
    }

    private static void only(CaseStep world, JsonNode only, Asked asked) {
        var isFrom = only.path("from").isArray();
        var names = (isFrom ? only.path("from") : only.path("to"))
                .valueStream()
                .map(name -> name.asString(""))
                .toList();
        var end = known(world, (isFrom ? only.path("to") : only.path("from")).asString(""));
        var others = new LinkedHashMap<String, CasePod>();
        world.pods().forEach(pod -> others.put(pod.key(), pod));
        names.forEach(name -> others.computeIfAbsent(name, unlisted -> known(world, unlisted)));
        others.remove(end.key());
        var port = CasePort.parse(only.path("port").asString(""));
        others.forEach((key, other) -> asked.check(
                Part.COMBINED,
                isFrom ? other : end,
                isFrom ? end : other,
                port.transport(),
                port.number(),
                names.contains(key)));
    }

    private static CasePod known(CaseStep world, String name) {
        return end(world, name)
                .orElseThrow(() -> new IllegalArgumentException("names an end that is not there: '" + name + "'"));
    }

    private static Optional<CasePod> end(CaseStep world, String name) {
        return name.startsWith("ip:")
                ? Optional.of(Connections.outside(name.substring("ip:".length())))
                : Optional.ofNullable(world.keys().get(name));
    }

    /// Written `TCP/80`.
    private record CasePort(Transport transport, int number) {
        static CasePort parse(String text) {
            var parts = text.split("/", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("port must be PROTOCOL/NUMBER, got '" + text + "'");
            }
            return new CasePort(CaseFields.transport(parts[0]), CaseFields.port(parts[1]));
        }
    }

    /// Which side's policies an expectation is about.
    enum Part {
        INGRESS,
        EGRESS,
        COMBINED;

        static Part parse(String text) {
            return Stream.of(values())
                    .filter(part -> part.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "a matrix is of ingress, egress or combined, got '" + text + "'"));
        }
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
