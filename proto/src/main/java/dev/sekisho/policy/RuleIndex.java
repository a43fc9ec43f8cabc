package dev.sekisho.policy;

import dev.sekisho.policy.CompiledPeer.Trait;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the first of many rules that matches a flow. A peer is filed under the rarest [Trait] it asks for, so that
/// only
/// those are tried that the other end may match. Immutable; any thread.
final class RuleIndex {
    private final Map<Trait, List<Entry>> byTrait = new HashMap<>();
    private final List<Entry> untraceable = new ArrayList<>();
    private final TreeSet<Integer> ipv4Prefixes = new TreeSet<>();
    private final TreeSet<Integer> ipv6Prefixes = new TreeSet<>();

    /// @param position of the rule among all
    /// @param peer empty when the rule is for anyone
    private record Entry(int position, CompiledRule rule, Optional<CompiledPeer> peer) {
        boolean matches(Flow flow) {
            return rule.matchesPort(flow) && (peer.isEmpty() || peer.get().matches(flow));
        }
    }

    /// @param rules in the order in which the first one that matches is wanted
    RuleIndex(List<CompiledRule> rules) {
        var uses = new HashMap<Trait, Integer>();
        for (var rule : rules) {
            for (var peer : rule.peers()) {
                peer.traits().forEach(traits -> traits.forEach(trait -> uses.merge(trait, 1, Integer::sum)));
            }
        }
        var position = 0;
        for (var rule : rules) {
            if (rule.peers().isEmpty()) {
                untraceable.add(new Entry(position, rule, Optional.empty()));
            }
            for (var peer : rule.peers()) {
                file(new Entry(position, rule, Optional.of(peer)), peer, uses);
            }
            position++;
        }
    }

    private void file(Entry entry, CompiledPeer peer, Map<Trait, Integer> uses) {
        @Nullable List<Trait> rarest = null;
        var fewest = Integer.MAX_VALUE;
        for (var traits : peer.traits()) {
            var filed = 0;
            for (var trait : traits) {
                filed += uses.getOrDefault(trait, 0);
            }
            if (filed < fewest) {
                fewest = filed;
                rarest = traits;
            }
        }
        if (rarest == null) {
            untraceable.add(entry);
            return;
        }
        for (var trait : rarest) {
            byTrait.computeIfAbsent(trait, _ -> new ArrayList<>(1)).add(entry);
            if (trait instanceof Trait.Network(Cidr cidr)) {
                (cidr.address() instanceof Inet4Address ? ipv4Prefixes : ipv6Prefixes).add(cidr.prefixLength());
            }
        }
    }

    Optional<CompiledRule> first(Flow flow) {
        var search = new Search(flow);
        search.among(untraceable);
        flow.identity().ifPresent(identity -> {
            identity.pod().forEach((key, value) -> search.among(new Trait.PodLabel(key, value)));
            identity.namespace().forEach((key, value) -> search.among(new Trait.NamespaceLabel(key, value)));
        });
        flow.address().ifPresent(address -> {
            for (var length : address instanceof Inet4Address ? ipv4Prefixes : ipv6Prefixes) {
                search.among(new Trait.Network(Cidr.of(address, length)));
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

        void among(Trait trait) {
            among(byTrait.getOrDefault(trait, List.of()));
        }

        /// @param entries in the order of their positions
        void among(List<Entry> entries) {
            for (var entry : entries) {
                if (best != null && best.position <= entry.position) {
                    return;
                }
                if (entry.matches(flow)) {
                    best = entry;
                    return;
                }
            }
        }
    }
}
