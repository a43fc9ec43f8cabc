package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.clusterset.plan.Listening;
import dev.sekisho.controlplane.kubernetes.EndedThread;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.ListeningExchange;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What gateways say of their listeners, to be known by the replica that leads although they follow another one. Each
/// replica writes one ConfigMap, `<name>-listening-<pod>` with the label `sekisho.dev/listening`, which its pod owns,
/// and reads those of the others. It writes on a virtual thread of its own.
public final class SharedListening implements ListeningExchange {
    private static final Logger log = LoggerFactory.getLogger(SharedListening.class);
    static final String LABEL = "sekisho.dev/listening";
    static final String KEY = "listening.json";
    /// An object of an API server may have 1 MiB in all; a problem has at most 500 characters.
    private static final int MAX_PROBLEMS = 500;

    private static final Duration NOT_MORE_OFTEN = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final HomeObjects home;
    private final String pod;
    private final BlockingQueue<Listening> unwritten = new ArrayBlockingQueue<>(1);
    private final Thread thread = Thread.ofVirtual().name("listening").unstarted(this::run);
    private final ConfigMapWatch watch;
    private final Map<String, Listening> others = new HashMap<>();
    private Consumer<Listening> watcher = _ -> {};
    private boolean failing;

    public SharedListening(KubernetesClient client, Installation installation, String pod) {
        this.client = client;
        this.home = new HomeObjects(client, installation);
        this.pod = pod;
        this.watch = new ConfigMapWatch(
                client,
                installation.namespace(),
                LABEL,
                "What other replicas hear from gateways",
                this::changed,
                this::gone);
    }

    @Override
    public void start() {
        thread.start();
        watch.start();
    }

    @Override
    public void onOthers(Consumer<Listening> others) {
        watcher = others;
    }

    @Override
    public synchronized void share(Listening own) {
        unwritten.clear();
        unwritten.add(own);
    }

    private synchronized void shareAgain(Listening own) {
        var _ = unwritten.offer(own);
    }

    @Override
    public Future<Void> stop() {
        watch.stop();
        return EndedThread.of(thread, () -> {});
    }

    private void run() {
        try {
            while (true) {
                write(unwritten.take());
                Thread.sleep(NOT_MORE_OFTEN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Listening own) {
        try {
            home.apply(new ConfigMapBuilder()
                    .withMetadata(new ObjectMetaBuilder(home.lasting(suffix(), Map.of(LABEL, "")))
                            .withOwnerReferences(ourPod())
                            .build())
                    .withData(Map.of(KEY, encode(own)))
                    .build());
            failing = false;
        } catch (IOException | KubernetesClientException e) {
            shareAgain(own);
            if (!failing && !Thread.currentThread().isInterrupted()) {
                failing = true;
                log.atWarn()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log(
                                "What replicas hear from gateways cannot be shared, so the Ready conditions of ServiceImports may"
                                        + " say too much; it is tried again");
            }
        }
    }

    /// None where a control plane runs that is not a pod of this namespace, as in tests.
    private List<OwnerReference> ourPod() {
        return client
                .pods()
                .inNamespace(home.installation().namespace())
                .withField("metadata.name", pod)
                .list()
                .getItems()
                .stream()
                .map(self -> new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod)
                        .withUid(self.getMetadata().getUid())
                        .build())
                .toList();
    }

    private synchronized void changed(ConfigMap configMap) {
        var name = configMap.getMetadata().getName();
        var isOurs = OwnObjects.isOurs(configMap.getMetadata())
                && name.startsWith(home.installation().object("listening-"));
        if (isOurs && !name.equals(home.installation().object(suffix()))) {
            others.put(name, decode(configMap));
            tellOthers();
        }
    }

    private synchronized void gone(String name) {
        if (others.remove(name) != null) {
            tellOthers();
        }
    }

    private void tellOthers() {
        watcher.accept(others.values().stream().reduce(Listening.NOBODY, Listening::and));
    }

    private static String encode(Listening listening) {
        var room = MAX_PROBLEMS;
        var gateways = new JsonObject();
        for (var gateway : listening.gateways().entrySet()) {
            var problems = new JsonObject();
            for (var problem : gateway.getValue().problems().entrySet()) {
                var some = problem.getValue()
                        .subList(0, Math.min(room, problem.getValue().size()));
                room -= some.size();
                if (!some.isEmpty()) {
                    problems.put(problem.getKey().toString(), new JsonArray(some));
                }
            }
            gateways.put(
                    gateway.getKey(),
                    new JsonObject()
                            .put("since", gateway.getValue().since().toString())
                            .put("problems", problems));
        }
        return gateways.encode();
    }

    private static Listening decode(ConfigMap configMap) {
        try {
            var gateways = new HashMap<String, Listening.Gateway>();
            var shared = new JsonObject(configMap.getData().get(KEY));
            for (var name : shared.fieldNames()) {
                var gateway = shared.getJsonObject(name);
                var problems = new HashMap<ServiceName, List<String>>();
                var all = gateway.getJsonObject("problems");
                for (var imported : all.fieldNames()) {
                    var said = new ArrayList<String>();
                    all.getJsonArray(imported).forEach(problem -> said.add(problem.toString()));
                    problems.put(ServiceName.parse(imported), List.copyOf(said));
                }
                gateways.put(name, new Listening.Gateway(Instant.parse(gateway.getString("since")), problems));
            }
            return new Listening(gateways);
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("configMap", configMap.getMetadata().getName())
                    .addKeyValue("reason", e.toString())
                    .log("What another replica hears from gateways cannot be read and is passed over");
            return Listening.NOBODY;
        }
    }

    private String suffix() {
        return "listening-" + pod;
    }
}
