package dev.sekisho.controlplane.policy;

import static java.math.BigInteger.ONE;

import com.google.common.net.InetAddresses;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Policy.PeerSelector;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Addresses that an ipBlock tells apart: one that it means, and one of each block that it excepts.
final class AddressSamples {
    private AddressSamples() {}

    static Set<InetAddress> of(PeerSelector.Block block) {
        var samples = new LinkedHashSet<InetAddress>();
        // What is left of the block begins where it begins, or behind something excepted.
        Stream.concat(
                        Stream.of(at(block.cidr(), first(block.cidr())), at(block.cidr(), base(block.cidr()))),
                        block.except().stream()
                                .map(except -> at(block.cidr(), base(except).add(size(except)))))
                .flatMap(Optional::stream)
                .filter(address -> isMeant(block.cidr(), block.except(), address))
                .findFirst()
                .ifPresent(samples::add);
        block.except().forEach(except -> at(except, first(except)).ifPresent(samples::add));
        return samples;
    }

    private static boolean isMeant(Cidr cidr, List<Cidr> except, InetAddress address) {
        return cidr.contains(address) && except.stream().noneMatch(hole -> hole.contains(address));
    }

    private static int width(Cidr cidr) {
        return cidr.address().getAddress().length * 8;
    }

    private static BigInteger size(Cidr cidr) {
        return ONE.shiftLeft(width(cidr) - cidr.prefixLength());
    }

    private static BigInteger base(Cidr cidr) {
        var hostBits = width(cidr) - cidr.prefixLength();
        return InetAddresses.toBigInteger(cidr.address()).shiftRight(hostBits).shiftLeft(hostBits);
    }

    /// As people number hosts: the base itself is none.
    private static BigInteger first(Cidr cidr) {
        return size(cidr).equals(ONE) ? base(cidr) : base(cidr).add(ONE);
    }

    private static Optional<InetAddress> at(Cidr family, BigInteger number) {
        if (number.bitLength() > width(family)) {
            return Optional.empty();
        }
        return Optional.of(
                family.address() instanceof Inet4Address
                        ? InetAddresses.fromIPv4BigInteger(number)
                        : InetAddresses.fromIPv6BigInteger(number));
    }
}
