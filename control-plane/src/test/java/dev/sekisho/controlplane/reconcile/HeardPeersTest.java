package dev.sekisho.controlplane.reconcile;

import static dev.sekisho.controlplane.clusterset.TestExport.all;
import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestExport.some;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeardPeersTest {
    private static final ClusterName OSAKA = new ClusterName("osaka");
    private static final ClusterName KYOTO = new ClusterName("kyoto");
    private static final PeerStatus UP = new PeerStatus(true, Optional.of(Instant.EPOCH), "", 1);

    private final HeardPeers linked = linkedWith(OSAKA, KYOTO);

    private static HeardPeers linkedWith(ClusterName... names) {
        return HeardPeers.NONE.relinked(peers(names));
    }

    private static Map<ClusterName, Peer> peers(ClusterName... names) {
        var all = new HashMap<ClusterName, Peer>();
        List.of(names).forEach(name -> all.put(name, new Peer(name, Optional.empty(), "", Map.of())));
        return all;
    }

    private static Export export(String cluster, String service) {
        return exportOf(cluster).of(service).build();
    }

    @Test
    void invariant_1_who_has_told_everything_withdraws_nothing_by_a_list_that_is_not_complete() {
        var db = export("osaka", "shop/db");
        var web = export("osaka", "shop/web");

        var heard = linked.heard(all("osaka", db)).heard(some("osaka", web));

        assertThat(heard.exports()).containsEntry(OSAKA, all("osaka", db, web));
    }

    @Test
    void a_complete_list_takes_the_place_of_what_was_heard_before() {
        var web = export("osaka", "shop/web");

        var heard = linked.heard(all("osaka", export("osaka", "shop/db"))).heard(all("osaka", web));

        assertThat(heard.exports()).containsEntry(OSAKA, all("osaka", web));
    }

    @Test
    void until_a_peer_has_told_everything_its_last_list_counts() {
        var web = export("osaka", "shop/web");

        var heard = linked.heard(some("osaka", export("osaka", "shop/db"))).heard(some("osaka", web));

        assertThat(heard.exports()).containsEntry(OSAKA, some("osaka", web));
    }

    @Test
    void a_peer_speaks_for_itself_alone() {
        var heard = linked.heard(all("osaka", export("kyoto", "shop/db")));

        assertThat(heard.exports()).containsEntry(OSAKA, all("osaka"));
    }

    @Test
    void what_comes_of_a_cluster_that_is_not_linked_changes_nothing() {
        var alone = linkedWith(KYOTO);

        var heard = alone.heard(all("osaka", export("osaka", "shop/db")))
                .withStatus(OSAKA, UP)
                .refusing(OSAKA, Map.of(ServiceName.parse("shop/db"), "too large"));

        assertThat(heard).isEqualTo(alone);
        assertThat(alone.isNews(OSAKA, UP)).isFalse();
    }

    @Test
    void who_is_linked_no_longer_is_forgotten_and_the_others_are_not() {
        var both = linked.heard(all("osaka"))
                .heard(all("kyoto"))
                .withStatus(OSAKA, UP)
                .withStatus(KYOTO, UP);

        assertThat(both.relinked(peers(KYOTO)))
                .isEqualTo(linkedWith(KYOTO).heard(all("kyoto")).withStatus(KYOTO, UP));
    }

    @Test
    void peers_are_recalled_when_each_was_heard_in_one_way_or_another() {
        assertThat(HeardPeers.NONE.areRecalled()).isFalse();
        assertThat(linked.withStatus(OSAKA, UP).unrecalled()).containsExactly(KYOTO);
        assertThat(linked.withStatus(OSAKA, UP).heard(some("kyoto")).areRecalled())
                .isTrue();
        assertThat(linkedWith().areRecalled()).isTrue();
    }

    @Test
    void a_status_is_news_when_more_than_its_age_has_changed() {
        var known = linked.withStatus(OSAKA, UP);

        assertThat(linked.isNews(OSAKA, UP)).isTrue();
        assertThat(known.isNews(OSAKA, new PeerStatus(true, Optional.of(Instant.MAX), "", 2)))
                .isFalse();
        assertThat(known.isNews(OSAKA, new PeerStatus(false, UP.lastHeardAt(), "", 1)))
                .isTrue();
        assertThat(known.isNews(OSAKA, new PeerStatus(true, UP.lastHeardAt(), "its clock is late", 1)))
                .isTrue();
    }

    @Test
    void a_linked_peer_that_was_not_dialled_yet_has_a_status_that_says_so() {
        assertThat(linked.withStatus(OSAKA, UP).allStatuses())
                .containsEntry(OSAKA, UP)
                .hasEntrySatisfying(
                        KYOTO, status -> assertThat(status.problem()).isEqualTo("not linked yet"));
    }
}
