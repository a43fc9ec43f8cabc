package dev.sekisho.gateway.streams;

import static dev.sekisho.policy.call.CallSituation.CLUSTER;
import static dev.sekisho.policy.call.CallSituation.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.feed.RouteKey;
import dev.sekisho.feed.v1.ClusterRoute;
import dev.sekisho.feed.v1.ExportRoute;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.feed.v1.NamespaceRoute;
import dev.sekisho.feed.v1.PodRoute;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.ServicePort;
import dev.sekisho.gateway.routes.RouteResources;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.UnreadableRoutesException;
import dev.sekisho.names.Readiness;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.call.CallSituation;
import dev.sekisho.policy.call.CallSituation.SeenEndpoint;
import dev.sekisho.policy.call.CallSituation.SeenPod;
import dev.sekisho.policy.codec.PolicyCodec;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Where a gateway sends a call is where the judge lets it go, by the resources that the gateway is fed.
class DestinationsContractTest {
    static Stream<CallSituation> situations() {
        return CallSituation.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void a_call_goes_where_the_judge_lets_it_go(CallSituation situation) throws UnreadableRoutesException {
        var table = RouteResources.NONE.with(fed(situation), List.of()).join(1).table();

        if (situation.isFromOsaka()) {
            assertThat(CallSituation.inWords(CallJudge.here(
                            table.policies(), situation.caller(), table.offer(SERVICE), situation.port())))
                    .isEqualTo(situation.answer());
        } else {
            assertThat(ofOwn(table, situation)).isEqualTo(situation.answer().replace("in doubt", "no endpoint"));
        }
    }

    private static String ofOwn(RouteTable table, CallSituation situation) {
        var from = situation.caller().address().orElseThrow();
        return switch (Destinations.of(table, from, SERVICE, situation.port())) {
            case Destinations.Allowed(var choices) ->
                CallSituation.allowed(((Destinations.Destination.Local) choices.getFirst())
                        .targets().stream().map(target -> target.address().getAddress()));
            case Destinations.None(StreamOutcome.Refused(var direction, var _)) -> CallSituation.denied(direction);
            case Destinations.None(StreamOutcome.NotExported _) -> "not exported";
            case Destinations.None(StreamOutcome.NoEndpoint _) -> "no endpoint";
            case Destinations.None(var other) -> other.label();
        };
    }

    /// As the control plane would feed it, but for the endpoints that it leaves out already.
    private static List<Resource> fed(CallSituation situation) {
        var resources = new ArrayList<Resource>();
        resources.add(resource("cluster")
                .setCluster(
                        ClusterRoute.newBuilder().setCluster(CLUSTER.value()).setClusterSet("demo"))
                .build());
        resources.add(resource("namespace/shop")
                .setNamespace(NamespaceRoute.newBuilder().setName("shop").putAllLabels(CallSituation.NAMESPACE_LABELS))
                .build());
        situation.pods().stream()
                .filter(pod -> !pod.hostNetwork())
                .map(DestinationsContractTest::pod)
                .forEach(resources::add);
        situation
                .policies()
                .forEach(policy -> resources.add(resource(new RouteKey.Rules(policy.name()).text())
                        .setPolicy(PolicyCodec.toWire((NamespacedPolicy) policy))
                        .build()));
        resources.add(resource("import/" + SERVICE)
                .setImportRoute(ImportRoute.newBuilder()
                        .setNamespace(SERVICE.namespace())
                        .setName(SERVICE.name())
                        .addAllPorts(ports())
                        .addSources(ImportRoute.Source.newBuilder()
                                .setCluster(CLUSTER.value())
                                .setReady(true)
                                .addAllPorts(CallSituation.SERVICE_PORTS.stream()
                                        .map(port -> ImportRoute.ExposedPort.newBuilder()
                                                .setProtocol(port.transport().toWire())
                                                .setPort(port.number())
                                                .build())
                                        .toList())))
                .build());
        resources.add(export(situation));
        return resources;
    }

    private static Resource.Builder resource(String key) {
        return Resource.newBuilder().setKey(key);
    }

    private static Resource pod(SeenPod pod) {
        return resource("pod/" + pod.name())
                .setPod(PodRoute.newBuilder()
                        .setNamespace(pod.name().namespace())
                        .setName(pod.name().name())
                        .setServiceAccount("default")
                        .putAllLabels(pod.labels())
                        .addAllAddresses(pod.addresses().stream()
                                .map(InetAddress::getHostAddress)
                                .toList()))
                .build();
    }

    private static List<ServicePort> ports() {
        return CallSituation.SERVICE_PORTS.stream()
                .map(port -> ServicePort.newBuilder()
                        .setName(port.name())
                        .setProtocol(port.transport().toWire())
                        .setPort(port.number())
                        .build())
                .toList();
    }

    /// An endpoint that is said to be a pod that is not there would refuse the whole table.
    private static Resource export(CallSituation situation) {
        var route = ExportRoute.newBuilder()
                .setNamespace(SERVICE.namespace())
                .setName(SERVICE.name())
                .addAllPorts(ports());
        for (var endpoint : situation.endpoints()) {
            var backend = ExportRoute.Backend.newBuilder()
                    .setAddress(endpoint.address().getHostAddress())
                    .setReady(endpoint.readiness().isReady())
                    .setTerminating(endpoint.readiness() == Readiness.TERMINATING);
            CallSituation.TARGETS.forEach((port, target) -> backend.addPorts(ExportRoute.BackendPort.newBuilder()
                    .setProtocol(port.transport().toWire())
                    .setServicePort(port.number())
                    .setTargetPort(target)));
            said(situation, endpoint).ifPresent(pod -> backend.setPod(pod.name().toString()));
            route.addBackends(backend);
        }
        return resource("export/" + SERVICE).setExportRoute(route).build();
    }

    /// Of a pod on its node's network the gateway hears nothing; one that is not there stands for another that is.
    private static Optional<SeenPod> said(CallSituation situation, SeenEndpoint endpoint) {
        return endpoint.said()
                .flatMap(said -> situation.pods().stream()
                        .filter(pod -> pod.name().equals(said))
                        .findFirst()
                        .map(Optional::of)
                        .orElseGet(() -> situation.pods().stream().findFirst())
                        .filter(pod -> !pod.hostNetwork()));
    }
}
