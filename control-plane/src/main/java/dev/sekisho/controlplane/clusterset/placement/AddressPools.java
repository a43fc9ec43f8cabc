package dev.sekisho.controlplane.clusterset.placement;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.policy.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// The blocks of addresses that imports of this cluster get theirs from, as one row of places per family.
///
/// A block's first address is left out, and of an IPv4 block the last one too: network, anycast and broadcast. Of a
/// block larger than 2^32 only the first 2^32 are used.
final class AddressPools {
    private static final long LARGEST_BLOCK = 1L << 32;

    private final List<Block> blocks;

    private record Block(String family, BigInteger first, long size, int bytes) {
        static Block of(Cidr cidr) {
            var bits = cidr.address().getAddress().length * 8;
            var hostBits = bits - cidr.prefixLength();
            var base = new BigInteger(1, cidr.address().getAddress())
                    .shiftRight(hostBits)
                    .shiftLeft(hostBits);
            var all = hostBits >= 32 ? LARGEST_BLOCK : 1L << hostBits;
            var edges = hostBits < 2 ? 0 : bits == 32 ? 2 : 1;
            return new Block(
                    Addresses.family(cidr.address()),
                    edges == 0 ? base : base.add(BigInteger.ONE),
                    all - edges,
                    bits / 8);
        }

        OptionalLong placeOf(InetAddress address) {
            var offset = new BigInteger(1, address.getAddress()).subtract(first);
            return family.equals(Addresses.family(address))
                            && offset.signum() >= 0
                            && offset.compareTo(BigInteger.valueOf(size)) < 0
                    ? OptionalLong.of(offset.longValueExact())
                    : OptionalLong.empty();
        }

        InetAddress at(long place) {
            var number = first.add(BigInteger.valueOf(place)).toByteArray();
            var address = new byte[bytes];
            var length = Math.min(number.length, bytes);
            System.arraycopy(number, number.length - length, address, bytes - length, length);
            try {
                return InetAddress.getByAddress(address);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address of " + bytes + " bytes must be one", e);
            }
        }
    }

    AddressPools(List<Cidr> cidrs) {
        this.blocks = cidrs.stream().map(Block::of).toList();
    }

    /// The families there is a block for, in the order of the blocks.
    List<String> families() {
        return blocks.stream().map(Block::family).distinct().toList();
    }

    boolean contains(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.placeOf(address).isPresent());
    }

    /// The first free address at or after the place that `hash` falls on; empty when all of the family are taken.
    Optional<InetAddress> free(String family, long hash, Predicate<InetAddress> isTaken, long takenAtMost) {
        var row = new ArrayList<Block>();
        blocks.stream().filter(block -> block.family().equals(family)).forEach(row::add);
        var size = row.stream().mapToLong(Block::size).sum();
        if (size == 0) {
            return Optional.empty();
        }
        var start = Long.remainderUnsigned(hash, size);
        // One more step than there are taken addresses is enough to find a free one.
        var steps = Math.min(size, takenAtMost + 1);
        for (var step = 0L; step < steps; step++) {
            var candidate = at(row, (start + step) % size);
            if (!isTaken.test(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static InetAddress at(List<Block> row, long place) {
        var rest = place;
        for (Block block : row) {
            if (rest < block.size()) {
                return block.at(rest);
            }
            rest -= block.size();
        }
        throw new IllegalArgumentException("place " + place + " is behind the last block");
    }
}
