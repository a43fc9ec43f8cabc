package dev.sekisho.controlplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ServiceName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerivedNameTest {
    @Test
    void it_is_the_same_each_time_and_shows_whose_it_is() {
        assertThat(DerivedName.of(new ServiceName("shop", "db"))).isEqualTo("sekisho-db-7bdc25d169");
    }

    @Test
    void what_is_of_no_service_has_another_name_than_the_service() {
        var imported = new ServiceName("shop", "db");

        assertThat(DerivedName.ofNoService(imported))
                .isNotEqualTo(DerivedName.of(imported))
                .startsWith("sekisho-db-")
                .hasSameSizeAs(DerivedName.of(imported));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 43, 44, 45, 63})
    void it_is_a_service_name_whatever_the_length_of_the_imports(int length) {
        assertThat(DerivedName.of(new ServiceName("shop", "a".repeat(length))))
                .matches("[a-z]([-a-z0-9]*[a-z0-9])?")
                .hasSizeLessThanOrEqualTo(63);
    }

    @Test
    void names_that_look_alike_when_shortened_stay_apart() {
        var one = DerivedName.of(new ServiceName("shop", "a".repeat(60) + "-x"));
        var other = DerivedName.of(new ServiceName("shop", "a".repeat(60) + "-y"));

        assertThat(one).isNotEqualTo(other);
    }
}
