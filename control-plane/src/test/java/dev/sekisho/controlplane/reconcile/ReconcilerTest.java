package dev.sekisho.controlplane.reconcile;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.clusterset.plan.TestPlan;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final ServiceName WEB = ServiceName.parse("shop/web");

    private final Vertx vertx = Vertx.vertx();
    private final FakeCluster cluster = new FakeCluster();
    private final FakeLinks links = new FakeLinks();
    private final List<ClusterSetPlan> plans = new CopyOnWriteArrayList<>();
    private final List<Set<ClusterName>> trusted = new CopyOnWriteArrayList<>();
    private final Reconciler reconciler = new Reconciler(
            vertx,
            vertx.getOrCreateContext(),
            TestPlan.rules("tokyo"),
            cluster,
            links,
            peers -> trusted.add(Set.copyOf(peers.keySet())),
            plans::add);

    @BeforeEach
    void start() {
        Await.result(reconciler.start());
        Await.result(reconciler.lead());
    }

    @AfterEach
    void stop() {
        Await.result(reconciler.stop());
        Await.result(vertx.close());
    }

    private Condition readiness() {
        return reconciler.situation().orElseThrow().plan().exportConditions().getOrDefault(DB, List.of()).stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void what_peers_are_not_told_of_and_what_they_refuse_is_a_condition_of_the_export() {
        links.keepBack(Map.of(DB, "it has too many ports"));
        cluster.show(view().peer("osaka")
                .service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .build());
        links.nothingRemembered("osaka");

        Await.until(() -> assertThat(readiness().message()).contains("it has too many ports"));

        links.keepBack(Map.of());
        cluster.show(view().peer("osaka")
                .service("shop/db", tcp("redis", 6380))
                .export("shop/db")
                .build());
        Await.until(() -> assertThat(readiness().status()).isEqualTo("True"));

        links.refuse("osaka", Map.of(DB, "no room"));
        Await.until(() -> assertThat(readiness().message()).contains("osaka", "no room"));
        Await.until(
                () -> assertThat(cluster.written().getLast().exportConditions().get(DB))
                        .contains(readiness()));

        links.refuse("osaka", Map.of());
        Await.until(() -> assertThat(readiness().status()).isEqualTo("True"));
    }

    /// Everything that was told before has been worked off once this returns.
    private void settle() {
        var before = plans.size();
        links.status("osaka", new PeerStatus(true, Optional.empty(), "round " + before, 0));
        Await.until(() -> assertThat(plans).hasSizeGreaterThan(before));
    }

    @Test
    void invariant_1_nothing_is_told_to_anyone_before_the_cluster_was_read() {
        assertThat(reconciler.waitingFor()).containsExactly("the folder to be read");
        assertThat(plans).isEmpty();
        assertThat(links.published()).isEmpty();

        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());

        Await.until(() -> assertThat(reconciler.waitingFor()).isEmpty());
        assertThat(plans).hasSize(1);
        assertThat(links.published())
                .singleElement()
                .satisfies(exports -> assertThat(exports).containsOnlyKeys(DB));
    }

    @Test
    void invariant_1_gateways_wait_until_what_is_remembered_of_peers_is_recalled() {
        cluster.show(view().peer("osaka").peer("nagoya").build());
        Await.until(() -> assertThat(links.linked()).hasSize(1));
        links.nothingRemembered("nagoya");
        Await.until(() -> assertThat(reconciler.waitingFor()).isNotEmpty());
        assertThat(plans).isEmpty();

        links.tell(TestExport.all("osaka", exportOf("osaka").build()));

        Await.until(() -> assertThat(plans).isNotEmpty());
        assertThat(plans.getFirst().imports()).containsOnlyKeys(DB);
    }

    @Test
    void invariant_1_an_import_goes_only_when_its_exporter_says_so() {
        cluster.show(view().peer("osaka").build());
        Await.until(() -> assertThat(links.linked()).hasSize(1));
        links.tell(TestExport.all(
                "osaka",
                exportOf("osaka").build(),
                exportOf("osaka").of("shop/web").build()));
        links.tell(TestExport.some("osaka"));
        links.status("osaka", new PeerStatus(false, Optional.empty(), "connection refused", 2));
        settle();
        assertThat(plans.getLast().imports()).containsOnlyKeys(DB, WEB);

        links.tell(TestExport.all("osaka", exportOf("osaka").build()));

        Await.until(() -> assertThat(plans.getLast().imports()).containsOnlyKeys(DB));
        Await.until(() -> assertThat(cluster.lastWritten().imports()).containsOnlyKeys(DB));
    }

    @Test
    void a_peer_speaks_for_itself_alone() {
        cluster.show(view().peer("osaka").build());
        Await.until(() -> assertThat(links.linked()).hasSize(1));

        links.tell(TestExport.all(
                "osaka",
                exportOf("osaka").build(),
                exportOf("nagoya").of("shop/web").build()));

        Await.until(() -> assertThat(plans).isNotEmpty());
        assertThat(plans.getLast().imports()).containsOnlyKeys(DB);
    }

    @Test
    void an_expelled_peer_is_believed_and_remembered_no_more() {
        cluster.show(view().peer("osaka").build());
        Await.until(() -> assertThat(links.linked()).hasSize(1));
        links.tell(TestExport.all("osaka", exportOf("osaka").build()));
        Await.until(() -> assertThat(plans).isNotEmpty());

        cluster.show(view().build());

        Await.until(() -> assertThat(plans.getLast().imports()).isEmpty());
        assertThat(trusted).containsExactly(Set.of(new ClusterName("osaka")), Set.of());
        assertThat(links.linked()).containsExactly(Set.of(new ClusterName("osaka")), Set.of());
        Await.until(() -> assertThat(cluster.lastWritten().peers()).isEmpty());
    }

    @Test
    void what_a_cluster_that_is_not_linked_says_does_not_count() {
        cluster.show(view().build());
        Await.until(() -> assertThat(plans).isNotEmpty());

        links.tell(TestExport.all("osaka", exportOf("osaka").build()));
        cluster.show(view().namespace("late", Map.of()).build());

        Await.until(() -> assertThat(plans.getLast().routes()).containsKey("namespace/late"));
        assertThat(plans.getLast().imports()).isEmpty();
    }

    @Test
    void a_burst_of_news_is_worked_off_together() {
        cluster.show(view().build());
        Await.until(() -> assertThat(plans).hasSize(1));

        for (var i = 0; i < 200; i++) {
            cluster.show(view().namespace("n" + i, Map.of()).build());
        }

        Await.until(() -> assertThat(plans.getLast().routes()).containsKey("namespace/n199"));
        assertThat(plans).hasSizeLessThan(50);
    }

    @Test
    void peers_are_told_only_what_has_changed_for_them() {
        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());
        Await.until(() -> assertThat(plans).hasSize(1));
        cluster.show(view().service("shop/db", tcp("redis", 6379))
                .export("shop/db")
                .namespace("late", Map.of())
                .build());
        Await.until(() -> assertThat(plans).hasSize(2));

        assertThat(links.published()).hasSize(1);
    }

    @Test
    void the_state_of_every_peer_is_written() {
        cluster.show(view().peer("osaka").build());
        Await.until(() -> assertThat(links.linked()).hasSize(1));
        links.status("osaka", new PeerStatus(false, Optional.empty(), "connection refused", 0));

        Await.until(() -> assertThat(
                        Objects.requireNonNull(cluster.lastWritten().peers().get(new ClusterName("osaka")))
                                .problem())
                .isEqualTo("connection refused"));
    }

    @Test
    void what_could_not_be_written_is_written_later() {
        cluster.failNext(1);

        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());

        Await.until(() -> assertThat(reconciler.unwrittenFor()).isPositive());
        Await.until(() -> assertThat(cluster.lastWritten().imports()).containsOnlyKeys(DB));
        Await.until(() -> assertThat(reconciler.unwrittenFor()).isZero());
    }

    @Test
    void writes_do_not_overlap_and_the_newest_wins() {
        cluster.block();
        cluster.show(view().build());
        Await.until(() -> assertThat(cluster.written()).hasSize(1));
        cluster.show(
                view().service("shop/web", tcp("http", 80)).export("shop/web").build());
        Await.until(() -> assertThat(plans).hasSize(2));
        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());
        Await.until(() -> assertThat(plans).hasSize(3));
        assertThat(cluster.written()).hasSize(1);

        cluster.unblock();

        Await.until(() -> assertThat(cluster.written()).hasSize(2));
        assertThat(cluster.lastWritten().imports()).containsOnlyKeys(DB);
    }

    @Test
    void what_was_written_in_vain_is_written_over_even_by_what_was_there_before() {
        var db = view().service("shop/db", tcp("redis", 6379)).export("shop/db").build();
        cluster.show(db);
        Await.until(() -> assertThat(cluster.written()).hasSize(1));
        cluster.failNext(1);
        cluster.show(
                view().service("shop/web", tcp("http", 80)).export("shop/web").build());
        Await.until(() -> assertThat(plans).hasSize(2));

        cluster.show(db);

        Await.until(() -> assertThat(plans).hasSize(3));
        Await.until(() -> assertThat(cluster.written()).hasSizeGreaterThan(1));
        Await.until(() -> assertThat(cluster.lastWritten().imports()).containsOnlyKeys(DB));
    }

    @Test
    void a_view_that_comes_after_the_end_links_nobody() {
        Await.result(reconciler.stop());

        cluster.show(view().peer("osaka").build());

        Await.result(reconciler.stop()); // on the same loop, so the view has been seen by then
        assertThat(links.linked()).isEmpty();
        assertThat(trusted).isEmpty();
    }

    @Test
    void stopping_what_never_started_takes_no_timer_from_others() {
        var fired = Promise.<Void>promise();
        var shared = Vertx.vertx();
        shared.setTimer(100, _ -> fired.complete()); // the first timer of all has the number 0
        var unstarted = new Reconciler(
                shared, shared.getOrCreateContext(), TestPlan.rules("tokyo"), cluster, links, _ -> {}, _ -> {});

        Await.result(unstarted.stop());

        Await.result(fired.future());
        Await.result(shared.close());
    }

    @Test
    void stopping_lets_go_of_links_and_cluster() {
        Await.result(reconciler.stop());

        assertThat(links.isStopped()).isTrue();
        assertThat(cluster.isStopped()).isTrue();
    }
}
