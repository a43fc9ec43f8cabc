package dev.sekisho.policy;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// A block of IPv4 or IPv6 addresses, `192.0.2.0/24`. Host bits are tolerated, as the Kubernetes parser does.
public record Cidr(InetAddress address, int prefixLength) {
    public Cidr {
        var width = address.getAddress().length * 8;
        if (prefixLength < 0 || prefixLength > width) {
            throw new IllegalArgumentException("prefix length must be 0 to " + width + ", got " + prefixLength);
        }
    }

    /// @throws IllegalArgumentException naming the text when it is not `address/prefix length`
    public static Cidr parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("must be a CIDR such as 192.0.2.0/24, got '" + text + "'");
        }
        try {
            var address = InetAddresses.forString(text.substring(0, slash));
            // ::ffff:192.0.2.0 would be taken for IPv4, with a prefix length that counts other bits; %eth0 names a
            // host.
            if (address instanceof Inet4Address == text.contains(":") || text.contains("%")) {
                throw new IllegalArgumentException("neither a plain IPv4 nor a plain IPv6 address");
            }
            return new Cidr(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be a CIDR such as 192.0.2.0/24, got '" + text + "'", e);
        }
    }

    /// Addresses of the other family are never contained.
    public boolean contains(InetAddress candidate) {
        var block = address.getAddress();
        var bytes = candidate.getAddress();
        if (block.length != bytes.length) {
            return false;
        }
        var fullBytes = prefixLength / 8;
        for (var i = 0; i < fullBytes; i++) {
            if (block[i] != bytes[i]) {
                return false;
            }
        }
        var restBits = prefixLength % 8;
        var mask = 0xff << (8 - restBits);
        return restBits == 0 || (block[fullBytes] & mask) == (bytes[fullBytes] & mask);
    }

    /// The same block without host bits.
    public Cidr masked() {
        return of(address, prefixLength);
    }

    /// The block of that size that holds `address`, without host bits.
    public static Cidr of(InetAddress address, int prefixLength) {
        var bytes = address.getAddress();
        for (var bit = prefixLength; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return new Cidr(InetAddress.getByAddress(bytes), prefixLength);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    @Override
    public String toString() {
        return InetAddresses.toAddrString(address) + "/" + prefixLength;
    }
}
