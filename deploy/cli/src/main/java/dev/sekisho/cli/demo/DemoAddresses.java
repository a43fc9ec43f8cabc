package dev.sekisho.cli.demo;

import dev.sekisho.cli.UserError;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// The loopback addresses of one demo cluster: a /16 of 127.0.0.0/8 of its own, so that nothing needs root and the
/// clusters do not meet each other's ports.
///
/// @param network second octet of the /16, 1 to 254
public record DemoAddresses(int network) {
    private static final int FIRST_NETWORK = 10;
    private static final int LAST_NETWORK = 200;

    /// Two networks whose public ports are free, so that several demos can run beside each other.
    ///
    /// @throws UserError when none is left
    public static DemoAddresses[] freePair() {
        for (var network = FIRST_NETWORK; network < LAST_NETWORK; network += 2) {
            var tokyo = new DemoAddresses(network);
            var osaka = new DemoAddresses(network + 1);
            if (tokyo.isFree() && osaka.isFree()) {
                return new DemoAddresses[] {tokyo, osaka};
            }
        }
        throw new UserError("every loopback network from 127." + FIRST_NETWORK + ".0.0/16 to 127." + LAST_NETWORK
                + ".0.0/16 has port 7443 taken on its first address; stop a demo that is still running");
    }

    private boolean isFree() {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(
                    InetAddress.ofLiteral(host()), publicPort().port()));
            return true;
        } catch (IOException _) {
            return false;
        }
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
