package dev.sekisho.controlplane.kinds;

import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.PolicySet;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `v1` Namespace.
public final class Namespaces {
    /// The label that every namespace has, with its own name; set by the API server and not for users to choose.
    public static final String NAME_LABEL = "kubernetes.io/metadata.name";

    private static final Map<String, PolicyMode> MODES =
            Map.of("audit", PolicyMode.AUDIT, "enforce", PolicyMode.ENFORCE);

    private Namespaces() {}

    public static List<FieldProblem> problems(Namespace namespace, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, namespace.getMetadata(), Metadata.NameForm.LABEL);
        Metadata.forbidNamespace(problems, namespace.getMetadata());
        if (problems.isOfFile()) {
            checkMode(problems, namespace);
        }
        return problems.found();
    }

    private static void checkMode(FieldProblems problems, Namespace namespace) {
        problems.oneOf(MODES.keySet(), "metadata.annotations." + PolicySet.MODE_ANNOTATION, mode(namespace));
    }

    /// An API server lets annotations say anything; a mode that is not known enforces.
    ///
    /// @param namespace without problems
    public static List<FieldProblem> leftOut(Namespace namespace, Origin origin) {
        var problems = new FieldProblems(origin);
        checkMode(problems, namespace);
        return problems.found();
    }

    /// What the namespace's annotation says becomes of flows that its policies deny; empty without one. A mode that is
    /// not known enforces.
    public static Optional<PolicyMode> policyMode(Namespace namespace) {
        return Optional.ofNullable(mode(namespace)).map(mode -> MODES.getOrDefault(mode, PolicyMode.ENFORCE));
    }

    private static @Nullable String mode(Namespace namespace) {
        return Optional.ofNullable(namespace.getMetadata())
                .map(metadata -> Metadata.orEmpty(metadata.getAnnotations()).get(PolicySet.MODE_ANNOTATION))
                .orElse(null);
    }

    /// The labels of a namespace, its name among them.
    public static Map<String, String> labels(String name, Map<String, String> given) {
        var labels = new HashMap<>(given);
        labels.put(NAME_LABEL, name);
        return labels;
    }
}
