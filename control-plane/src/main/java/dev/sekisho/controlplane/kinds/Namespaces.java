package dev.sekisho.controlplane.kinds;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `v1` Namespace.
public final class Namespaces {
    /// The label that every namespace has, with its own name; set by the API server and not for users to choose.
    public static final String NAME_LABEL = "kubernetes.io/metadata.name";

    private Namespaces() {}

    public static List<FieldProblem> problems(Namespace namespace) {
        var problems = new FieldProblems();
        Metadata.check(problems, namespace.getMetadata(), Metadata.NameForm.LABEL);
        Metadata.forbidNamespace(problems, namespace.getMetadata());
        return problems.found();
    }

    /// The labels of a namespace, its name among them.
    public static Map<String, String> labels(String name, Map<String, String> given) {
        var labels = new HashMap<>(given);
        labels.put(NAME_LABEL, name);
        return labels;
    }
}
