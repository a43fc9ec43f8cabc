package dev.sekisho.controlplane.cases;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.standalone.Definition;
import dev.sekisho.controlplane.standalone.ObjectReader;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.compiled.CompiledSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Cases about one object by itself: is it valid, does it match.
final class ObjectCase {
    private ObjectCase() {}

    static void validity(YamlDocument document, ObjectReader objects, Tally tally) {
        var problems = new ArrayList<Problem>();
        objects.read(document, "policy", document.content().path("policy"), problems::add);
        compare(
                tally,
                document.content().path("name").asString("the policy"),
                CaseFields.flag(document.content(), "valid") ? "accepted" : "refused",
                problems.isEmpty() ? "accepted" : "refused",
                inWords(problems));
    }

    /// A selector has no life of its own: it is read as the subject of a policy.
    static void selector(YamlDocument document, ObjectReader objects, Tally tally) {
        var json = document.content();
        var policy = JsonNodeFactory.instance.objectNode();
        policy.put("apiVersion", "networking.k8s.io/v1").put("kind", "NetworkPolicy");
        policy.putObject("metadata").put("name", "case");
        policy.putObject("spec").set("podSelector", json.path("selector"));
        var problems = new ArrayList<Problem>();
        var subject = objects.read(document, "", policy, problems::add)
                .filter(Definition.PolicyObject.class::isInstance)
                .map(read -> ((NamespacedPolicy) ((Definition.PolicyObject) read).policy()).subject());
        // A selector that is not there selects nothing; only where it is a subject, everything.
        var given = subject.filter(_ -> !json.path("selector").isNull());
        var labels = CaseStep.labels(json.path("labels"));
        var got = problems.isEmpty()
                ? given.filter(selector -> CompiledSelector.matches(selector, labels))
                                .isPresent()
                        ? "match"
                        : "no match"
                : "refused";
        var expected =
                json.path("error").asBoolean(false) ? "refused" : CaseFields.flag(json, "match") ? "match" : "no match";
        compare(tally, json.path("selector") + " of " + json.path("labels"), expected, got, inWords(problems));
    }

    static void block(YamlDocument document, Tally tally) {
        var json = document.content();
        String got;
        var why = "";
        try {
            var address = InetAddresses.forString(text(json, "ip").orElse(""));
            got = Cidr.parse(text(json, "cidr").orElse("")).contains(address) ? "member" : "no member";
        } catch (IllegalArgumentException e) {
            got = "refused";
            why = String.valueOf(e.getMessage());
        }
        compare(
                tally,
                json.path("ip") + " in " + json.path("cidr"),
                CaseFields.flag(json, "member") ? "member" : "no member",
                got,
                why);
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field)).filter(JsonNode::isString).map(JsonNode::asString);
    }

    private static void compare(Tally tally, String check, String expected, String got, String why) {
        if (expected.equals(got)) {
            tally.same();
        } else {
            tally.differs(check, expected, got, why);
        }
    }

    private static String inWords(List<Problem> problems) {
        return problems.isEmpty()
                ? "no problem was found"
                : String.join("; ", problems.stream().map(Problem::toString).toList());
    }
}
