package dev.sekisho.controlplane.reconcile;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan;
import dev.sekisho.controlplane.clusterset.plan.Listening;
import dev.sekisho.controlplane.clusterset.plan.TestPlan;
import dev.sekisho.names.ServiceName;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One of several replicas leads.
class LeadingTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final ServiceName WEB = ServiceName.parse("shop/web");

    private final Vertx vertx = Vertx.vertx();
    private final FakeCluster cluster = new FakeCluster();
    private final FakeLinks links = new FakeLinks();
    private final List<ClusterSetPlan> plans = new CopyOnWriteArrayList<>();
    private final Reconciler reconciler = new Reconciler(
            vertx, vertx.getOrCreateContext(), TestPlan.rules("tokyo"), cluster, links, _ -> {}, plans::add);

    @BeforeEach
    void start() {
        Await.result(reconciler.start());
    }

    @AfterEach
    void stop() {
        Await.result(reconciler.stop());
        Await.result(vertx.close());
    }

    @Test
    void who_does_not_lead_feeds_gateways_and_writes_nothing() {
        cluster.show(view().peer("osaka").build());
        Await.until(() -> assertThat(links.linked()).hasSize(1));
        links.tell(TestExport.all("osaka", exportOf("osaka").build()));
        Await.until(() -> assertThat(plans).hasSize(1));
        cluster.show(view().peer("osaka")
                .service("shop/web", tcp("http", 80))
                .export("shop/web")
                .build());
        Await.until(() -> assertThat(plans).hasSize(2));

        assertThat(plans.getLast().imports()).containsOnlyKeys(DB, WEB);
        assertThat(cluster.written()).isEmpty();
    }

    @Test
    void who_begins_to_lead_writes_the_newest_results_at_once() {
        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());
        Await.until(() -> assertThat(plans).hasSize(1));
        cluster.show(
                view().service("shop/web", tcp("http", 80)).export("shop/web").build());
        Await.until(() -> assertThat(plans).hasSize(2));

        Await.result(reconciler.lead());

        Await.until(() -> assertThat(cluster.written()).hasSize(1));
        assertThat(cluster.lastWritten().imports()).containsOnlyKeys(WEB);
        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());
        Await.until(() -> assertThat(cluster.lastWritten().imports()).containsOnlyKeys(DB));
    }

    @Test
    void who_leads_before_anything_is_known_writes_nothing_until_something_is() {
        Await.result(reconciler.lead());
        assertThat(cluster.written()).isEmpty();

        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());

        Await.until(() -> assertThat(cluster.written()).hasSize(1));
        assertThat(cluster.lastWritten().imports()).containsOnlyKeys(DB);
    }

    @Test
    void who_leads_knows_what_gateways_say_that_follow_another_replica() {
        var failing = gateway("g2", Map.of(DB, List.of("cannot listen: in use")));
        cluster.show(
                view().service("shop/db", tcp("redis", 6379)).export("shop/db").build());
        Await.result(reconciler.lead());
        reconciler.listening(gateway("g1", Map.of()));
        Await.until(() -> assertThat(readiness()).isEqualTo("True: Gateways listen on its addresses."));

        cluster.otherReplicasSay(failing);
        Await.until(() -> assertThat(readiness())
                .isEqualTo("False: gateway g2 cannot listen: in use. What is sent there reaches no gateway."));
        cluster.otherReplicasSay(Listening.NOBODY);
        Await.until(() -> assertThat(readiness()).isEqualTo("True: Gateways listen on its addresses."));

        assertThat(cluster.shared()).isEqualTo(gateway("g1", Map.of()));
    }

    private static Listening gateway(String name, Map<ServiceName, List<String>> problems) {
        return new Listening(Map.of(name, new Listening.Gateway(Instant.EPOCH, problems)));
    }

    private String readiness() {
        return cluster.written().isEmpty()
                ? ""
                : cluster.lastWritten().importConditions().getOrDefault(DB, List.of()).stream()
                        .map(condition -> condition.status() + ": " + condition.message())
                        .collect(Collectors.joining());
    }
}
