package dev.sekisho.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoAddressesTest {
    @Test
    void two_demos_that_begin_together_do_not_get_the_same_networks() {
        try (var first = DemoAddresses.freePair();
                var second = DemoAddresses.freePair()) {
            assertThat(Stream.of(first.tokyo(), first.osaka(), second.tokyo(), second.osaka()))
                    .doesNotHaveDuplicates();
        }
    }
}
