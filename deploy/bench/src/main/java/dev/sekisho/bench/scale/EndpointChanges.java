package dev.sekisho.bench.scale;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Endpoints of exported Services that become unready and ready again, one after the other. Each is one request, and
/// one new version of the route table, which is what the gateway is asked for.
final class EndpointChanges {
    private static final Duration LOOK_EVERY = Duration.ofMillis(1);
    private static final Duration GIVE_UP = Duration.ofSeconds(30);
    private static final PatchContext JSON_PATCH =
            new PatchContext.Builder().withPatchType(PatchType.JSON).build();

    private final KubernetesClient client;
    private final Objects objects;
    private final RunningProgram gateway;
    private final Duration pause;
    private int changed;

    EndpointChanges(KubernetesClient client, Objects objects, RunningProgram gateway, Duration pause) {
        this.client = client;
        this.objects = objects;
        this.gateway = gateway;
        this.pause = pause;
    }

    /// From just before the request until the gateway's route table has it, for each of `count` changes, the shortest
    /// first.
    List<Duration> times(int count) throws IOException, InterruptedException, ExecutionException {
        var times = new ArrayList<Duration>();
        try (var requests = Executors.newSingleThreadExecutor()) {
            for (var number = 0; number < count; number++) {
                times.add(time(requests));
                Thread.sleep(pause);
            }
        }
        Collections.sort(times);
        return times;
    }

    private Duration time(ExecutorService requests) throws IOException, InterruptedException, ExecutionException {
        var change = next();
        var before = version();
        var begun = System.nanoTime();
        // The gateway may know before the answer is here.
        var request = requests.submit(change);
        while (version() == before) {
            if (System.nanoTime() - begun > GIVE_UP.toNanos()) {
                throw new IOException("the gateway's route table is still version " + before + " after " + GIVE_UP);
            }
            Thread.sleep(LOOK_EVERY);
        }
        var time = Duration.ofNanos(System.nanoTime() - begun);
        request.get();
        return time;
    }

    /// Without looking, which costs the gateway something too.
    void unobserved(int count) throws InterruptedException {
        for (var number = 0; number < count; number++) {
            next().run();
            Thread.sleep(pause);
        }
    }

    /// What is to be changed next, looked up before the time counts.
    private Runnable next() {
        var exported = objects.exportedServices();
        int service = exported.get(changed++ % exported.size());
        var slice = client.resources(EndpointSlice.class)
                .inNamespace(objects.namespaceOf(service))
                .withName(Objects.sliceName(service));
        var ready = slice.get().getEndpoints().getFirst().getConditions().getReady();
        var patch = "[{\"op\":\"replace\",\"path\":\"/endpoints/0/conditions/ready\",\"value\":" + !ready + "}]";
        return () -> slice.patch(JSON_PATCH, patch);
    }

    private long version() throws IOException, InterruptedException {
        return new JsonObject(gateway.get("/status")).getLong("routesVersion");
    }
}
