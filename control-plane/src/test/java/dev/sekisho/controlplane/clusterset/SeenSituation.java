package dev.sekisho.controlplane.clusterset;

import static dev.sekisho.controlplane.clusterset.TestView.view;

import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.call.CallSituation;
import java.util.List;
import java.util.Optional;

/// A [CallSituation] as the control plane of tokyo sees it. For the tests of the whole control plane.
public final class SeenSituation {
    private static final List<SlicePort> SLICE_PORTS =
            List.of(new SlicePort("redis", Transport.TCP, 16379), new SlicePort("dns", Transport.UDP, 5353));

    private SeenSituation() {}

    public static TestView of(CallSituation situation) {
        var service = CallSituation.SERVICE.toString();
        var seen = view().peer("osaka")
                .namespace("shop", CallSituation.NAMESPACE_LABELS)
                .service(service, CallSituation.SERVICE_PORTS.toArray(ServicePort[]::new))
                .export(service);
        situation
                .pods()
                .forEach(pod -> seen.pod(new Pod(
                        pod.name(),
                        pod.labels(),
                        "default",
                        pod.addresses(),
                        CallSituation.CONTAINER_PORTS,
                        pod.hostNetwork())));
        situation.policies().forEach(seen::policy);
        situation
                .endpoints()
                .forEach(endpoint -> seen.slice(
                        service,
                        SLICE_PORTS,
                        new SliceEndpoint(
                                List.of(endpoint.address()), endpoint.readiness(), Optional.empty(), endpoint.said())));
        return seen;
    }
}
