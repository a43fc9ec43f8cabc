package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.clusterset.plan.Listening;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.e2e.Await;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.ExportRecord;
import dev.sekisho.sync.v1.HeldExports;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// All that control planes do in their own namespace, once: two replicas lead after each other, the CA and the
/// gateways' certificate are kept, others are told who the cluster is, what a peer exports is remembered, and what
/// gateways say of their listeners is shared. What fails stops nothing else.
public final class HomeRound {
    private static final Leadership.Timing BRISK =
            new Leadership.Timing(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(100));
    private static final ClusterName NARA = new ClusterName("nara");
    private static final ServiceName DB = ServiceName.parse("shop/db");

    private final KubernetesClient client;
    private final Installation installation;
    private final ClusterSecrets secrets;
    private final LogLines told;
    private final List<String> failures = new ArrayList<>();

    private interface Step {
        void run() throws IOException;
    }

    private HomeRound(KubernetesClient client, Installation installation, LogLines told) {
        this.client = client;
        this.installation = installation;
        this.secrets =
                new ClusterSecrets(client, installation, TrustDomain.parse("tokyo.demo"), InstantSource.system());
        this.told = told;
    }

    /// What could not be done, and why, in the control plane's words.
    public static List<String> failures(KubernetesClient client, Installation installation) {
        try (var told = LogLines.captured()) {
            var round = new HomeRound(client, installation, told);
            round.attempt(round::lead);
            round.attempt(round::keepSecrets);
            round.attempt(new ClusterNotice(client, installation, round.secrets)::fulfil);
            round.attempt(round::rememberPeers);
            round.attempt(round::shareListening);
            return round.failures;
        }
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }

    private void lead() throws IOException {
        for (var replica : List.of("a", "b")) {
            var leads = new AtomicBoolean();
            var leadership = new Leadership(client, installation, replica, InstantSource.system(), BRISK);
            leadership.start(() -> leads.set(true), () -> {});
            try {
                await("replica " + replica + " leads", leads::get, "Lease");
            } finally {
                leadership.stop().await();
            }
        }
    }

    private void keepSecrets() throws IOException {
        secrets.current();
        new GatewayLeaf(client, installation, secrets, InstantSource.system()).fulfil();
    }

    private void rememberPeers() throws IOException {
        var heard = new CopyOnWriteArrayList<ClusterName>();
        try (var follower = peers()) {
            peers().save(NARA, exports("shop/db"));
            peers().load(NARA);
            follower.onChange(heard::add);
            awaitHeard(heard);
            heard.clear();
            peers().save(NARA, exports("shop/web"));
            awaitHeard(heard);
            peers().retain(Set.of());
        }
    }

    /// The one that ends is a pod that is gone: nobody but its ConfigMap tells of its gateways.
    private void shareListening() throws IOException {
        var heard = new AtomicReference<>(Listening.NOBODY);
        var leader = new SharedListening(client, installation, "a");
        leader.onOthers(heard::set);
        leader.start();
        var follower = new SharedListening(client, installation, "b");
        follower.start();
        try {
            for (var problems : List.of(Map.of(DB, List.of("in use")), Map.<ServiceName, List<String>>of())) {
                var said = new Listening(Map.of("g1", new Listening.Gateway(Instant.EPOCH, problems)));
                follower.share(said);
                await("another replica hears of listeners", () -> heard.get().equals(said), "hear from gateways");
            }
        } finally {
            follower.stop().await();
            leader.stop().await();
        }
    }

    private PeerConfigMaps peers() {
        return new PeerConfigMaps(client, installation, new ControlPlaneMeters(new SimpleMeterRegistry()));
    }

    private static HeldExports exports(String service) {
        return HeldExports.newBuilder()
                .setOrigin(NARA.value())
                .setComplete(true)
                .addRecords(ExportRecord.newBuilder().setKey(service).setOrigin(NARA.value()))
                .build();
    }

    private void awaitHeard(List<ClusterName> heard) throws IOException {
        await("a follower hears of peers", () -> heard.contains(NARA), "hears of peers");
    }

    /// @param problem a part of what is told when it cannot be
    private void await(String what, BooleanSupplier state, String problem) throws IOException {
        Await.holds(Duration.ofSeconds(30), what, () -> {
            if (!state.getAsBoolean() && told.warnings(problem).isEmpty()) {
                throw new AssertionError("neither so nor told why not");
            }
        });
        var problems = told.warnings(problem);
        if (!problems.isEmpty()) {
            throw new IOException("not so: " + what + ": " + problems);
        }
    }
}
