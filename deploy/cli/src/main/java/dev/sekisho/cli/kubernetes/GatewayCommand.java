package dev.sekisho.cli.kubernetes;

import dev.sekisho.cli.ProgramRun;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Runs a gateway in a pod until SIGTERM.
@Command(
        name = "gateway",
        description = {
            "Runs a gateway of a Kubernetes cluster; meant for a pod, which tells it POD_NAME and POD_NAMESPACE.",
            "It needs its control plane only for news: it starts from the route table it ran on last.",
            "On SIGTERM it takes no new streams, lets open ones end for a while, and leaves."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"2:wrong use, or it could not start; the last line says why", "143:it was stopped by SIGTERM"})
public final class GatewayCommand implements Callable<Integer> {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Override
    public Integer call() {
        var read = settings.read();
        var pod = PodEnvironment.of(System.getenv());
        return ProgramRun.run(
                read.logFormat(),
                List.of(vertx -> KubernetesGateway.program(read, pod, vertx)),
                START_TIMEOUT,
                line -> line.addKeyValue("gateway", pod.name()));
    }
}
