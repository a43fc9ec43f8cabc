package dev.sekisho.controlplane.admin;

import dev.sekisho.controlplane.explain.VerdictText;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Allowed;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.Verdict.RuleName;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;

/// A verdict as JSON: the sentence, and apart from it who decided.
final class VerdictPage {
    private VerdictPage() {}

    static JsonObject render(Verdict verdict) {
        var page = new JsonObject().put("allowed", verdict.isAllowed()).put("reason", VerdictText.of(verdict));
        switch (verdict) {
            case Allowed allowed -> {
                decidedBy(page, allowed, allowed.by());
                allowed.audited().ifPresent(denied -> page.put("enforced", render(denied)));
            }
            case Denied denied -> {
                decidedBy(page, denied, denied.by());
                page.put("nearestMiss", denied.nearestMiss());
                if (!denied.isolatedBy().isEmpty()) {
                    page.put(
                            "isolatedBy",
                            denied.isolatedBy().stream()
                                    .map(policy -> render(policy, "spec." + direction(denied)))
                                    .collect(StatusPage.toArray()));
                }
            }
        }
        return page;
    }

    private static void decidedBy(JsonObject page, Verdict verdict, Optional<RuleName> rule) {
        rule.ifPresent(decisive -> page.put("rule", render(decisive, verdict)));
        if (!verdict.passedBy().isEmpty()) {
            page.put(
                    "passedBy",
                    verdict.passedBy().stream()
                            .map(passing -> render(passing, verdict))
                            .collect(StatusPage.toArray()));
        }
    }

    private static JsonObject render(RuleName rule, Verdict verdict) {
        var page = render(rule.policy(), "spec." + direction(verdict) + "[" + rule.index() + "]");
        return rule.name().isEmpty() ? page : page.put("rule", rule.name());
    }

    /// @param field that decided; of a policy that isolates, the list none of whose rules matches
    private static JsonObject render(PolicyName policy, String field) {
        var page = new JsonObject().put("kind", policy.kind().toString());
        if (!policy.namespace().isEmpty()) {
            page.put("namespace", policy.namespace());
        }
        return page.put("name", policy.name()).put("field", field);
    }

    private static String direction(Verdict verdict) {
        return verdict.direction().name().toLowerCase(Locale.ROOT);
    }
}
