package dev.sekisho.bench.scale;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Makes the objects, some requests at a time, and tells how far it is. One thread.
final class Filling {
    private static final int AT_ONCE = 32;
    private static final int STEPS = 10;

    private final KubernetesClient client;
    private final Objects objects;
    private final Size size;

    Filling(KubernetesClient client, Objects objects) {
        this.client = client;
        this.objects = objects;
        this.size = objects.size();
    }

    void run() throws InterruptedException, ExecutionException {
        createAll("namespaces", size.namespaces(), objects::namespace);
        createAll("service accounts", size.namespaces(), objects::account);
        createAll("policies", size.policies(), objects::policy);
        createAll("Services", size.services(), objects::service);
        doAll("pods", size.pods(), this::createPod);
        createAll("EndpointSlices", size.services(), objects::slice);
        var exported = objects.exportedServices();
        createAll("exports", exported.size(), number -> objects.export(exported.get(number)));
    }

    /// No kubelet will say that it runs.
    private void createPod(int number) {
        var pod = client.resource(objects.pod(number)).create();
        pod.setStatus(objects.running(number));
        client.resource(pod).updateStatus();
    }

    private void createAll(String what, int count, IntFunction<? extends HasMetadata> object)
            throws InterruptedException, ExecutionException {
        doAll(what, count, number -> client.resource(object.apply(number)).create());
    }

    private interface Step {
        void of(int number);
    }

    private static void doAll(String what, int count, Step step) throws InterruptedException, ExecutionException {
        var done = new AtomicInteger();
        var every = Math.max(1, count / STEPS);
        try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
            var all = new ArrayList<Future<?>>();
            IntStream.range(0, count)
                    .forEach(number -> all.add(workers.submit(() -> {
                        step.of(number);
                        var now = done.incrementAndGet();
                        if (now % every == 0) {
                            System.err.printf("\r  %-16s %,d of %,d ", what, now, count);
                        }
                    })));
            for (Future<?> each : all) {
                each.get();
            }
        }
        System.err.printf("\r  %-16s %,d of %,d %n", what, count, count);
    }
}
