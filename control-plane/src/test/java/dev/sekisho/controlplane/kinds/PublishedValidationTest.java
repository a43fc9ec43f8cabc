package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.sekisho.policy.Cidr;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What the API server accepts and refuses, and how its selectors and address blocks match, as its own tests say.
class PublishedValidationTest {
    @TestFactory
    Stream<DynamicTest> a_policy_is_refused_exactly_when_the_api_server_refuses_it() {
        return PublishedCases.each("np-validation.jsonl", published -> {
            var policy = PublishedCases.JSON.treeToValue(published.path("policy"), NetworkPolicy.class);

            var problems = NetworkPolicies.problems(policy);

            assertThat(problems.isEmpty())
                    .as("%s, found %s", published.path("name").asString(), problems)
                    .isEqualTo(published.path("valid").asBoolean());
            if (problems.isEmpty()) {
                assertThat(NetworkPolicies.policy(policy).isolates()).isNotEmpty();
            } else {
                assertThat(problems)
                        .allSatisfy(problem -> assertThat(problem.field()).startsWith("spec."));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> a_label_selector_matches_what_the_api_servers_does() {
        return PublishedCases.each("label-selector.jsonl", published -> {
            // A selector that is not there selects nothing; an empty one selects everything.
            var selector = Optional.ofNullable(
                    PublishedCases.JSON.treeToValue(published.path("selector"), LabelSelector.class));
            var problems = new FieldProblems();
            selector.ifPresent(present -> LabelSelectors.check(problems, "selector", present));
            assertThat(problems.found().isEmpty())
                    .isNotEqualTo(published.path("error").asBoolean(false));

            if (problems.found().isEmpty()) {
                var labels = PublishedReachabilityTest.labels(published.path("labels"));
                assertThat(selector.map(LabelSelectors::selector)
                                .filter(compiled -> compiled.matches(labels))
                                .isPresent())
                        .isEqualTo(published.path("match").asBoolean());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> an_address_block_holds_the_addresses_it_should() {
        return PublishedCases.each("cidr.jsonl", published -> {
            var block = Cidr.parse(published.path("cidr").asString());

            assertThat(block.contains(
                            InetAddresses.forString(published.path("ip").asString())))
                    .isEqualTo(published.path("member").asBoolean());
        });
    }
}
