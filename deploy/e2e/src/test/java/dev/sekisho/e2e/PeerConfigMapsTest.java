package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.home.PeerConfigMaps;
import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeter;
import dev.sekisho.controlplane.telemetry.ControlPlaneMeters;
import dev.sekisho.names.ClusterName;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What peers export, kept by a real API server.
@OnRealKubernetes
class PeerConfigMapsTest extends PeerStoreContract {
    @RegisterExtension
    static final ApiServer API = ApiServer.plain();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final KubernetesClient client = API.client();
    private final String namespace = API.newNamespace();

    @Override
    PeerStore store() {
        return configMaps();
    }

    private PeerConfigMaps configMaps() {
        return new PeerConfigMaps(client, new Installation(namespace, "sekisho"), new ControlPlaneMeters(registry));
    }

    @Test
    void other_replicas_are_told_of_what_was_saved_and_the_one_that_saved_is_not() throws Exception {
        var heard = new CopyOnWriteArrayList<ClusterName>();
        var ownNews = new CopyOnWriteArrayList<ClusterName>();
        try (var leader = configMaps();
                var follower = configMaps()) {
            leader.save(NARA, exports("nara"));
            leader.onChange(ownNews::add);
            follower.onChange(heard::add);
            Await.until("what was there before", () -> heard.contains(NARA));

            leader.save(TOKYO, exports("tokyo", "shop/db"));
            Await.until("the first", () -> heard.contains(TOKYO));
            // Only now: of a save that another one has overtaken the one that saved may be told, late and for nothing.
            assertThat(ownNews).isEmpty();
            heard.clear();
            leader.save(TOKYO, exports("tokyo", "shop/db", "shop/web"));
            Await.until("the change", () -> heard.contains(TOKYO));

            assertThat(follower.load(TOKYO)).contains(exports("tokyo", "shop/db", "shop/web"));
        }
    }

    @Test
    void a_follower_hears_of_changes_again_after_the_api_server_was_away() throws Exception {
        var heard = new CopyOnWriteArrayList<ClusterName>();
        try (var leader = configMaps();
                var follower = configMaps()) {
            follower.onChange(heard::add);
            leader.save(TOKYO, exports("tokyo", "shop/db"));
            Await.until("the first", () -> heard.contains(TOKYO));
            heard.clear();

            API.cluster().restart("kube-apiserver");
            Await.until("a save", () -> saved(leader, "shop/web"));

            Await.until("the change", () -> heard.contains(TOKYO));
        }
    }

    private static boolean saved(PeerConfigMaps store, String service) throws IOException {
        store.save(TOKYO, exports("tokyo", service));
        return true;
    }

    @Test
    void what_is_damaged_is_unknown() throws Exception {
        for (var damaged : List.of("AAAA", "not base64!", Base64.getEncoder().encodeToString(new byte[40]))) {
            store().save(TOKYO, exports("tokyo", "shop/db"));
            client.configMaps()
                    .inNamespace(namespace)
                    .withName("sekisho-peer-tokyo")
                    .edit(kept -> new ConfigMapBuilder(kept)
                            .withBinaryData(damaged.contains("!") ? Map.of() : Map.of("exports.pb.gz", damaged))
                            .build());

            assertThat(store().load(TOKYO)).isEmpty();
        }
    }

    @Test
    void invariant_5_more_than_fits_is_told_and_counted_and_leaves_what_was_kept() throws Exception {
        store().save(TOKYO, exports("tokyo", "shop/db"));
        var random = new Random(5);
        var much = new String[60_000];
        for (var i = 0; i < much.length; i++) {
            var bytes = new byte[24];
            random.nextBytes(bytes);
            much[i] = "shop/" + HexFormat.of().formatHex(bytes);
        }

        assertThatThrownBy(() -> store().save(TOKYO, exports("tokyo", much)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the 60000 exports of tokyo take")
                .hasMessageContaining("a ConfigMap may hold 921600");

        assertThat(store().load(TOKYO)).contains(exports("tokyo", "shop/db"));
        assertThat(registry.get(ControlPlaneMeter.PEER_SAVES.key())
                        .tag("outcome", "too_large")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void invariant_7_a_config_map_that_only_has_our_label_stays() throws Exception {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("theirs")
                        .addToLabels("sekisho.dev/peer", "tokyo")
                        .endMetadata()
                        .build())
                .create();

        store().retain(Set.of());

        assertThat(client.configMaps().inNamespace(namespace).withName("theirs").get())
                .isNotNull();
    }
}
