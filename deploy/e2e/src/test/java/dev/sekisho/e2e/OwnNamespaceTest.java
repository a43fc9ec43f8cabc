package dev.sekisho.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.home.ClusterNotice;
import dev.sekisho.controlplane.kubernetes.home.ClusterSecrets;
import dev.sekisho.controlplane.kubernetes.home.GatewayLeaf;
import dev.sekisho.controlplane.kubernetes.home.SyncSlices;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.LeafPem;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TrustDomain;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the control plane keeps in its own namespace, on a real API server.
@OnRealKubernetes
class OwnNamespaceTest {
    @RegisterExtension
    static final ApiServer API = ApiServer.plain();

    private static final TrustDomain TOKYO = TrustDomain.parse("tokyo.demo");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final InstantSource clock = now::get;
    private final KubernetesClient client = API.client();
    private final String namespace = API.newNamespace();

    @Test
    void replicas_that_start_together_have_one_and_the_same_ca() throws Exception {
        var replicas = Collections.nCopies(
                8, (Callable<ClusterAuthority>) () -> secrets().current());
        var fingerprints = new HashSet<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var authority : threads.invokeAll(replicas)) {
                fingerprints.add(authority.get().fingerprint());
            }
        }

        assertThat(fingerprints).hasSize(1).containsExactly(secrets().current().fingerprint());
    }

    @Test
    void a_ca_that_somebody_has_put_there_before_is_used() throws Exception {
        var brought = ClusterAuthority.create(TOKYO, clock);
        putCa(Map.of(
                "ca.crt", brought.pem().certificates(), "ca.key", brought.pem().key()));

        assertThat(secrets().current().fingerprint()).isEqualTo(brought.fingerprint());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        no key      | ca.key: is missing; the Secret must hold ca.crt and ca.key, or not be there
        other key   | ca.key: does not belong to the certificate in ca.crt
        garbage     | ca.crt: CA bundle of tokyo.demo: no certificate in it
        of osaka    | is the CA of spiffe://osaka.demo, not of spiffe://tokyo.demo
        """)
    void what_is_wrong_with_a_ca_is_told_and_never_its_key(String mistake, String told) {
        var good = ClusterAuthority.create(TOKYO, clock).pem();
        var other = ClusterAuthority.create(TOKYO, clock).pem();
        var osaka =
                ClusterAuthority.create(TrustDomain.parse("osaka.demo"), clock).pem();
        putCa(
                switch (mistake) {
                    case "no key" -> Map.of("ca.crt", good.certificates());
                    case "other key" -> Map.of("ca.crt", good.certificates(), "ca.key", other.key());
                    case "garbage" -> Map.of("ca.crt", "hello", "ca.key", good.key());
                    default -> Map.of("ca.crt", osaka.certificates(), "ca.key", osaka.key());
                });

        assertThatThrownBy(() -> secrets().current())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Secret " + namespace + "/sekisho-ca: ")
                .hasMessageContaining(told)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("PRIVATE KEY"));
    }

    @Test
    void gateways_have_a_certificate_that_is_renewed_at_two_thirds_of_its_life() throws Exception {
        var leaf = gatewayLeaf();
        leaf.fulfil();
        var first = secret("sekisho-gateway-tls");

        now.set(now.get().plus(Duration.ofHours(15)));
        leaf.fulfil();
        var second = secret("sekisho-gateway-tls");
        now.set(now.get().plus(Duration.ofHours(2)));
        leaf.fulfil();
        var third = secret("sekisho-gateway-tls");

        assertThat(first.getType()).isEqualTo("kubernetes.io/tls");
        assertThat(pem(first).check(TOKYO.id(SpiffeId.Role.GATEWAY), clock).notAfter())
                .isBefore(
                        pem(third).check(TOKYO.id(SpiffeId.Role.GATEWAY), clock).notAfter());
        assertThat(second.getMetadata().getResourceVersion())
                .isEqualTo(first.getMetadata().getResourceVersion());
        assertThat(third.getData()).isNotEqualTo(second.getData());
    }

    @Test
    void a_replaced_ca_and_a_damaged_certificate_bring_a_new_one() throws Exception {
        var leaf = gatewayLeaf();
        leaf.fulfil();
        var next = ClusterAuthority.create(TOKYO, clock);
        putCa(Map.of("ca.crt", next.pem().certificates(), "ca.key", next.pem().key()));
        leaf.fulfil();
        assertThat(pem(secret("sekisho-gateway-tls")).authorities())
                .isEqualTo(next.bundle().pem());

        client.secrets()
                .inNamespace(namespace)
                .withName("sekisho-gateway-tls")
                .edit(secret -> new SecretBuilder(secret)
                        .addToData("tls.key", encoded("lost"))
                        .build());
        leaf.fulfil();

        assertThat(pem(secret("sekisho-gateway-tls"))
                        .check(TOKYO.id(SpiffeId.Role.GATEWAY), clock)
                        .id())
                .isEqualTo(TOKYO.id(SpiffeId.Role.GATEWAY));
    }

    @Test
    void invariant_7_a_certificate_from_somebody_else_stays_as_it_is() throws Exception {
        put("sekisho-gateway-tls", "kubernetes.io/tls", Map.of("tls.crt", "theirs", "tls.key", "theirs"));

        gatewayLeaf().fulfil();

        assertThat(pem(secret("sekisho-gateway-tls")).chain()).isEqualTo("theirs");
    }

    @Test
    void invariant_6_the_cas_key_is_in_its_secret_and_nowhere_else() throws Exception {
        gatewayLeaf().fulfil();
        notice().fulfil();
        var key = secrets().current().pem().key();

        var written = client.getKubernetesSerialization()
                .asJson(List.of(
                        secret("sekisho-gateway-tls"),
                        client.configMaps().inNamespace(namespace).list().getItems()));

        assertThat(new String(
                        Base64.getDecoder()
                                .decode(secret("sekisho-ca").getData().get("ca.key")),
                        UTF_8))
                .isEqualTo(key);
        assertThat(written)
                .doesNotContain(encoded(key))
                .doesNotContain(key.lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void others_can_read_who_this_cluster_is() throws Exception {
        notice().fulfil();
        notice().fulfil();

        ConfigMap notice = client.configMaps()
                .inNamespace(namespace)
                .withName("sekisho-cluster")
                .get();
        assertThat(notice.getData())
                .containsEntry("cluster", "tokyo")
                .containsEntry("clusterSet", "demo")
                .containsEntry("ca.crt", secrets().current().bundle().pem());
    }

    @Test
    void the_replica_that_leads_is_the_one_endpoint_of_peer_sync() throws Exception {
        slices("first", "10.244.0.7", "fd00:244::7").fulfil();
        slices("second", "10.244.0.8", "fd00:244::8").fulfil();

        assertThat(slice("sekisho-sync").getAddressType()).isEqualTo("IPv4");
        assertThat(slice("sekisho-sync").getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.getAddresses()).containsExactly("10.244.0.8");
            assertThat(endpoint.getTargetRef().getName()).isEqualTo("second");
        });
        assertThat(slice("sekisho-sync-ipv6").getEndpoints().getFirst().getAddresses())
                .containsExactly("fd00:244::8");
        assertThat(slice("sekisho-sync").getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getPort()).isEqualTo(7444));
        assertThat(slice("sekisho-sync").getMetadata().getLabels())
                .containsEntry("kubernetes.io/service-name", "sekisho-sync")
                .containsEntry("endpointslice.kubernetes.io/managed-by", "sekisho.dev");
    }

    @Test
    void what_is_written_goes_when_the_installation_is_removed() throws Exception {
        ClusterRole role = client.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(namespace + "-control-plane")
                        .endMetadata()
                        .build())
                .create();

        new ClusterNotice(client, new Installation(namespace, namespace), secrets()).fulfil();

        assertThat(client.configMaps()
                        .inNamespace(namespace)
                        .withName(namespace + "-cluster")
                        .get()
                        .getMetadata()
                        .getOwnerReferences())
                .singleElement()
                .satisfies(owner ->
                        assertThat(owner.getUid()).isEqualTo(role.getMetadata().getUid()));
    }

    private ClusterSecrets secrets() {
        return new ClusterSecrets(client, new Installation(namespace, "sekisho"), TOKYO, clock);
    }

    private GatewayLeaf gatewayLeaf() {
        return new GatewayLeaf(client, new Installation(namespace, "sekisho"), secrets(), clock);
    }

    private ClusterNotice notice() {
        return new ClusterNotice(client, new Installation(namespace, "sekisho"), secrets());
    }

    private SyncSlices slices(String pod, String... addresses) {
        return new SyncSlices(
                client,
                new Installation(namespace, "sekisho"),
                pod,
                Stream.of(addresses).<InetAddress>map(InetAddresses::forString).toList(),
                7444);
    }

    private EndpointSlice slice(String name) {
        return client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    private Secret secret(String name) {
        return client.secrets().inNamespace(namespace).withName(name).require();
    }

    private void putCa(Map<String, String> texts) {
        put("sekisho-ca", "Opaque", texts);
    }

    private void put(String name, String type, Map<String, String> texts) {
        client.secrets().inNamespace(namespace).withName(name).delete();
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withType(type)
                        .withStringData(texts)
                        .build())
                .create();
    }

    private static LeafPem pem(Secret secret) {
        return new LeafPem(text(secret, "tls.crt"), text(secret, "tls.key"), text(secret, "ca.crt"));
    }

    private static String text(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().getOrDefault(key, "")), UTF_8);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
