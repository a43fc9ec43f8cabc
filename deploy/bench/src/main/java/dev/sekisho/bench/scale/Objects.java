package dev.sekisho.bench.scale;

import dev.sekisho.controlplane.kinds.ServiceExport;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The objects of a cluster of a size: what its users wrote, and what its controllers and nodes would have made of it.
/// The same number always gives the same object.
record Objects(Size size) {
    private static final int ENVIRONMENT = 10;
    private static final int PORT = 8080;
    private static final int BITS_PER_BYTE = 8;
    private static final int BYTE = 0xff;

    Namespace namespace(int number) {
        return new NamespaceBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withName(namespaceName(number))
                        .withLabels(Map.of("team", "team-" + number % 10))
                        .build())
                .build();
    }

    /// Without it the API server takes no pod.
    ServiceAccount account(int namespace) {
        return new ServiceAccountBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(namespaceName(namespace))
                        .withName("default")
                        .build())
                .build();
    }

    Service service(int number) {
        return new ServiceBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(namespaceOf(number))
                        .withName(serviceName(number))
                        .build())
                .withNewSpec()
                .withSelector(Map.of("app", serviceName(number)))
                .addNewPort()
                .withName("http")
                .withPort(80)
                .withNewTargetPort("http")
                .endPort()
                .endSpec()
                .build();
    }

    Pod pod(int number) {
        var service = number % size.services();
        var labels = Map.of(
                "app",
                serviceName(service),
                "app.kubernetes.io/name",
                serviceName(service),
                "app.kubernetes.io/version",
                "1." + service % 7,
                "tier",
                service % 3 == 0 ? "backend" : "frontend",
                "pod-template-hash",
                "5c8d6b7f" + service % 10);
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(namespaceOf(service))
                        .withName(podName(number))
                        .withLabels(labels)
                        .addNewOwnerReference()
                        .withApiVersion("apps/v1")
                        .withKind("ReplicaSet")
                        .withName(serviceName(service) + "-5c8d6b7f")
                        .withUid("00000000-0000-4000-8000-%012d".formatted(service))
                        .withController(true)
                        .endOwnerReference()
                        .build())
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .addToContainers(new ContainerBuilder()
                        .withName("server")
                        .withImage("registry.example/" + serviceName(service) + ":1." + service % 7)
                        .addNewPort()
                        .withName("http")
                        .withContainerPort(PORT)
                        .endPort()
                        .withEnv(IntStream.range(0, ENVIRONMENT)
                                .mapToObj(each -> new EnvVarBuilder()
                                        .withName("SETTING_" + each)
                                        .withValue("value " + each + " of " + serviceName(service))
                                        .build())
                                .toList())
                        .build())
                .endSpec()
                .build();
    }

    PodStatus running(int pod) {
        return running(address(pod));
    }

    static PodStatus running(String address) {
        return new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP(address)
                .addNewPodIP(address)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .build();
    }

    EndpointSlice slice(int service) {
        return new EndpointSliceBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(namespaceOf(service))
                        .withName(sliceName(service))
                        .withLabels(Map.of(
                                "kubernetes.io/service-name",
                                serviceName(service),
                                "endpointslice.kubernetes.io/managed-by",
                                "endpointslice-controller.k8s.io"))
                        .build())
                .withAddressType("IPv4")
                .addNewPort()
                .withName("http")
                .withPort(PORT)
                .withProtocol("TCP")
                .endPort()
                .withEndpoints(IntStream.iterate(service, pod -> pod < size.pods(), pod -> pod + size.services())
                        .mapToObj(this::endpoint)
                        .toList())
                .build();
    }

    private Endpoint endpoint(int pod) {
        return new EndpointBuilder()
                .withAddresses(address(pod))
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(namespaceOf(pod % size.services()))
                .withName(podName(pod))
                .endTargetRef()
                .build();
    }

    ServiceExport export(int service) {
        var export = new ServiceExport();
        export.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespaceOf(service))
                .withName(serviceName(service))
                .build());
        return export;
    }

    /// In turn: who may call a service; who may call backends; where frontends may call.
    NetworkPolicy policy(int number) {
        var metadata = new ObjectMetaBuilder()
                .withNamespace(namespaceName(number % size.namespaces()))
                .withName("policy-" + number)
                .build();
        var policy = new NetworkPolicyBuilder().withMetadata(metadata);
        return switch (number / size.namespaces() % 3) {
            case 0 ->
                policy.withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("app", serviceName(number % size.services()))
                        .endPodSelector()
                        .addNewIngress()
                        .addNewFrom()
                        .withNewNamespaceSelector()
                        .addToMatchLabels("team", "team-" + number % 10)
                        .endNamespaceSelector()
                        .endFrom()
                        .endIngress()
                        .withPolicyTypes("Ingress")
                        .endSpec()
                        .build();
            case 1 ->
                policy.withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("tier", "backend")
                        .endPodSelector()
                        .addNewIngress()
                        .addNewFrom()
                        .withNewPodSelector()
                        .addToMatchLabels("tier", "frontend")
                        .endPodSelector()
                        .endFrom()
                        .endIngress()
                        .withPolicyTypes("Ingress")
                        .endSpec()
                        .build();
            default ->
                policy.withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("tier", "frontend")
                        .endPodSelector()
                        .addNewEgress()
                        .addNewTo()
                        .withNewNamespaceSelector()
                        .endNamespaceSelector()
                        .endTo()
                        .endEgress()
                        .withPolicyTypes("Egress")
                        .endSpec()
                        .build();
        };
    }

    List<Integer> exportedServices() {
        // Spread over all namespaces.
        return IntStream.range(0, size.exports())
                .map(number -> (int) ((long) number * size.services() / size.exports()))
                .boxed()
                .toList();
    }

    static String namespaceName(int number) {
        return "team-" + number;
    }

    String namespaceOf(int service) {
        return namespaceName(service % size.namespaces());
    }

    static String serviceName(int service) {
        return "service-" + service;
    }

    static String sliceName(int service) {
        return serviceName(service) + "-abcde";
    }

    private static String podName(int number) {
        return "pod-" + number;
    }

    private static String address(int pod) {
        return "10.%d.%d.%d".formatted(128 + (pod >> (2 * BITS_PER_BYTE)), (pod >> BITS_PER_BYTE) & BYTE, pod & BYTE);
    }
}
