package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// MySQL, sshd and many others ask for the name of whoever calls before they say a word. CoreDNS never answers that
/// for an address in an EndpointSlice that names no Service, and in our slices are the pods of exported headless
/// services, and the gateways, which call for the pods of other clusters.
@OnRealKubernetes
@ExtendWith(Clusterset.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReverseLookupTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PORTS = "{name: tcp, port: 42, protocol: TCP}, {name: udp, port: 42, protocol: UDP}";

    private final Clusterset set;
    private final HelloWorld hello;

    ReverseLookupTest(Clusterset set) {
        this.set = set;
        this.hello = new HelloWorld(set);
    }

    @AfterAll
    void removeWhatRuns() {
        hello.close();
    }

    @Test
    void it_is_answered_for_the_pods_behind_an_exported_headless_service() {
        var namespace = "reverse-pods";
        hello.namespace(namespace);
        hello.service(set.tokyo(), namespace, PORTS, "clusterIP: None");
        hello.statefulPods(set.tokyo(), namespace);
        hello.export(set.tokyo(), namespace);
        var addresses = hello.podAddresses(set.tokyo(), namespace, "");
        var ipv4 = hello.podAddresses(set.tokyo(), namespace, ".");

        for (var cluster : set.kubernetes()) {
            Await.holds(SOON, "the names of the clusterset lead to the pods in " + cluster, () -> {
                assertThat(hello.dig(cluster, HelloWorld.name(namespace), "A")).isEqualTo(ipv4);
            });
            assertAnswered(cluster, addresses);
        }
        assertThat(hello.dig(set.tokyo(), "hello." + namespace + ".svc.cluster.local", "A"))
                .as("what DNS says of the user's own Service")
                .isEqualTo(ipv4);
    }

    @Test
    void it_is_answered_for_the_gateways_of_a_cluster_that_exports_what_another_one_exports_too() {
        var namespace = "reverse-gateways";
        hello.namespace(namespace);
        for (var cluster : set.kubernetes()) {
            hello.service(cluster, namespace, PORTS);
            hello.pods(cluster, namespace);
            hello.export(cluster, namespace);
        }

        for (var cluster : set.kubernetes()) {
            Await.holds(
                    SOON,
                    "the other cluster's gateways are listed for DNS alone in " + cluster,
                    () -> assertThat(forDnsAlone(cluster, namespace)).isNotEmpty());
            assertAnswered(cluster, forDnsAlone(cluster, namespace));
        }
    }

    /// The addresses in the slices that kube-proxy is to pass over.
    private Set<String> forDnsAlone(String cluster, String namespace) {
        var slices = set.get(cluster, namespace, "endpointslices", "-l", "service.kubernetes.io/headless")
                .at("/items");
        var addresses = new TreeSet<String>();
        StreamSupport.stream(slices.spliterator(), false)
                .flatMap(slice -> StreamSupport.stream(slice.at("/endpoints").spliterator(), false))
                .forEach(endpoint -> addresses.add(endpoint.at("/addresses/0").asString()));
        return addresses;
    }

    private void assertAnswered(String cluster, Set<String> addresses) {
        assertThat(addresses).isNotEmpty();
        var silent = new HashSet<String>();
        for (var address : addresses) {
            var asked = hello.in(cluster, "dig", "+tries=1", "+time=3", "-x", address);
            if (asked.status() != 0 || !asked.output().contains("status: NO")) {
                silent.add(address + ": " + asked.said());
            }
        }
        assertThat(silent).as("reverse lookups without an answer in " + cluster).isEmpty();
    }
}
