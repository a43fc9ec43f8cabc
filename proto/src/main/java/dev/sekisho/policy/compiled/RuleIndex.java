package dev.sekisho.policy.compiled;

import static java.util.Comparator.comparingInt;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.compiled.CompiledPeer.Trait;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the first of many rules that matches a flow. Peers stand in places, those that ask for a [Trait] next to each
/// other, each under the rarest it asks for, so that only those are tried that the other end may match. Left out of
/// them are those which a trait of the other end refuses. A peer that stands in many rules is tried once. Immutable;
/// any thread.
final class RuleIndex {
    private final List<Peer> peers = new ArrayList<>();
    private final Map<Trait, Lead> leads = new HashMap<>();
    /// Of peers that ask for no trait.
    private final Places untraceable;

    private final List<Entry> forAnyone = new ArrayList<>();
    private final TreeSet<Integer> ipv4Prefixes = new TreeSet<>();
    private final TreeSet<Integer> ipv6Prefixes = new TreeSet<>();

    /// @param position of the rule among all
    private record Entry(int position, CompiledRule rule) {}

    /// @param entries of the rules it stands in, in their order
    private record Peer(CompiledPeer peer, List<Entry> entries) {}

    private record Places(int first, int end) {
        static final Places NONE = new Places(0, 0);
    }

    /// Where a trait of the other end leads.
    ///
    /// @param asking peers that may match
    /// @param refusing peers that do not match whoever has the trait
    private record Lead(Places asking, List<Places> refusing) {}

    /// @param rules in the order in which the first one that matches is wanted
    RuleIndex(List<CompiledRule> rules) {
        var byPeer = new LinkedHashMap<CompiledPeer, List<Entry>>();
        for (var position = 0; position < rules.size(); position++) {
            var entry = new Entry(position, rules.get(position));
            if (entry.rule.peers().isEmpty()) {
                forAnyone.add(entry);
            }
            entry.rule
                    .peers()
                    .forEach(peer -> byPeer.computeIfAbsent(peer, _ -> new ArrayList<>(1))
                            .add(entry));
        }
        var filed = new Filed(byPeer);
        untraceable = place(filed.untraceable);
        filed.byTrait.forEach((trait, found) -> {
            leads.put(trait, new Lead(place(found), List.of()));
            if (trait instanceof Trait.Network(Cidr cidr)) {
                (cidr.address() instanceof Inet4Address ? ipv4Prefixes : ipv6Prefixes).add(cidr.prefixLength());
            }
        });
        refusing()
                .forEach((trait, places) -> leads.merge(
                        trait,
                        new Lead(Places.NONE, places),
                        (asked, refused) -> new Lead(asked.asking, refused.refusing)));
    }

    /// Peers by the rarest trait they ask for, in the order of the first rule of each.
    private static final class Filed {
        private final Map<Trait, List<Peer>> byTrait = new LinkedHashMap<>();
        private final List<Peer> untraceable = new ArrayList<>();

        Filed(Map<CompiledPeer, List<Entry>> byPeer) {
            var uses = new HashMap<Trait, Integer>();
            byPeer.keySet().stream()
                    .flatMap(peer -> peer.traits().stream())
                    .flatMap(List::stream)
                    .forEach(trait -> uses.merge(trait, 1, Integer::sum));
            byPeer.forEach((peer, entries) -> file(new Peer(peer, entries), uses));
        }

        private void file(Peer each, Map<Trait, Integer> uses) {
            each.peer.traits().stream()
                    .min(comparingInt(traits -> traits.stream()
                            .mapToInt(trait -> uses.getOrDefault(trait, 0))
                            .sum()))
                    .ifPresentOrElse(
                            rarest -> rarest.stream()
                                    .distinct()
                                    .forEach(trait -> byTrait.computeIfAbsent(trait, _ -> new ArrayList<>(1))
                                            .add(each)),
                            () -> untraceable.add(each));
        }
    }

    private Places place(List<Peer> shelf) {
        var first = peers.size();
        peers.addAll(shelf);
        return new Places(first, peers.size());
    }

    private Map<Trait, List<Places>> refusing() {
        var refusing = new HashMap<Trait, List<Places>>();
        for (var place = 0; place < peers.size(); place++) {
            for (var trait : peers.get(place).peer.refusals()) {
                append(refusing.computeIfAbsent(trait, _ -> new ArrayList<>(1)), place);
            }
        }
        return refusing;
    }

    /// @param place not before any that was appended
    private static void append(List<Places> all, int place) {
        if (!all.isEmpty() && place <= all.getLast().end) {
            all.set(all.size() - 1, new Places(all.getLast().first, place + 1));
        } else {
            all.add(new Places(place, place + 1));
        }
    }

    Optional<CompiledRule> first(Flow flow) {
        var search = new Search(flow);
        search.follow(Trait.Owner.CLUSTER, flow.cluster());
        flow.identity().ifPresent(identity -> {
            search.follow(Trait.Owner.NAMESPACE, identity.namespace());
            search.follow(Trait.Owner.POD, identity.pod());
            identity.serviceAccount().ifPresent(account -> search.follow(new Trait.ServiceAccount(account)));
        });
        flow.address().ifPresent(address -> {
            for (var length : address instanceof Inet4Address ? ipv4Prefixes : ipv6Prefixes) {
                search.follow(new Trait.Network(Cidr.of(address, length)));
            }
        });
        return search.first();
    }

    /// For one flow.
    private final class Search {
        private final Flow flow;
        private final List<Places> asking = new ArrayList<>();
        private final BitSet refused = new BitSet();
        private @Nullable Entry best;

        Search(Flow flow) {
            this.flow = flow;
        }

        void follow(Trait.Owner owner, KnownLabels labels) {
            labels.forEach((key, value) -> {
                follow(new Trait.Label(owner, key, value));
                follow(new Trait.Key(owner, key));
            });
        }

        /// @param trait that the other end has
        void follow(Trait trait) {
            var lead = leads.get(trait);
            if (lead != null) {
                asking.add(lead.asking);
                lead.refusing.forEach(places -> refused.set(places.first, places.end));
            }
        }

        /// After all traits were followed: what is refused is known by then.
        Optional<CompiledRule> first() {
            firstToPort(forAnyone).ifPresent(entry -> best = entry);
            among(untraceable);
            asking.forEach(this::among);
            return Optional.ofNullable(best).map(Entry::rule);
        }

        private void among(Places places) {
            for (var i = refused.nextClearBit(places.first); i < places.end; i = refused.nextClearBit(i + 1)) {
                var each = peers.get(i);
                if (isTooLate(each.entries.getFirst())) {
                    return;
                }
                firstToPort(each.entries).filter(_ -> each.peer.matches(flow)).ifPresent(entry -> best = entry);
            }
        }

        /// The first that is about the port and comes before the best so far.
        private Optional<Entry> firstToPort(List<Entry> entries) {
            for (var entry : entries) {
                if (isTooLate(entry)) {
                    break;
                }
                if (entry.rule.matchesPort(flow)) {
                    return Optional.of(entry);
                }
            }
            return Optional.empty();
        }

        private boolean isTooLate(Entry entry) {
            return best != null && best.position <= entry.position;
        }
    }
}
