package dev.sekisho.cli.kubernetes;

import dev.sekisho.cli.ProgramRun;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Runs the control plane of a Kubernetes cluster in a pod until SIGTERM.
@Command(
        name = "control-plane",
        description = {
            "Runs the control plane of a Kubernetes cluster; meant for a pod, which tells it POD_NAME, POD_NAMESPACE and"
                    + " POD_IPS.",
            "Of several replicas one leads: it writes to the cluster and talks to peers. All of them feed gateways.",
            "On SIGTERM it lets another replica lead and leaves; gateways go on meanwhile."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "2:wrong use, or it could not start; the last line says why",
            "3:it led and does so no longer; it is to be started again",
            "143:it was stopped by SIGTERM"
        })
public final class ControlPlaneCommand implements Callable<Integer> {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Override
    public Integer call() {
        var read = settings.read();
        var pod = PodEnvironment.of(System.getenv());
        return ProgramRun.run(
                read.logFormat(),
                List.of(vertx -> new KubernetesControlPlane(read, pod, vertx)),
                START_TIMEOUT,
                line -> line.addKeyValue("pod", pod.name()));
    }
}
