package dev.sekisho.policy.call;

import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServicePort;
import java.util.List;

/// A service as this cluster offers it to callers.
///
/// @param ports those it exposes; a call to another port goes nowhere
public record Offer(List<ServicePort> ports, List<Candidate> candidates) {
    /// What is not exported.
    public static final Offer NONE = new Offer(List.of(), List.of());

    public Offer {
        ports = List.copyOf(ports);
        candidates = List.copyOf(candidates);
    }

    /// Whether a candidate takes calls to a port, before any policy is asked.
    public enum Standing {
        CALLED,
        /// It terminates, and would be called if none were ready.
        LAST_RESORT,
        NOT_READY,
        /// Nobody can say whose policies hold there.
        IN_DOUBT
    }

    boolean exposes(PortKey port) {
        for (var exposed : ports) {
            if (exposed.number() == port.number() && exposed.transport() == port.transport()) {
                return true;
            }
        }
        return false;
    }

    /// How ready a candidate has to be to be called: those that terminate take calls only while none is ready, as
    /// behind
    /// kube-proxy. One that is in doubt counts for nothing, as if it were not there.
    Readiness called(PortKey port) {
        for (var candidate : candidates) {
            if (candidate.readiness().isReady()
                    && candidate.isKnown()
                    && candidate.ports().containsKey(port)) {
                return Readiness.READY;
            }
        }
        return Readiness.TERMINATING;
    }

    /// @param called see [#called]
    static Standing standing(Candidate candidate, Readiness called) {
        if (candidate.readiness() == Readiness.NOT_READY) {
            return Standing.NOT_READY;
        }
        if (!candidate.isKnown()) {
            return Standing.IN_DOUBT;
        }
        return candidate.readiness() == called ? Standing.CALLED : Standing.LAST_RESORT;
    }
}
