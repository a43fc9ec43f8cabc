package dev.sekisho.controlplane.settings;

import dev.sekisho.controlplane.yaml.Fields;
import dev.sekisho.policy.PolicyMode;
import java.time.Duration;
import java.util.Optional;

/// How a cluster's gateways treat streams and keep lanes: the fields `deny`, `enforceOn`, `policyMode`,
/// `flowQuietTime` and `tunnel`.
///
/// @param flowQuietTime after which a UDP flow is over, 1 s to 1 h; empty is left to the gateway
public record Traffic(
        Deny deny, EnforceOn enforceOn, PolicyMode policyMode, Optional<Duration> flowQuietTime, Tunnel tunnel) {
    /// What holds when the file says nothing.
    public static final Traffic DEFAULTS = new Traffic(
            Deny.RESET,
            EnforceOn.CHANGE,
            PolicyMode.ENFORCE,
            Optional.empty(),
            new Tunnel(Optional.empty(), Optional.empty(), Optional.empty()));

    /// How a client learns that its stream is denied.
    public enum Deny {
        RESET,
        DROP
    }

    /// When policy is asked: again after each change of policy, which may end a running stream, or once per connection.
    public enum EnforceOn {
        CHANGE,
        CONNECTION
    }

    /// Settings of the lanes; what is empty is left to the gateway.
    ///
    /// @param lanesPerPeer idle lanes kept warm towards each peer, 1 to 64
    /// @param idleAfter 1 s to 24 h
    /// @param dialTimeout 100 ms to 5 min
    public record Tunnel(
            Optional<Integer> lanesPerPeer, Optional<Duration> idleAfter, Optional<Duration> dialTimeout) {}

    public static Traffic read(Fields spec) {
        return new Traffic(
                spec.choice("deny", Deny.class).orElse(DEFAULTS.deny),
                spec.choice("enforceOn", EnforceOn.class).orElse(DEFAULTS.enforceOn),
                spec.choice("policyMode", PolicyMode.class).orElse(DEFAULTS.policyMode),
                spec.duration("flowQuietTime", Duration.ofSeconds(1), Duration.ofHours(1)),
                tunnel(spec.section("tunnel")));
    }

    private static Tunnel tunnel(Fields fields) {
        var tunnel = new Tunnel(
                fields.integer("lanesPerPeer", 1, 64),
                fields.duration("idleAfter", Duration.ofSeconds(1), Duration.ofHours(24)),
                fields.duration("dialTimeout", Duration.ofMillis(100), Duration.ofMinutes(5)));
        fields.rejectOthers();
        return tunnel;
    }
}
