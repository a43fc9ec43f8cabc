package dev.sekisho.controlplane.kubernetes.home;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/// The endpoints of the Service `<name>-sync`, which has no selector: the pod that leads, so that what peers have to
/// say reaches it and no other. One slice per address family: `<name>-sync` (IPv4) and `<name>-sync-ipv6`. Blocks.
public final class SyncSlices implements LeaderDuty {
    private static final String SUFFIX = "sync";

    private final HomeObjects home;
    private final String pod;
    private final List<InetAddress> addresses;
    private final int port;

    /// @param pod that leads: our own
    /// @param addresses of it, at most one per family
    /// @param port on which it listens for peers
    public SyncSlices(
            KubernetesClient client, Installation installation, String pod, List<InetAddress> addresses, int port) {
        this.home = new HomeObjects(client, installation);
        this.pod = pod;
        this.addresses = List.copyOf(addresses);
        this.port = port;
    }

    @Override
    public String name() {
        return "EndpointSlice " + home.installation().object(SUFFIX);
    }

    @Override
    public void fulfil() throws IOException {
        for (var address : addresses) {
            home.apply(slice(address));
        }
    }

    private EndpointSlice slice(InetAddress address) throws IOException {
        var isIpv4 = address instanceof Inet4Address;
        return new EndpointSliceBuilder()
                .withMetadata(home.metadata(
                        isIpv4 ? SUFFIX : SUFFIX + "-ipv6",
                        Map.of(
                                "kubernetes.io/service-name",
                                home.installation().object(SUFFIX),
                                "endpointslice.kubernetes.io/managed-by",
                                OwnObjects.OURS)))
                .withAddressType(isIpv4 ? "IPv4" : "IPv6")
                .withPorts(new EndpointPortBuilder()
                        .withName(SUFFIX)
                        .withProtocol("TCP")
                        .withPort(port)
                        .build())
                .withEndpoints(new EndpointBuilder()
                        .withAddresses(InetAddresses.toAddrString(address))
                        .withNewConditions()
                        .withReady(true)
                        .endConditions()
                        .withTargetRef(new ObjectReferenceBuilder()
                                .withKind("Pod")
                                .withNamespace(home.installation().namespace())
                                .withName(pod)
                                .build())
                        .build())
                .build();
    }
}
