package dev.sekisho.cli.cluster;

import dev.sekisho.cli.UserError;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.function.Function;

/// One Kubernetes cluster, connected to. Any thread.
public final class KubernetesCluster implements AutoCloseable {
    private final KubernetesClient client;
    private final String context;
    private final String namespace;
    private final Kubeconfig kubeconfig;

    private KubernetesCluster(KubernetesClient client, String context, String namespace, Kubeconfig kubeconfig) {
        this.client = client;
        this.context = context;
        this.namespace = namespace;
        this.kubeconfig = kubeconfig;
    }

    /// Connects on the first question only.
    ///
    /// @param context empty means the current one
    /// @param namespace where we are installed
    /// @throws UserError when the kubeconfig does not tell how to reach it
    public static KubernetesCluster open(Kubeconfig kubeconfig, Optional<String> context, String namespace) {
        var config = kubeconfig.config(context);
        var name = config.getCurrentContext().getName();
        try {
            var client = new KubernetesClientBuilder().withConfig(config).build();
            return new KubernetesCluster(client, name, namespace, kubeconfig);
        } catch (KubernetesClientException e) {
            throw new UserError("context " + name + " of " + kubeconfig + " cannot be used: " + Reasons.of(e), e);
        }
    }

    public String context() {
        return context;
    }

    /// Where we are installed.
    public String namespace() {
        return namespace;
    }

    /// @return the answer to a question
    /// @throws UserError when the API server cannot be reached, refuses or fails; what is not there is no failure
    public <T> T ask(Function<KubernetesClient, T> question) {
        try {
            return question.apply(client);
        } catch (KubernetesClientException e) {
            throw new UserError("context " + context + ": " + Reasons.of(e), e);
        }
    }

    /// For questions whose failure means something to the caller.
    public KubernetesClient client() {
        return client;
    }

    /// A command the user can paste.
    ///
    /// @param arguments as for a shell
    public String kubectl(String arguments) {
        return "kubectl " + kubeconfig.kubectlOptions(context) + " " + arguments;
    }

    /// [#kubectl] in the namespace where we are installed.
    public String kubectlHere(String arguments) {
        return kubectl("-n " + Shell.quote(namespace) + " " + arguments);
    }

    /// A helm command the user can paste, in the namespace where we are installed.
    public String helmHere(String arguments) {
        return "helm " + kubeconfig.helmOptions(context) + " -n " + Shell.quote(namespace) + " " + arguments;
    }

    /// A command of ours on this cluster, which the user can paste.
    public String sekisho(String arguments) {
        return Shell.sekisho(arguments) + " " + kubeconfig.kubectlOptions(context)
                + (namespace.equals(InstalledNames.NAMESPACE) ? "" : " -n " + Shell.quote(namespace));
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "context " + context;
    }
}
