package dev.sekisho.controlplane.clusterset;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;

/// Order, text and family of addresses, as results need them.
public final class Addresses {
    public static final String IPV4 = "IPv4";
    public static final String IPV6 = "IPv6";

    /// IPv4 before IPv6, then by number.
    public static final Comparator<InetAddress> ORDER = Comparator.<InetAddress>comparingInt(
                    address -> address.getAddress().length)
            .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

    private Addresses() {}

    public static String family(InetAddress address) {
        return address instanceof Inet6Address ? IPV6 : IPV4;
    }

    public static String otherFamily(String family) {
        return family.equals(IPV4) ? IPV6 : IPV4;
    }

    public static String text(InetAddress address) {
        return InetAddresses.toAddrString(address);
    }

    /// The hostname of an endpoint that has none: its address with dashes, as CoreDNS writes it.
    public static String dashed(InetAddress address) {
        return text(address).replace('.', '-').replace(':', '-');
    }
}
