package dev.sekisho.cli.demo;

import dev.sekisho.cli.UserError;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.stream.IntStream;

/// The loopback addresses of one demo cluster: a /16 of 127.0.0.0/8 of its own, so that nothing needs root and the
/// clusters do not meet each other's ports.
///
/// @param network second octet of the /16, 1 to 254
public record DemoAddresses(int network) {
    private static final int FIRST_NETWORK = 10;
    private static final int LAST_NETWORK = 200;
    private static final int CLAIM_PORT = 7442;

    /// Two networks that nobody else gets until they are closed, or their process has ended.
    ///
    /// @param claim is bound as long as they are taken: only one process can bind it
    public record Pair(DemoAddresses tokyo, DemoAddresses osaka, ServerSocket claim) implements AutoCloseable {
        @Override
        public void close() {
            try {
                claim.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Two networks whose public ports are free, so that several demos can run beside each other.
    ///
    /// @throws UserError when none is left
    public static Pair freePair() {
        return IntStream.iterate(FIRST_NETWORK, network -> network < LAST_NETWORK, network -> network + 2)
                .mapToObj(DemoAddresses::new)
                .flatMap(tokyo -> tokyo.pair().stream())
                .findFirst()
                .orElseThrow(DemoAddresses::noneIsLeft);
    }

    private static UserError noneIsLeft() {
        return new UserError("every loopback network from 127." + FIRST_NETWORK + ".0.0/16 to 127." + LAST_NETWORK
                + ".0.0/16 has port 7442 or 7443 taken on its first address; stop a demo that is still running");
    }

    /// This network and the next, unless somebody has them.
    private Optional<Pair> pair() {
        var osaka = new DemoAddresses(network + 1);
        var pair = claim().map(claim -> new Pair(this, osaka, claim));
        if (pair.isPresent() && isFree() && osaka.isFree()) {
            return pair;
        }
        pair.ifPresent(Pair::close);
        return Optional.empty();
    }

    private boolean isFree() {
        try (var probe = bind(publicPort().port())) {
            return probe.isBound();
        } catch (IOException _) {
            return false;
        }
    }

    private Optional<ServerSocket> claim() {
        try {
            return Optional.of(bind(CLAIM_PORT));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private ServerSocket bind(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.ofLiteral(host()));
    }

    public String host() {
        return "127." + network + ".0.1";
    }

    public HostPort publicPort() {
        return new HostPort(host(), 7443);
    }

    public HostPort sync() {
        return new HostPort(host(), 7444);
    }

    public HostPort feed() {
        return new HostPort(host(), 7445);
    }

    public HostPort dns() {
        return new HostPort(host(), 1053);
    }

    public HostPort controlPlaneAdmin() {
        return new HostPort(host(), 9090);
    }

    public HostPort gatewayAdmin() {
        return new HostPort(host(), 9091);
    }

    public String importPool() {
        return "127." + network + ".66.0/24";
    }

    /// @param number 1 to 254
    public String pod(int number) {
        return "127." + network + ".1." + number;
    }
}
