package dev.sekisho.policy.codec;

import static dev.sekisho.policy.Given.block;
import static dev.sekisho.policy.Given.ingress;
import static dev.sekisho.policy.Given.pods;
import static dev.sekisho.policy.Given.rule;
import static dev.sekisho.policy.Given.selector;
import static dev.sekisho.policy.Given.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.compiled.RandomPolicies;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyCodecTest {
    private final NamespacedPolicy policy = ingress(
            "shop/db",
            "role=db",
            rule(
                    List.of(
                            pods(selector("role", Operator.NOT_IN, "batch", "test")),
                            block("10.0.0.0/8", "10.1.0.0/16")),
                    tcp(6379),
                    tcp("redis")));

    @Test
    void what_is_written_is_read_again() {
        assertThat(PolicyCodec.fromWire(PolicyCodec.toWire(policy))).isEqualTo(policy);
    }

    @Test
    void an_unknown_protocol_is_an_error_that_names_policy_and_field() {
        assertUnreadable(
                message -> message.getIngressBuilder(0).getPortsBuilder(1).setProtocolValue(7),
                "policy shop/db cannot be read: ingress[0].ports[1].protocol");
    }

    @Test
    void an_unspecified_protocol_is_an_error() {
        assertUnreadable(
                message -> message.getIngressBuilder(0).getPortsBuilder(0).clearProtocol(),
                "ingress[0].ports[0].protocol");
    }

    @Test
    void an_unknown_operator_is_an_error_that_names_the_field() {
        assertUnreadable(
                message -> message.getIngressBuilder(0)
                        .getPeersBuilder(0)
                        .getPodsBuilder()
                        .getPodsBuilder()
                        .getMatchExpressionsBuilder(0)
                        .setOperatorValue(9),
                "ingress[0].peers[0].pods.pods.match_expressions[0].operator is unknown: 9");
    }

    @Test
    void a_peer_of_no_known_kind_is_an_error() {
        assertUnreadable(
                message -> message.getIngressBuilder(0).getPeersBuilder(1).clear(),
                "ingress[0].peers[1] is of no known kind");
    }

    @Test
    void a_port_out_of_range_and_a_block_that_is_none_are_errors() {
        assertUnreadable(
                message -> message.getIngressBuilder(0).getPortsBuilder(0).setNumber(-1), "ingress[0].ports[0]: port");
        assertUnreadable(
                message -> message.getIngressBuilder(0)
                        .getPortsBuilder(0)
                        .setNumber(80)
                        .setEndPort(79),
                "ingress[0].ports[0]: endPort");
        assertUnreadable(
                message -> message.getIngressBuilder(0)
                        .getPeersBuilder(1)
                        .getBlockBuilder()
                        .setExcept(0, "somewhere"),
                "ingress[0].peers[1].block.except[0]: must be a CIDR");
    }

    @Test
    void a_missing_subject_is_an_error_and_not_everything() {
        assertUnreadable(dev.sekisho.policy.v1.Policy.Builder::clearSubject, "subject is missing");
    }

    @Test
    void a_field_that_a_newer_version_added_anywhere_is_an_error() {
        var newer = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        var sent = PolicyCodec.toWire(policy).toBuilder().clearDigest();
        sent.getIngressBuilder(0).getPeersBuilder(0).getPodsBuilder().setUnknownFields(newer);
        // As the newer version would, which knows the field.
        sent.setDigest(MessageDigest.of(sent.build()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PolicyCodec.fromWire(sent.build()))
                .withMessageContaining("digest");
    }

    @Test
    void invariant_3_a_message_cut_short_anywhere_is_an_error() {
        var bytes = PolicyCodec.toWire(policy).toByteArray();

        for (var length = 0; length < bytes.length; length++) {
            var cut = Arrays.copyOf(bytes, length);
            assertThat(readable(cut))
                    .as("first %d of %d bytes", length, bytes.length)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void invariant_3_damaged_bytes_are_an_error_or_the_same_policy(long seed) throws InvalidProtocolBufferException {
        var random = new Random(seed);
        var original = RandomPolicies.seeded(seed).policy();
        var intact = PolicyCodec.toWire(original).toByteArray();

        for (var round = 0; round < 500; round++) {
            var damaged = intact.clone();
            for (var i = 0; i <= random.nextInt(3); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            if (readable(damaged)) {
                assertThat(PolicyCodec.fromWire(dev.sekisho.policy.v1.Policy.parseFrom(damaged)))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(original);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void random_bytes_are_an_error(long seed) {
        var random = new Random(seed);

        for (var round = 0; round < 500; round++) {
            var bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            assertThat(readable(bytes)).as("seed %d round %d", seed, round).isFalse();
        }
    }

    private static boolean readable(byte[] bytes) {
        try {
            PolicyCodec.fromWire(dev.sekisho.policy.v1.Policy.parseFrom(bytes));
            return true;
        } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
            return false;
        }
    }

    private void assertUnreadable(Consumer<dev.sekisho.policy.v1.Policy.Builder> damage, String reason) {
        var message = PolicyCodec.toWire(policy).toBuilder();
        damage.accept(message);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PolicyCodec.fromWire(message.build()))
                .withMessageContaining(reason);
    }
}
