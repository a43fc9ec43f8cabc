package dev.sekisho.controlplane.clusterset;

import java.util.List;
import java.util.Optional;

/// The settings of a Service that travel with its export and are taken whole from the oldest one (KEP-1645).
///
/// @param sessionAffinity `None` or `ClientIP`
/// @param sessionAffinityTimeoutSeconds of `ClientIP`
/// @param ipFamilies `IPv4`, `IPv6`, in the Service's order
public record ServiceTraits(
        String sessionAffinity,
        Optional<Integer> sessionAffinityTimeoutSeconds,
        Optional<String> internalTrafficPolicy,
        Optional<String> trafficDistribution,
        List<String> ipFamilies) {
    public ServiceTraits {
        ipFamilies = List.copyOf(ipFamilies);
    }
}
