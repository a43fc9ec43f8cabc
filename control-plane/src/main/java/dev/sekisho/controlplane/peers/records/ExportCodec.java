package dev.sekisho.controlplane.peers.records;

import static java.util.Comparator.comparing;

import com.google.common.net.InetAddresses;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.clusterset.TargetPorts;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.published.PublishedIngressCodec;
import dev.sekisho.sync.v1.ExportRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/// [Export] to `sync.v1.ExportRecord` and back. What comes from a peer is checked by [ExportRules] first.
public final class ExportCodec {
    private ExportCodec() {}

    /// The record, still without its version. Lists whose order means nothing are sorted, so that an export that
    /// did not change has the same [#digest].
    public static ExportRecord encode(Export export) {
        var record = ExportRecord.newBuilder()
                .setKey(export.name().toString())
                .setOrigin(export.cluster().value())
                .setNamespace(export.name().namespace())
                .setName(export.name().name())
                .setCreatedAt(WireTime.of(export.createdAt()))
                .setHeadless(export.headless())
                .setSessionAffinity(export.traits().sessionAffinity())
                .setSessionAffinityTimeoutSeconds(
                        export.traits().sessionAffinityTimeoutSeconds().orElse(0))
                .setInternalTrafficPolicy(
                        export.traits().internalTrafficPolicy().orElse(""))
                .setTrafficDistribution(export.traits().trafficDistribution().orElse(""))
                .addAllIpFamilies(export.traits().ipFamilies())
                .putAllExportedLabels(export.exportedLabels())
                .putAllExportedAnnotations(export.exportedAnnotations())
                .setReady(export.ready())
                .setTerminating(export.readiness() == Readiness.TERMINATING)
                .putAllPodLabels(export.podLabels())
                .putAllNamespaceLabels(export.namespaceLabels());
        export.ingress().flatMap(PublishedIngressCodec::toWire).ifPresent(record::setIngress);
        export.ports().forEach(port -> record.addPorts(encode(port)));
        export.hostnames().stream()
                .sorted(comparing(Hostname::hostname))
                .forEach(hostname -> record.addHostnames(ImportRoute.Hostname.newBuilder()
                        .setHostname(hostname.hostname())
                        .addAllAddresses(hostname.addresses().stream()
                                .map(InetAddresses::toAddrString)
                                .sorted()
                                .toList())));
        return record.build();
    }

    private static ExportRecord.ExportedPort encode(ExportedPort port) {
        var record = ExportRecord.ExportedPort.newBuilder()
                .setPort(dev.sekisho.feed.v1.ServicePort.newBuilder()
                        .setName(port.port().name())
                        .setProtocol(port.port().transport().toWire())
                        .setPort(port.port().number())
                        .setAppProtocol(port.port().appProtocol().orElse("")));
        port.targets().stream().sorted().forEach(target -> record.addTargets(TargetPorts.toWire(target)));
        return record.build();
    }

    /// @throws IllegalArgumentException naming the first field that no valid export can have
    static Export decode(ExportRecord record) {
        ExportRules.check(record);
        var origin = new ClusterName(record.getOrigin());
        return new Export(
                origin,
                new ServiceName(record.getNamespace(), record.getName()),
                WireTime.parse(record.getCreatedAt()),
                record.getHeadless(),
                record.getPortsList().stream().map(ExportCodec::decode).toList(),
                new ServiceTraits(
                        record.getSessionAffinity(),
                        Optional.of(record.getSessionAffinityTimeoutSeconds()).filter(seconds -> seconds != 0),
                        given(record.getInternalTrafficPolicy()),
                        given(record.getTrafficDistribution()),
                        List.copyOf(record.getIpFamiliesList())),
                record.getExportedLabelsMap(),
                record.getExportedAnnotationsMap(),
                Readiness.of(record.getReady(), record.getTerminating()),
                record.getPodLabelsMap(),
                record.getNamespaceLabelsMap(),
                record.getHostnamesList().stream()
                        .map(hostname -> new Hostname(
                                hostname.getHostname(),
                                hostname.getAddressesList().stream()
                                        .map(InetAddresses::forString)
                                        .toList()))
                        .toList(),
                record.hasIngress()
                        ? PublishedIngressCodec.fromWire(
                                record.getIngress(), origin, record.getNamespace(), record.getNamespaceLabelsMap())
                        : Optional.empty());
    }

    private static ExportedPort decode(ExportRecord.ExportedPort port) {
        return new ExportedPort(
                new ServicePort(
                        port.getPort().getName(),
                        Transport.of(port.getPort().getProtocol()),
                        port.getPort().getPort(),
                        given(port.getPort().getAppProtocol())),
                port.getTargetsList().stream()
                        .map(target -> TargetPort.of(target.getNumber(), target.getName(), target.getOtherNamesList()))
                        .toList());
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(given -> !given.isEmpty());
    }

    /// SHA-256 of the record without its version, maps in key order: equal when and only when the content is.
    static ByteString digest(ExportRecord record) {
        var content = record.toBuilder().clearVersion().build();
        var bytes = new byte[content.getSerializedSize()];
        var out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the record's own size was too small for it", e);
        }
        return ByteString.copyFrom(sha256(bytes));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
