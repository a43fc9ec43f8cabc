package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeter;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.HeldExports;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One ConfigMap per peer, `<name>-peer-<cluster>`, with the label `sekisho.dev/peer`: `HeldExports`, gzipped, as
/// binary data `exports.pb.gz`. So a replica that takes over, and those that only follow, know what peers export.
public final class PeerConfigMaps implements PeerStore, AutoCloseable {
    static final String LABEL = "sekisho.dev/peer";
    static final String KEY = "exports.pb.gz";
    /// An object of an API server may have 1 MiB in all, and base64 is not what it is stored as.
    private static final int MAX_BYTES = 900 << 10;

    private static final int MAX_UNPACKED_BYTES = 64 << 20;
    private static final Logger log = LoggerFactory.getLogger(PeerConfigMaps.class);

    private final KubernetesClient client;
    private final HomeObjects home;
    private final ControlPlaneMeters meters;
    private final Map<ClusterName, String> saved = new ConcurrentHashMap<>();
    private Optional<ConfigMapWatch> watch = Optional.empty();

    public PeerConfigMaps(KubernetesClient client, Installation installation, ControlPlaneMeters meters) {
        this.client = client;
        this.home = new HomeObjects(client, installation);
        this.meters = meters;
    }

    @Override
    public Optional<HeldExports> load(ClusterName peer) throws IOException {
        ConfigMap kept;
        try {
            kept = client.configMaps()
                    .inNamespace(home.installation().namespace())
                    .withName(nameOf(peer))
                    .get();
        } catch (KubernetesClientException e) {
            throw ApiErrors.failure("ConfigMap " + nameOf(peer), e);
        }
        if (kept == null) {
            return Optional.empty();
        }
        var exports = decode(kept).filter(held -> held.getOrigin().equals(peer.value()));
        if (exports.isEmpty()) {
            log.atWarn()
                    .addKeyValue("peer", peer)
                    .addKeyValue("configMap", nameOf(peer))
                    .log("What was kept of a peer's exports is damaged and is not used; the peer will tell them again");
        }
        return exports;
    }

    private static Optional<HeldExports> decode(ConfigMap kept) {
        var text = Optional.ofNullable(kept.getBinaryData()).map(data -> data.get(KEY));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try (var unpacking =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text.get())))) {
            var bytes = unpacking.readNBytes(MAX_UNPACKED_BYTES + 1);
            return bytes.length > MAX_UNPACKED_BYTES ? Optional.empty() : Optional.of(HeldExports.parseFrom(bytes));
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public void save(ClusterName peer, HeldExports exports) throws IOException {
        var packed = pack(peer, exports);
        saved.put(peer, packed); // before its own watch can tell of it
        try {
            home.apply(new ConfigMapBuilder()
                    .withMetadata(home.metadata(suffixOf(peer), Map.of(LABEL, peer.value())))
                    .withBinaryData(Map.of(KEY, packed))
                    .build());
        } catch (IOException e) {
            count("failed");
            throw e;
        }
        count("saved");
    }

    private String pack(ClusterName peer, HeldExports exports) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var packing = new GZIPOutputStream(packed)) {
            exports.writeTo(packing);
        }
        if (packed.size() > MAX_BYTES || exports.getSerializedSize() > MAX_UNPACKED_BYTES) {
            count("too_large");
            throw new IOException("the " + exports.getRecordsCount() + " exports of " + peer + " take " + packed.size()
                    + " bytes, and a ConfigMap may hold " + MAX_BYTES + "; what was kept of them before stays");
        }
        return Base64.getEncoder().encodeToString(packed.toByteArray());
    }

    @Override
    public void retain(Set<ClusterName> peers) throws IOException {
        try {
            var all = client.configMaps()
                    .inNamespace(home.installation().namespace())
                    .withLabel(LABEL)
                    .list()
                    .getItems();
            for (var each : all) {
                var peer = peerOf(each);
                if (peer.isPresent() && !peers.contains(peer.get()) && OwnObjects.isOurs(each.getMetadata())) {
                    client.resource(each).delete();
                    saved.remove(peer.get());
                }
            }
        } catch (KubernetesClientException e) {
            throw ApiErrors.failure("ConfigMaps with the label " + LABEL, e);
        }
    }

    @Override
    public synchronized void onChange(Consumer<ClusterName> changed) {
        var following = new ConfigMapWatch(
                client,
                home.installation().namespace(),
                LABEL,
                "What the leading replica hears of peers",
                now -> peerOf(now).filter(peer -> !isOwn(peer, now)).ifPresent(changed),
                _ -> {});
        watch = Optional.of(following);
        following.start();
    }

    private boolean isOwn(ClusterName peer, ConfigMap now) {
        var data = now.getBinaryData();
        return data != null && data.containsKey(KEY) && data.get(KEY).equals(saved.get(peer));
    }

    /// Ends what [#onChange] began.
    @Override
    public synchronized void close() {
        watch.ifPresent(ConfigMapWatch::stop);
    }

    /// The peer that the ConfigMap's name says; a label can be pasted anywhere.
    private Optional<ClusterName> peerOf(ConfigMap configMap) {
        var label = OwnObjects.labels(configMap.getMetadata()).getOrDefault(LABEL, "");
        try {
            var peer = new ClusterName(label);
            return nameOf(peer).equals(configMap.getMetadata().getName()) ? Optional.of(peer) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private void count(String outcome) {
        meters.counter(ControlPlaneMeter.PEER_SAVES, outcome).increment();
    }

    private static String suffixOf(ClusterName peer) {
        return "peer-" + peer;
    }

    private String nameOf(ClusterName peer) {
        return home.installation().object(suffixOf(peer));
    }
}
