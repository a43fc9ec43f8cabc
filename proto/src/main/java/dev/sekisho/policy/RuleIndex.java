package dev.sekisho.policy;

import static java.util.Comparator.comparingInt;

import dev.sekisho.policy.CompiledPeer.Trait;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the first of many rules that matches a flow. A peer is filed under the rarest [Trait] it asks for, so that
/// only those are tried that the other end may match; one that stands in many rules is tried once. Immutable; any
/// thread.
final class RuleIndex {
    private final Map<Trait, Shelf> byTrait = new HashMap<>();
    private final Shelf untraceable = new Shelf();
    private final List<Entry> forAnyone = new ArrayList<>();
    private final TreeSet<Integer> ipv4Prefixes = new TreeSet<>();
    private final TreeSet<Integer> ipv6Prefixes = new TreeSet<>();

    /// @param position of the rule among all
    private record Entry(int position, CompiledRule rule) {}

    /// Rules by their peers, in the order of the first rule of each. Written while the index is made.
    private static final class Shelf {
        private final Map<CompiledPeer, List<Entry>> byPeer = new LinkedHashMap<>();

        void add(CompiledPeer peer, Entry entry) {
            byPeer.computeIfAbsent(peer, _ -> new ArrayList<>(1)).add(entry);
        }
    }

    /// @param rules in the order in which the first one that matches is wanted
    RuleIndex(List<CompiledRule> rules) {
        var uses = new HashMap<Trait, Integer>();
        rules.stream()
                .flatMap(rule -> rule.peers().stream())
                .distinct()
                .flatMap(peer -> peer.traits().stream())
                .flatMap(List::stream)
                .forEach(trait -> uses.merge(trait, 1, Integer::sum));
        var position = 0;
        for (var rule : rules) {
            var entry = new Entry(position++, rule);
            if (rule.peers().isEmpty()) {
                forAnyone.add(entry);
            }
            rule.peers().forEach(peer -> file(peer, entry, uses));
        }
    }

    private void file(CompiledPeer peer, Entry entry, Map<Trait, Integer> uses) {
        var rarest = peer.traits().stream()
                .min(comparingInt(traits -> traits.stream()
                        .mapToInt(trait -> uses.getOrDefault(trait, 0))
                        .sum()));
        if (rarest.isEmpty()) {
            untraceable.add(peer, entry);
            return;
        }
        for (var trait : rarest.get()) {
            byTrait.computeIfAbsent(trait, _ -> new Shelf()).add(peer, entry);
            if (trait instanceof Trait.Network(Cidr cidr)) {
                (cidr.address() instanceof Inet4Address ? ipv4Prefixes : ipv6Prefixes).add(cidr.prefixLength());
            }
        }
    }

    Optional<CompiledRule> first(Flow flow) {
        var search = new Search(flow);
        search.among(forAnyone);
        search.on(untraceable);
        flow.identity().ifPresent(identity -> {
            identity.pod().forEach((key, value) -> search.under(new Trait.PodLabel(key, value)));
            identity.namespace().forEach((key, value) -> search.under(new Trait.NamespaceLabel(key, value)));
        });
        flow.address().ifPresent(address -> {
            for (var length : address instanceof Inet4Address ? ipv4Prefixes : ipv6Prefixes) {
                search.under(new Trait.Network(Cidr.of(address, length)));
            }
        });
        return Optional.ofNullable(search.best).map(Entry::rule);
    }

    private final class Search {
        private final Flow flow;
        private @Nullable Entry best;

        Search(Flow flow) {
            this.flow = flow;
        }

        void under(Trait trait) {
            Optional.ofNullable(byTrait.get(trait)).ifPresent(this::on);
        }

        void on(Shelf shelf) {
            for (var filed : shelf.byPeer.entrySet()) {
                if (isTooLate(filed.getValue().getFirst())) {
                    return;
                }
                if (filed.getKey().matches(flow)) {
                    among(filed.getValue());
                }
            }
        }

        /// @param entries whose peer matches, in the order of their positions
        void among(List<Entry> entries) {
            for (var entry : entries) {
                if (isTooLate(entry)) {
                    return;
                }
                if (entry.rule.matchesPort(flow)) {
                    best = entry;
                    return;
                }
            }
        }

        private boolean isTooLate(Entry entry) {
            return best != null && best.position <= entry.position;
        }
    }
}
