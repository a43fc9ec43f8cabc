package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.ExportRecord;
import dev.sekisho.sync.v1.HeldExports;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What every place must do in which it is kept what peers export.
abstract class PeerStoreContract {
    static final ClusterName TOKYO = new ClusterName("tokyo");
    static final ClusterName NARA = new ClusterName("nara");

    /// The same place each time, as another process would see it.
    abstract PeerStore store();

    static HeldExports exports(String origin, String... services) {
        var held = HeldExports.newBuilder().setOrigin(origin).setComplete(true);
        for (var service : services) {
            held.addRecords(
                    ExportRecord.newBuilder().setKey(service).setOrigin(origin).setVersion(7));
        }
        return held.build();
    }

    @Test
    void what_is_saved_is_loaded_by_the_next_process() throws Exception {
        assertThat(store().load(TOKYO)).isEmpty();

        store().save(TOKYO, exports("tokyo", "shop/db", "shop/web"));

        assertThat(store().load(TOKYO)).contains(exports("tokyo", "shop/db", "shop/web"));
    }

    @Test
    void the_newest_replaces_all_that_was_before() throws Exception {
        store().save(TOKYO, exports("tokyo", "shop/db", "shop/web"));

        store().save(TOKYO, exports("tokyo", "shop/web"));

        assertThat(store().load(TOKYO)).contains(exports("tokyo", "shop/web"));
    }

    @Test
    void to_export_nothing_is_kept_too() throws Exception {
        store().save(TOKYO, exports("tokyo"));

        assertThat(store().load(TOKYO)).contains(exports("tokyo"));
    }

    @Test
    void only_the_linked_peers_are_kept() throws Exception {
        store().save(TOKYO, exports("tokyo", "shop/db"));
        store().save(NARA, exports("nara", "shop/db"));

        store().retain(Set.of(TOKYO));

        assertThat(store().load(TOKYO)).isPresent();
        assertThat(store().load(NARA)).isEmpty();
    }

    @Test
    void what_claims_to_be_of_another_peer_is_unknown() throws Exception {
        store().save(TOKYO, exports("nara", "shop/db"));

        assertThat(store().load(TOKYO)).isEmpty();
    }
}
