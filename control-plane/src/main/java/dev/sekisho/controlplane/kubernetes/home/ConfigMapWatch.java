package dev.sekisho.controlplane.kubernetes.home;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the ConfigMaps with one of our labels for ever: lists them, watches for some minutes, and lists them again,
/// so that nothing is missed for long, whatever becomes of a connection. On a virtual thread of its own.
final class ConfigMapWatch {
    private static final Logger log = LoggerFactory.getLogger(ConfigMapWatch.class);
    private static final Duration WATCH = Duration.ofMinutes(1);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final String namespace;
    private final String label;
    private final String content;
    private final Consumer<ConfigMap> changed;
    private final Consumer<String> gone;
    private final Thread thread;
    private Map<String, String> seen = Map.of();
    private boolean failing;

    /// @param content what they hold, in words for an operator
    /// @param changed given every ConfigMap, and again after each change, sometimes twice
    /// @param gone given the name of one that was deleted, sometimes twice
    ConfigMapWatch(
            KubernetesClient client,
            String namespace,
            String label,
            String content,
            Consumer<ConfigMap> changed,
            Consumer<String> gone) {
        this.client = client;
        this.namespace = namespace;
        this.label = label;
        this.content = content;
        this.changed = changed;
        this.gone = gone;
        this.thread = Thread.ofVirtual().name("config-maps-of-" + label).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void stop() {
        thread.interrupt();
    }

    private void run() {
        var retry = FIRST_RETRY;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    follow();
                    retry = FIRST_RETRY;
                } catch (KubernetesClientException e) {
                    tell(e);
                    Thread.sleep(retry);
                    var doubled = retry.multipliedBy(2);
                    retry = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws InterruptedException {
        var list = client.configMaps().inNamespace(namespace).withLabel(label).list();
        var versions = new HashMap<String, String>();
        for (var each : list.getItems()) {
            var metadata = each.getMetadata();
            versions.put(metadata.getName(), metadata.getResourceVersion());
            if (!metadata.getResourceVersion().equals(seen.get(metadata.getName()))) {
                changed.accept(each);
            }
        }
        seen.keySet().stream().filter(name -> !versions.containsKey(name)).forEach(gone);
        seen = versions;
        failing = false;
        watch(new ListOptionsBuilder()
                .withResourceVersion(list.getMetadata().getResourceVersion())
                .build());
    }

    private void watch(ListOptions options) throws InterruptedException {
        var ended = new CountDownLatch(1);
        try (var _ = client.configMaps().inNamespace(namespace).withLabel(label).watch(options, new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap configMap) {
                if (action == Action.ADDED || action == Action.MODIFIED) {
                    changed.accept(configMap);
                } else if (action == Action.DELETED) {
                    gone.accept(configMap.getMetadata().getName());
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                ended.countDown();
            }
        })) {
            // Whether it ended or nothing is heard of it any more: the list tells what was missed.
            var _ = ended.await(WATCH.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void tell(KubernetesClientException e) {
        if (!failing && !Thread.currentThread().isInterrupted()) {
            failing = true;
            log.atWarn()
                    .addKeyValue("reason", Optional.ofNullable(e.getMessage()).orElse(e.toString()))
                    .log("{} cannot be followed; it is tried again", content);
        }
    }
}
