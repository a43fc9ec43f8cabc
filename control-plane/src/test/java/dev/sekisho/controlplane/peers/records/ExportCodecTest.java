package dev.sekisho.controlplane.peers.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.published.PublishedIngressCodec;
import dev.sekisho.sync.v1.ExportRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCodecTest {
    private static final List<Transport> TRANSPORTS = List.of(Transport.values());

    private static ExportRecord valid() {
        return ExportCodec.encode(Exports.of("tokyo", "shop/db", 6379)).toBuilder()
                .setVersion(1)
                .build();
    }

    /// Lists that mean a set come sorted, as the codec leaves them.
    private static Export random(long seed) {
        var random = new Random(seed);
        var headless = random.nextBoolean();
        var hostnames = headless
                ? IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> new Hostname("db-" + i, List.of(address(random))))
                        .toList()
                : List.<Hostname>of();
        var ports = IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> new ExportedPort(
                        new ServicePort(
                                "port-" + i,
                                TRANSPORTS.get(random.nextInt(TRANSPORTS.size())),
                                1 + i,
                                random.nextBoolean() ? Optional.of("kubernetes.io/h2c") : Optional.empty()),
                        List.of(new TargetPort(
                                1 + random.nextInt(65535),
                                List.of("redis", "admin", "web").subList(0, random.nextInt(4))))))
                .toList();
        return new Export(
                new ClusterName("tokyo"),
                new ServiceName("shop", "db-" + random.nextInt(1000)),
                Instant.ofEpochSecond(1 + random.nextInt(2_000_000_000), random.nextInt(1_000_000_000)),
                headless,
                ports,
                new ServiceTraits(
                        random.nextBoolean() ? "None" : "ClientIP",
                        random.nextBoolean() ? Optional.of(1 + random.nextInt(86_400)) : Optional.empty(),
                        random.nextBoolean() ? Optional.of("Local") : Optional.empty(),
                        random.nextBoolean() ? Optional.of("PreferClose") : Optional.empty(),
                        random.nextBoolean() ? List.of("IPv6", "IPv4") : List.of()),
                Map.of("a/b", "x", "c", ""),
                Map.of("note", "any text\nat all"),
                Readiness.of(random.nextBoolean(), random.nextBoolean()),
                Map.of("role", "db"),
                Exports.CLOSED.namespaceLabels(),
                hostnames,
                random.nextBoolean() ? Optional.of(Exports.CLOSED) : Optional.empty());
    }

    private static InetAddress address(Random random) {
        var bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        bytes[0] = 0x20; // no IPv4 address in IPv6 clothes
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_is_encoded_decodes_to_the_same() {
        for (var seed = 0L; seed < 500; seed++) {
            var export = random(seed);

            var record = ExportCodec.encode(export).toBuilder().setVersion(1).build();

            assertThat(ExportCodec.decode(record)).as("seed %d", seed).isEqualTo(export);
        }
    }

    @Test
    void the_digest_is_of_the_content_and_not_of_the_version_or_the_order_of_maps() throws Exception {
        var record = valid();
        var reordered = ExportRecord.parseFrom(record.toByteArray()).toBuilder()
                .clearExportedLabels()
                .putExportedLabels("z", "1")
                .putExportedLabels("a", "2")
                .build();
        var ordered = record.toBuilder()
                .clearExportedLabels()
                .putExportedLabels("a", "2")
                .putExportedLabels("z", "1")
                .build();

        assertThat(ExportCodec.digest(record.toBuilder().setVersion(77).build()))
                .isEqualTo(ExportCodec.digest(record));
        assertThat(ExportCodec.digest(reordered)).isEqualTo(ExportCodec.digest(ordered));
        assertThat(ExportCodec.digest(record.toBuilder().setReady(false).build()))
                .isNotEqualTo(ExportCodec.digest(record));
    }

    @Test
    void rules_that_cannot_be_read_are_left_out_and_the_record_is_taken() {
        var told = valid().toBuilder()
                .setIngress(PublishedIngressCodec.toWire(Exports.CLOSED).orElseThrow());
        var newer = told.clone();
        newer.getIngressBuilder().setDigest("of something that is not known here");

        assertThat(ExportCodec.decode(told.build()).ingress()).contains(Exports.CLOSED);
        assertThat(ExportCodec.decode(newer.build()).ingress()).isEmpty();
        assertThat(ExportCodec.decode(newer.build()).ports())
                .isEqualTo(ExportCodec.decode(valid()).ports());
    }

    @Test
    void rules_that_make_a_record_too_large_are_left_out_of_it() {
        var export = Exports.of("tokyo", "shop/db", 6379);
        var without = ExportCodec.encode(export).getSerializedSize();
        var own = new OwnExports(export.cluster(), 1);

        var prepared = PreparedExports.of(Map.of(export.name(), Exports.policed(export)), without + 1);
        own.publish(prepared);

        assertThat(prepared.untold()).isEmpty();
        assertThat(own.records().values())
                .singleElement()
                .satisfies(record -> assertThat(record.record().hasIngress()).isFalse());
        own.publish(PreparedExports.of(Map.of(export.name(), Exports.policed(export)), 128 * 1024));
        assertThat(own.records().values())
                .singleElement()
                .satisfies(record -> assertThat(record.record().hasIngress()).isTrue());
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                broken("key", record -> record.setKey("shop/other")),
                broken("cluster name", record -> record.setOrigin("Tokyo!")),
                broken("namespace", record -> record.setNamespace("a.b")),
                broken("service name", record -> record.setName("")),
                broken("version", record -> record.setVersion(0)),
                broken("version", record -> record.setVersion(-1)),
                broken("created_at", record -> record.clearCreatedAt()),
                broken("created_at", record -> {
                    record.getCreatedAtBuilder().setSeconds(Long.MAX_VALUE);
                    return record;
                }),
                broken("port", record -> {
                    record.getPortsBuilder(0).getPortBuilder().setPort(65536);
                    return record;
                }),
                broken("protocol", record -> {
                    record.getPortsBuilder(0).getPortBuilder().setProtocolValue(9);
                    return record;
                }),
                broken("twice", record -> record.addPorts(record.getPorts(0))),
                broken("port name", record -> {
                    record.getPortsBuilder(0).getPortBuilder().setName("Main_Port");
                    return record;
                }),
                broken("app_protocol", record -> {
                    record.getPortsBuilder(0).getPortBuilder().setAppProtocol("a\nb");
                    return record;
                }),
                broken("target port", record -> {
                    record.getPortsBuilder(0).getTargetsBuilder(0).setNumber(0);
                    return record;
                }),
                broken("session_affinity", record -> record.setSessionAffinity("")),
                broken("session_affinity_timeout", record -> record.setSessionAffinityTimeoutSeconds(-1)),
                broken("internal_traffic_policy", record -> record.setInternalTrafficPolicy("Global")),
                broken("traffic_distribution", record -> record.setTrafficDistribution("x".repeat(300))),
                broken("ip_families", record -> record.addIpFamilies("IPv4")),
                broken("ip_families", record -> record.addIpFamilies("IPv9")),
                broken("exported_labels", record -> record.putExportedLabels("a b", "")),
                broken("pod_labels", record -> record.putPodLabels("a", "b c")),
                broken("namespace_labels", record -> record.putNamespaceLabels("x/", "")),
                broken("hostnames", record -> record.addHostnames(ImportRoute.Hostname.newBuilder())),
                broken(
                        "address",
                        record -> record.setHeadless(true)
                                .addHostnames(ImportRoute.Hostname.newBuilder()
                                        .setHostname("db-0")
                                        .addAddresses("example.com"))),
                broken("pod_labels", record -> {
                    IntStream.range(0, 300).forEach(i -> record.putPodLabels("l" + i, ""));
                    return record;
                }));
    }

    private static Arguments broken(String field, UnaryOperator<ExportRecord.Builder> change) {
        return Arguments.of(field, change.apply(valid().toBuilder()).build());
    }

    @ParameterizedTest(name = "{0} ({index})")
    @MethodSource("broken")
    void a_record_that_no_valid_export_can_have_is_refused_by_field(String field, ExportRecord record) {
        assertThatThrownBy(() -> ExportCodec.decode(record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void random_bytes_are_refused_or_decoded_but_never_anything_else(long seed) {
        var random = new Random(seed);
        var decoded = 0;
        for (var round = 0; round < 20_000; round++) {
            var bytes = valid().toByteArray();
            for (var flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                ExportCodec.decode(ExportRecord.parseFrom(bytes));
                decoded++;
            } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
        assertThat(decoded).isPositive();
    }
}
