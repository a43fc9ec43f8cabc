package dev.sekisho.policy.call;

import static dev.sekisho.policy.Given.OSAKA;
import static dev.sekisho.policy.Given.TOKYO;
import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.egress;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.podsIn;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.tcp;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Given;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.compiled.PolicySet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A call to the export shop/db of cluster tokyo, and the answer that everybody has to give who is asked about it: the
/// contract of [CallJudge] and of all who present what it says.
///
/// @param name the rule that it shows
/// @param pods of tokyo
/// @param endpoints behind the service; each serves 6379/TCP at 16379 and 53/UDP at 5353
/// @param caller of tokyo or osaka
/// @param answer `allowed` with the addresses of those that may be called, `denied egress`, `denied ingress`, `not
///     exported`, `no endpoint` or `in doubt`
public record CallSituation(
        String name,
        List<SeenPod> pods,
        List<SeenEndpoint> endpoints,
        List<Policy> policies,
        Endpoint.Pod caller,
        PortKey port,
        String answer) {
    public static final ClusterName CLUSTER = TOKYO;
    public static final ServiceName SERVICE = ServiceName.parse("shop/db");
    public static final PortKey REDIS = new PortKey(Transport.TCP, 6379);
    public static final PortKey DNS = new PortKey(Transport.UDP, 53);
    public static final Map<PortKey, Integer> TARGETS = Map.of(REDIS, 16379, DNS, 5353);
    public static final List<ContainerPort> CONTAINER_PORTS =
            List.of(new ContainerPort("redis", Transport.TCP, 16379), new ContainerPort("dns", Transport.UDP, 5353));
    public static final List<ServicePort> SERVICE_PORTS = List.of(
            new ServicePort("redis", Transport.TCP, 6379, Optional.empty()),
            new ServicePort("dns", Transport.UDP, 53, Optional.empty()));
    public static final Map<String, String> NAMESPACE_LABELS = Map.of("kubernetes.io/metadata.name", "shop");

    /// @param hostNetwork it shares its node's address
    public record SeenPod(PodName name, Map<String, String> labels, List<InetAddress> addresses, boolean hostNetwork) {
        public Endpoint.Pod at(InetAddress address) {
            return new Endpoint.Pod(
                    CLUSTER, name, labels, NAMESPACE_LABELS, "default", Optional.of(address), CONTAINER_PORTS);
        }
    }

    /// @param said the pod that an EndpointSlice names for it
    public record SeenEndpoint(InetAddress address, Optional<PodName> said, Readiness readiness) {}

    /// The answer of the judge, as this table writes it.
    public static String inWords(CallAnswer.Here answer) {
        return switch (answer) {
            case CallAnswer.Allowed(var targets) ->
                allowed(targets.stream().map(target -> target.address().getAddress()));
            case CallAnswer.Denied(var verdict, var _) -> denied(verdict.direction());
            case CallAnswer.NotExported _ -> "not exported";
            case CallAnswer.NoEndpoint _ -> "no endpoint";
            case CallAnswer.InDoubt _ -> "in doubt";
        };
    }

    public static String allowed(Stream<InetAddress> addresses) {
        return "allowed "
                + String.join(
                        ", ",
                        addresses.map(InetAddress::getHostAddress).sorted().toList());
    }

    public static String denied(Direction direction) {
        return "denied " + (direction == Direction.EGRESS ? "egress" : "ingress");
    }

    /// Whether it is allowed at all, for those who say no more.
    public boolean isAllowed() {
        return answer.startsWith("allowed");
    }

    public boolean isFromOsaka() {
        return caller.cluster().equals(OSAKA);
    }

    /// The offer that follows from what is seen.
    public Offer offer() {
        return new Offer(SERVICE_PORTS, endpoints.stream().map(this::candidate).toList());
    }

    private Candidate candidate(SeenEndpoint endpoint) {
        var owners = pods.stream()
                .filter(pod -> !pod.hostNetwork() && pod.addresses().contains(endpoint.address()))
                .map(pod -> pod.at(endpoint.address()))
                .toList();
        var onNode = endpoint.said()
                .filter(said -> pods.stream()
                        .anyMatch(pod -> pod.hostNetwork() && pod.name().equals(said)))
                .isPresent();
        return new Candidate(
                Occupant.of(endpoint.address(), owners, endpoint.said().isPresent() && !onNode),
                endpoint.address(),
                endpoint.readiness(),
                TARGETS);
    }

    @Override
    public String toString() {
        return name;
    }

    public static List<CallSituation> all() {
        return List.of(
                when("where no policy isolates, every ready endpoint is called")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .pod("db-1", "role=db", "10.0.0.2")
                        .ready("10.0.0.1", "db-0")
                        .ready("10.0.0.2", "db-1")
                        .isAnswered("allowed 10.0.0.1, 10.0.0.2"),
                when("one that is not ready is not called")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .pod("db-1", "role=db", "10.0.0.2")
                        .ready("10.0.0.1", "db-0")
                        .endpoint("10.0.0.2", "db-1", Readiness.NOT_READY)
                        .isAnswered("allowed 10.0.0.1"),
                when("one that terminates is not called while another is ready")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .pod("db-1", "role=db", "10.0.0.2")
                        .ready("10.0.0.1", "db-0")
                        .endpoint("10.0.0.2", "db-1", Readiness.TERMINATING)
                        .isAnswered("allowed 10.0.0.1"),
                when("one that terminates is the last resort")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .endpoint("10.0.0.1", "db-0", Readiness.TERMINATING)
                        .isAnswered("allowed 10.0.0.1"),
                when("a denied one that is ready does not make one that terminates be called")
                        .pod("db-0", "role=guarded", "10.0.0.1")
                        .pod("db-1", "role=db", "10.0.0.2")
                        .ready("10.0.0.1", "db-0")
                        .endpoint("10.0.0.2", "db-1", Readiness.TERMINATING)
                        .policy(ingress("shop/closed", "role=guarded"))
                        .isAnswered("denied ingress"),
                when("nothing ready is no endpoint")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .endpoint("10.0.0.1", "db-0", Readiness.NOT_READY)
                        .isAnswered("no endpoint"),
                when("nothing at all is no endpoint").isAnswered("no endpoint"),
                when("another port is not exported")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .to(new PortKey(Transport.TCP, 6380))
                        .isAnswered("not exported"),
                when("the same port of another protocol is not exported")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .to(new PortKey(Transport.UDP, 6379))
                        .isAnswered("not exported"),
                when("UDP is judged like TCP")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .to(DNS)
                        .isAnswered("allowed 10.0.0.1"),
                when("a rule for TCP does not let UDP in")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .policy(ingress("shop/redis", "role=db", rule(List.of(), tcp(5353))))
                        .to(DNS)
                        .isAnswered("denied ingress"),
                when("a pod that is not there is in doubt")
                        .ready("10.0.0.1", "ghost")
                        .isAnswered("in doubt"),
                when("an address that two pods have is in doubt")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .pod("db-1", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .isAnswered("in doubt"),
                when("a pod that has another address is in doubt")
                        .pod("db-0", "role=db", "10.0.0.2")
                        .ready("10.0.0.1", "db-0")
                        .isAnswered("in doubt"),
                when("what is in doubt is left out")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .ready("10.0.0.2", "ghost")
                        .isAnswered("allowed 10.0.0.1"),
                when("what is in doubt does not keep the last resort from being called")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .endpoint("10.0.0.1", "db-0", Readiness.TERMINATING)
                        .ready("10.0.0.2", "ghost")
                        .isAnswered("allowed 10.0.0.1"),
                when("no policy isolates what is no pod")
                        .endpoint("192.0.2.1", Readiness.READY)
                        .policy(ingress("shop/closed", ""))
                        .isAnswered("allowed 192.0.2.1"),
                when("no policy isolates a pod on its node's network")
                        .onNode("agent", "role=db", "192.0.2.1")
                        .ready("192.0.2.1", "agent")
                        .policy(ingress("shop/closed", ""))
                        .isAnswered("allowed 192.0.2.1"),
                when("the policies of the pod at the address hold, whichever is named")
                        .pod("db-0", "role=db", "10.0.0.2")
                        .pod("vault", "role=guarded", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .policy(ingress("shop/closed", "role=guarded"))
                        .isAnswered("denied ingress"),
                when("the policies of the pod at the address hold where none is named")
                        .pod("vault", "role=guarded", "10.0.0.1")
                        .endpoint("10.0.0.1", Readiness.READY)
                        .policy(ingress("shop/closed", "role=guarded"))
                        .isAnswered("denied ingress"),
                when("egress of our own caller counts")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .policy(egress("shop/no-egress", "role=frontend"))
                        .isAnswered("denied egress"),
                when("egress of a caller of another cluster is judged there")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .policy(egress("shop/no-egress", "role=frontend"))
                        .fromOsaka()
                        .isAnswered("allowed 10.0.0.1"),
                when("one endpoint has to be allowed by both sides")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .pod("db-1", "role=spare", "10.0.0.2")
                        .ready("10.0.0.1", "db-0")
                        .ready("10.0.0.2", "db-1")
                        .policy(egress("shop/to-db", "role=frontend", rule(List.of(Given.pods(selector("role=db"))))))
                        .policy(ingress("shop/closed", "role=db"))
                        .isAnswered("denied ingress"),
                when("the one that both sides allow is called")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .pod("db-1", "role=spare", "10.0.0.2")
                        .ready("10.0.0.1", "db-0")
                        .ready("10.0.0.2", "db-1")
                        .policy(egress(
                                "shop/to-spare", "role=frontend", rule(List.of(Given.pods(selector("role=spare"))))))
                        .isAnswered("allowed 10.0.0.2"),
                when("a pod of two addresses is judged by the one that is called: denied")
                        .pod("db-0", "role=db", "10.0.0.1", "fd00::1")
                        .ready("fd00::1", "db-0")
                        .policy(egress("shop/v4", "role=frontend", rule(List.of(block("10.0.0.0/24")))))
                        .isAnswered("denied egress"),
                when("a pod of two addresses is judged by the one that is called: allowed")
                        .pod("db-0", "role=db", "10.0.0.1", "fd00::1")
                        .ready("fd00::1", "db-0")
                        .policy(egress("shop/v6", "role=frontend", rule(List.of(block("fd00::/64")))))
                        .isAnswered("allowed fd00:0:0:0:0:0:0:1"),
                when("a rule that names no cluster means this one")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .policy(ingress(
                                "shop/frontends", "role=db", rule(List.of(Given.pods(selector("role=frontend"))))))
                        .fromOsaka()
                        .isAnswered("denied ingress"),
                when("a rule that names the caller's cluster means it")
                        .pod("db-0", "role=db", "10.0.0.1")
                        .ready("10.0.0.1", "db-0")
                        .policy(ingress(
                                "shop/frontends",
                                "role=db",
                                rule(List.of(podsIn(
                                        selector(PolicySet.CLUSTER_LABEL + "=osaka"), selector("role=frontend"))))))
                        .fromOsaka()
                        .isAnswered("allowed 10.0.0.1"));
    }

    private static Builder when(String name) {
        return new Builder(name);
    }

    private static final class Builder {
        private static final SeenPod FRONTEND = new SeenPod(
                PodName.parse("shop/frontend"), Map.of("role", "frontend"), List.of(Given.address("10.0.0.9")), false);

        private final String name;
        private final List<SeenPod> pods = new ArrayList<>(List.of(FRONTEND));
        private final List<SeenEndpoint> endpoints = new ArrayList<>();
        private final List<Policy> policies = new ArrayList<>();
        private Endpoint.Pod caller = FRONTEND.at(Given.address("10.0.0.9"));
        private PortKey port = REDIS;

        Builder(String name) {
            this.name = name;
        }

        Builder pod(String pod, String labels, String... addresses) {
            return pod(pod, labels, false, addresses);
        }

        Builder onNode(String pod, String labels, String... addresses) {
            return pod(pod, labels, true, addresses);
        }

        private Builder pod(String pod, String labels, boolean hostNetwork, String... addresses) {
            pods.add(new SeenPod(
                    new PodName("shop", pod),
                    Given.labels(labels),
                    Arrays.stream(addresses).map(Given::address).toList(),
                    hostNetwork));
            return this;
        }

        Builder ready(String address, String said) {
            return endpoint(address, said, Readiness.READY);
        }

        Builder endpoint(String address, Readiness readiness) {
            endpoints.add(new SeenEndpoint(Given.address(address), Optional.empty(), readiness));
            return this;
        }

        Builder endpoint(String address, String said, Readiness readiness) {
            endpoints.add(new SeenEndpoint(Given.address(address), Optional.of(new PodName("shop", said)), readiness));
            return this;
        }

        Builder policy(Policy policy) {
            policies.add(policy);
            return this;
        }

        /// The caller is a pod of osaka like ours.
        Builder fromOsaka() {
            caller = new Endpoint.Pod(
                    OSAKA,
                    caller.name(),
                    caller.labels(),
                    caller.namespaceLabels(),
                    caller.serviceAccount(),
                    Optional.empty(),
                    List.of());
            return this;
        }

        Builder to(PortKey called) {
            port = called;
            return this;
        }

        CallSituation isAnswered(String answer) {
            return new CallSituation(name, pods, endpoints, policies, caller, port, answer);
        }
    }
}
