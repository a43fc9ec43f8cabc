package dev.sekisho.controlplane.kinds;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// `v1` Service.
public final class Services {
    private static final Set<String> TYPES = Set.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName");
    private static final Set<String> FAMILIES = Set.of("IPv4", "IPv6");
    private static final Set<String> FAMILY_POLICIES = Set.of("SingleStack", "PreferDualStack", "RequireDualStack");
    private static final Set<String> DISTRIBUTIONS = Set.of("PreferClose", "PreferSameZone", "PreferSameNode");
    private static final int MAX_PORT = 65_535;
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private Services() {}

    public static List<FieldProblem> problems(Service service, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, service.getMetadata(), Metadata.NameForm.LABEL);
        var spec = service.getSpec();
        if (spec == null) {
            problems.add("spec", "is required");
            return problems.found();
        }
        if (problems.isOfFile()) {
            checkFields(problems, spec);
        }
        return problems.found();
    }

    private static void checkFields(FieldProblems problems, ServiceSpec spec) {
        problems.oneOfOrEmpty(TYPES, "spec.type", spec.getType());
        problems.labels("spec.selector", spec.getSelector());
        checkClusterIps(problems, spec);
        checkPorts(problems, spec);
        checkTraits(problems, spec);
        checkOutside(problems, spec);
    }

    /// What only matters to callers from outside of the cluster.
    private static void checkOutside(FieldProblems problems, ServiceSpec spec) {
        for (var i = 0; i < spec.getExternalIPs().size(); i++) {
            problems.address(
                    "spec.externalIPs[" + i + "]", spec.getExternalIPs().get(i));
        }
        var checksHealth = Objects.requireNonNullElse(spec.getHealthCheckNodePort(), 0) != 0;
        problems.require(
                !checksHealth
                        || ("LoadBalancer".equals(spec.getType()) && "Local".equals(spec.getExternalTrafficPolicy())),
                "spec.healthCheckNodePort",
                "must only be set when type is LoadBalancer and externalTrafficPolicy is Local");
    }

    /// Ports that an API server lets stand although nothing can be sent there; [#service] leaves them out.
    ///
    /// @param service without problems
    public static List<FieldProblem> leftOut(Service service, Origin origin) {
        var problems = new FieldProblems(origin);
        var ports = ports(service.getSpec());
        for (var i = 0; i < ports.size(); i++) {
            problems.require(
                    isUsable(ports.get(i)),
                    "spec.ports[" + i + "]",
                    "is no port that can be exported: " + ports.get(i).getPort() + "/"
                            + ports.get(i).getProtocol());
        }
        return problems.found();
    }

    private static boolean isUsable(io.fabric8.kubernetes.api.model.ServicePort port) {
        return port.getPort() != null
                && port.getPort() >= 1
                && port.getPort() <= MAX_PORT
                && Ports.isKnown(port.getProtocol());
    }

    private static List<io.fabric8.kubernetes.api.model.ServicePort> ports(ServiceSpec spec) {
        return LabelSelectors.orEmpty(spec.getPorts());
    }

    private static void checkClusterIps(FieldProblems problems, ServiceSpec spec) {
        var type = typeOf(spec);
        var first = Objects.requireNonNullElse(spec.getClusterIP(), "");
        var all = spec.getClusterIPs();
        if (type.equals("ExternalName")) {
            var target = Objects.requireNonNullElse(spec.getExternalName(), "");
            problems.require(
                    DnsNames.isSubdomain(target.endsWith(".") ? target.substring(0, target.length() - 1) : target, 253),
                    "spec.externalName",
                    "must be a DNS name when the type is ExternalName, got '" + target + "'");
            problems.require(
                    first.isEmpty() && all.isEmpty(),
                    "spec.clusterIP",
                    "must not be set when the type is ExternalName, got '" + first + "'");
            return;
        }
        if (first.equals("None")) {
            problems.require(type.equals("ClusterIP"), "spec.clusterIP", "must not be 'None' when the type is " + type);
        }
        problems.require(all.size() <= 2, "spec.clusterIPs", "must be at most 2, got " + all.size());
        if (!all.isEmpty()) {
            problems.require(
                    first.equals(all.getFirst()),
                    "spec.clusterIPs[0]",
                    "must equal spec.clusterIP, got '" + all.getFirst() + "'");
        }
        if (isHeadless(spec)) {
            problems.require(all.size() <= 1, "spec.clusterIPs", "must hold nothing beside 'None', got " + all);
            return;
        }
        var onlyFirst = all.isEmpty() && !first.isEmpty();
        var given = onlyFirst ? List.of(first) : all;
        var families = new ArrayList<String>();
        for (var i = 0; i < given.size(); i++) {
            var field = onlyFirst ? "spec.clusterIP" : "spec.clusterIPs[" + i + "]";
            var text = given.get(i);
            if (problems.address(field, text).isEmpty()) {
                continue;
            }
            var family = family(text);
            problems.require(!families.contains(family), field, "is a second address of its family: " + text);
            families.add(family);
            if (i < spec.getIpFamilies().size()) {
                problems.require(
                        family.equals(spec.getIpFamilies().get(i)),
                        field,
                        "must be of the family spec.ipFamilies[" + i + "], got '" + text + "'");
            }
        }
        requireDualStack(problems, spec, given.size(), "addresses");
        requireDualStack(problems, spec, spec.getIpFamilies().size(), "families");
    }

    private static void requireDualStack(FieldProblems problems, ServiceSpec spec, int given, String what) {
        problems.require(
                given < 2 || (spec.getIpFamilyPolicy() != null && !"SingleStack".equals(spec.getIpFamilyPolicy())),
                "spec.ipFamilyPolicy",
                "must be PreferDualStack or RequireDualStack when there are two " + what);
    }

    private static String typeOf(ServiceSpec spec) {
        var type = spec.getType();
        return type == null || type.isEmpty() ? "ClusterIP" : type;
    }

    private static void checkPorts(FieldProblems problems, ServiceSpec spec) {
        var ports = spec.getPorts();
        problems.require(
                !ports.isEmpty() || isHeadless(spec) || "ExternalName".equals(spec.getType()),
                "spec.ports",
                "is required");
        var names = new HashSet<String>();
        var numbers = new HashSet<PortKey>();
        for (var i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            var field = "spec.ports[" + i + "]";
            var name = Objects.requireNonNullElse(port.getName(), "");
            if (!name.isEmpty()) {
                problems.label(field + ".name", name);
            }
            problems.require(
                    !name.isEmpty() || ports.size() == 1, field + ".name", "is required when there are several ports");
            problems.require(names.add(name), field + ".name", "is given to two ports: '" + name + "'");
            problems.port(field + ".port", port.getPort());
            problems.protocol(field + ".protocol", port.getProtocol());
            problems.appProtocol(field + ".appProtocol", port.getAppProtocol());
            checkTarget(problems, field + ".targetPort", Optional.ofNullable(port.getTargetPort()));
            if (problems.found().isEmpty()) {
                var key = new PortKey(Ports.transport(port.getProtocol()), port.getPort());
                problems.require(numbers.add(key), field + ".port", "is given twice: " + key);
            }
        }
    }

    private static void checkTarget(FieldProblems problems, String field, Optional<IntOrString> target) {
        target.filter(value -> !isDefault(value)).ifPresent(value -> {
            if (value.getStrVal() != null) {
                problems.portName(field, value.getStrVal());
            } else {
                problems.port(field, value.getIntVal());
            }
        });
    }

    /// Stands for the service port's own number.
    private static boolean isDefault(IntOrString target) {
        return "".equals(target.getStrVal()) || Objects.equals(target.getIntVal(), 0);
    }

    private static void checkTraits(FieldProblems problems, ServiceSpec spec) {
        problems.oneOfOrEmpty(Set.of("None", "ClientIP"), "spec.sessionAffinity", spec.getSessionAffinity());
        timeoutSeconds(spec)
                .filter(_ -> "ClientIP".equals(spec.getSessionAffinity()))
                .ifPresent(seconds -> problems.require(
                        seconds >= 1 && seconds <= 86_400,
                        "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                        "must be 1 to 86400, got " + seconds));
        problems.oneOf(Set.of("Cluster", "Local"), "spec.internalTrafficPolicy", spec.getInternalTrafficPolicy());
        problems.oneOf(DISTRIBUTIONS, "spec.trafficDistribution", spec.getTrafficDistribution());
        problems.oneOf(FAMILY_POLICIES, "spec.ipFamilyPolicy", spec.getIpFamilyPolicy());
        var families = spec.getIpFamilies();
        problems.require(
                new HashSet<>(families).size() == families.size(),
                "spec.ipFamilies",
                "must not repeat a family, got " + families);
        for (var i = 0; i < families.size(); i++) {
            problems.oneOf(FAMILIES, "spec.ipFamilies[" + i + "]", families.get(i));
        }
    }

    /// @param service without problems
    /// @param clusterFamilies `IPv4`, `IPv6`: what the cluster can do, its usual family first; only asked when the
    ///     Service names none, which an API server has seen to already
    public static ClusterView.Service service(Service service, List<String> clusterFamilies) {
        var spec = service.getSpec();
        var targets = new HashMap<String, String>();
        var ports = ports(spec).stream().filter(Services::isUsable).toList();
        for (var port : ports) {
            var target = Optional.ofNullable(port.getTargetPort())
                    .filter(given -> !isDefault(given))
                    .orElseGet(() -> new IntOrString(port.getPort()));
            targets.put(
                    Objects.requireNonNullElse(port.getName(), ""),
                    target.getStrVal() != null
                            ? target.getStrVal()
                            : target.getIntVal().toString());
        }
        return new ClusterView.Service(
                name(service),
                kind(spec),
                ports.stream().map(Services::port).toList(),
                targets,
                Metadata.orEmpty(spec.getSelector()),
                traits(spec, clusterFamilies));
    }

    public static ServiceName name(Service service) {
        return new ServiceName(
                Metadata.namespace(service.getMetadata()), service.getMetadata().getName());
    }

    private static ServicePort port(io.fabric8.kubernetes.api.model.ServicePort port) {
        return new ServicePort(
                Objects.requireNonNullElse(port.getName(), ""),
                Ports.transport(port.getProtocol()),
                port.getPort(),
                Optional.ofNullable(port.getAppProtocol()));
    }

    private static ServiceKind kind(ServiceSpec spec) {
        return "ExternalName".equals(spec.getType())
                ? ServiceKind.EXTERNAL_NAME
                : isHeadless(spec) ? ServiceKind.HEADLESS : ServiceKind.CLUSTER_IP;
    }

    private static ServiceTraits traits(ServiceSpec spec, List<String> clusterFamilies) {
        var affinity = "ClientIP".equals(spec.getSessionAffinity()) ? "ClientIP" : "None";
        return new ServiceTraits(
                affinity,
                affinity.equals("ClientIP")
                        ? Optional.of(timeoutSeconds(spec).orElse(DEFAULT_AFFINITY_SECONDS))
                        : Optional.empty(),
                Optional.of(Objects.requireNonNullElse(spec.getInternalTrafficPolicy(), "Cluster")),
                Optional.ofNullable(spec.getTrafficDistribution()),
                families(spec, clusterFamilies));
    }

    private static List<String> families(ServiceSpec spec, List<String> clusterFamilies) {
        if (!spec.getIpFamilies().isEmpty()) {
            return spec.getIpFamilies();
        }
        if (!spec.getClusterIPs().isEmpty() && !isHeadless(spec)) {
            return spec.getClusterIPs().stream().map(Services::family).toList();
        }
        if (spec.getClusterIP() != null && !spec.getClusterIP().isEmpty() && !isHeadless(spec)) {
            return List.of(family(spec.getClusterIP()));
        }
        var single =
                spec.getIpFamilyPolicy() == null || spec.getIpFamilyPolicy().equals("SingleStack");
        return single ? clusterFamilies.subList(0, 1) : clusterFamilies;
    }

    private static String family(String address) {
        return address.contains(":") ? "IPv6" : "IPv4";
    }

    private static boolean isHeadless(ServiceSpec spec) {
        return "None".equals(spec.getClusterIP());
    }

    private static Optional<Integer> timeoutSeconds(ServiceSpec spec) {
        return Optional.ofNullable(spec.getSessionAffinityConfig())
                .map(config -> config.getClientIP())
                .map(clientIp -> clientIp.getTimeoutSeconds());
    }
}
