package dev.sekisho.controlplane.peers.records;

import com.google.common.net.InetAddresses;
import com.google.protobuf.Timestamp;
import dev.sekisho.controlplane.clusterset.MergedService;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Ports;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.sync.v1.ExportRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What a peer's record must be like before anything is made of it: names as Kubernetes has them, ports in range,
/// lists and texts bounded. A peer is trusted to speak for itself, not to be free of bugs. Our own exports are held to
/// the same rules before any peer is told of them, so that it is here that somebody hears of it.
final class ExportRules {
    // What a record of all of these at once would take is more than Bounds allows it.
    private static final int MOST_PORTS = MergedService.MOST_PORTS;
    private static final int MOST_TARGETS = 512;
    private static final int MOST_NAMES_OF_A_TARGET = 64;
    private static final int MOST_LABELS = 256;
    private static final int MOST_HOSTNAMES = 5000;
    private static final int MOST_ADDRESSES = 1024;
    private static final int LONGEST_WORD = 253;
    private static final int LONGEST_AFFINITY_SECONDS = 86_400;
    private static final long YEAR_10000 = 253_402_300_800L;
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern LABEL_NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern CONTAINER_PORT_NAME = Pattern.compile("[-a-z0-9]{0,15}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private ExportRules() {}

    /// @throws IllegalArgumentException naming the first field that breaks a rule
    static void check(ExportRecord record) {
        new ClusterName(record.getOrigin());
        var name = new ServiceName(record.getNamespace(), record.getName());
        require(record.getKey().equals(name.toString()), "key must be " + name + ", got '" + record.getKey() + "'");
        require(record.getVersion() > 0, "version must be at least 1, got " + record.getVersion());
        checkTime(record.getCreatedAt());
        checkPorts(record.getPortsList());
        checkTraits(record);
        checkLabels("exported_labels", record.getExportedLabelsMap());
        checkLabels("pod_labels", record.getPodLabelsMap());
        checkLabels("namespace_labels", record.getNamespaceLabelsMap());
        atMost("exported_annotations", record.getExportedAnnotationsCount(), MOST_LABELS);
        record.getExportedAnnotationsMap().keySet().forEach(key -> checkLabelKey("exported_annotations", key));
        require(record.getHeadless() || record.getHostnamesCount() == 0, "hostnames are for headless services only");
        checkHostnames(record.getHostnamesList());
    }

    private static void checkTime(Timestamp time) {
        require(
                time.getSeconds() > 0
                        && time.getSeconds() < YEAR_10000
                        && time.getNanos() >= 0
                        && time.getNanos() < 1_000_000_000,
                "created_at must be after 1970 and before the year 10000");
    }

    private static void checkPorts(List<ExportRecord.ExportedPort> ports) {
        atMost("ports", ports.size(), MOST_PORTS);
        var seen = new HashSet<PortKey>();
        for (var exported : ports) {
            var port = exported.getPort();
            var key = new PortKey(Transport.of(port.getProtocol()), port.getPort());
            require(seen.add(key), "port " + key + " is there twice");
            require(
                    port.getName().isEmpty() || DnsNames.isLabel(port.getName()),
                    "port name must be a DNS label, got '" + port.getName() + "'");
            checkWord("app_protocol", port.getAppProtocol());
            atMost("target ports of " + key, exported.getTargetsCount(), MOST_TARGETS);
            for (var target : exported.getTargetsList()) {
                Ports.require("target port", target.getNumber());
                checkName(target.getName());
                atMost("other_names", target.getOtherNamesCount(), MOST_NAMES_OF_A_TARGET);
                target.getOtherNamesList().forEach(ExportRules::checkName);
            }
        }
    }

    private static void checkName(String targetPort) {
        require(
                CONTAINER_PORT_NAME.matcher(targetPort).matches(),
                "target port name must be at most 15 lower-case letters, digits or '-', got '" + targetPort + "'");
    }

    private static void checkTraits(ExportRecord record) {
        require(
                Set.of("None", "ClientIP").contains(record.getSessionAffinity()),
                "session_affinity must be None or ClientIP, got '" + record.getSessionAffinity() + "'");
        var seconds = record.getSessionAffinityTimeoutSeconds();
        require(
                seconds >= 0 && seconds <= LONGEST_AFFINITY_SECONDS,
                "session_affinity_timeout_seconds must be 0 to " + LONGEST_AFFINITY_SECONDS + ", got "
                        + Integer.toUnsignedString(seconds));
        require(
                Set.of("", "Cluster", "Local").contains(record.getInternalTrafficPolicy()),
                "internal_traffic_policy must be Cluster or Local, got '" + record.getInternalTrafficPolicy() + "'");
        checkWord("traffic_distribution", record.getTrafficDistribution());
        var families = record.getIpFamiliesList();
        require(
                Set.of("IPv4", "IPv6").containsAll(families) && new HashSet<>(families).size() == families.size(),
                "ip_families must be IPv4, IPv6 or both, got " + families);
    }

    private static void checkLabels(String field, Map<String, String> labels) {
        atMost(field, labels.size(), MOST_LABELS);
        labels.forEach((key, value) -> {
            checkLabelKey(field, key);
            require(
                    LABEL_VALUE.matcher(value).matches(),
                    field + " of " + key + " must be a label value, got '" + value + "'");
        });
    }

    private static void checkLabelKey(String field, String key) {
        var slash = key.indexOf('/');
        require(
                LABEL_NAME.matcher(key.substring(slash + 1)).matches()
                        && (slash < 0 || DnsNames.isSubdomain(key.substring(0, slash), LONGEST_WORD)),
                field + " has a key that is no label key: '" + key + "'");
    }

    private static void checkHostnames(List<ImportRoute.Hostname> hostnames) {
        atMost("hostnames", hostnames.size(), MOST_HOSTNAMES);
        for (var hostname : hostnames) {
            require(
                    DnsNames.isLabel(hostname.getHostname()),
                    "hostname must be a DNS label, got '" + hostname.getHostname() + "'");
            atMost("addresses of hostname " + hostname.getHostname(), hostname.getAddressesCount(), MOST_ADDRESSES);
            for (var address : hostname.getAddressesList()) {
                require(
                        InetAddresses.isInetAddress(address) && address.indexOf('%') < 0,
                        "address of " + hostname.getHostname() + " must be an IP address, got '" + address + "'");
            }
        }
    }

    private static void checkWord(String field, String value) {
        require(
                value.length() <= LONGEST_WORD && !CONTROL.matcher(value).find(),
                field + " must be at most " + LONGEST_WORD + " printable characters");
    }

    private static void atMost(String field, int count, int most) {
        require(count <= most, field + " must be at most " + most + ", got " + count);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
