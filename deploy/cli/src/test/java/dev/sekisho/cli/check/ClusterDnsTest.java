package dev.sekisho.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a Corefile says of the clusterset's zone.
class ClusterDnsTest {
    private static final String PLAIN = """
        .:53 {
            errors
            kubernetes cluster.local in-addr.arpa ip6.arpa {
                pods insecure
                fallthrough in-addr.arpa ip6.arpa
            }
            cache 30
        }
        """;

    @Test
    void a_usual_corefile_lacks_the_zone_and_can_be_edited() {
        assertThat(new Corefile(PLAIN).answersZone()).isFalse();
        assertThat(new Corefile(PLAIN).isEditable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".:53 {\n kubernetes cluster.local clusterset.local {\n  multicluster clusterset.local\n }\n}",
                ".:53 {\n multicluster clusterset.local\n}",
                "clusterset.local:53 {\n forward . 10.96.0.53\n}",
                "other.example clusterset.local. {\n forward . 10.96.0.53\n}"
            })
    void each_way_to_answer_the_zone_is_known(String corefile) {
        assertThat(new Corefile(corefile).answersZone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".:53 {\n kubernetes cluster.local clusterset.local {\n }\n}",
                ".:53 {\n kubernetes cluster.local {\n  # multicluster clusterset.local\n }\n}",
                ".:53 {\n kubernetes cluster.local {\n  multicluster other.local\n }\n}",
                "not-clusterset.local:53 {\n forward . 10.96.0.53\n}",
                ""
            })
    void what_only_looks_like_it_does_not_answer(String corefile) {
        assertThat(new Corefile(corefile).answersZone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {".:53 {\n kubernetes\n}", "cluster.local {\n kubernetes {\n }\n}", ".:53 {\n whoami\n}"})
    void where_the_edit_has_no_place_a_person_must_do_it(String corefile) {
        assertThat(new Corefile(corefile).isEditable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "registry.k8s.io/coredns/coredns:v1.11.3, true",
        "registry.k8s.io/coredns/coredns:v1.12.1, true",
        "registry.k8s.io/coredns/coredns:v1.12.2, false",
        "localhost:5000/coredns:1.15.0,           false",
        "docker.io/rancher/coredns:1.9.4-build1,  true",
        "example.com/coredns@sha256:abcdef,       false"
    })
    void a_coredns_that_would_not_start_with_the_zone_is_told(String image, boolean tooOld) {
        assertThat(ClusterDns.isTooOld(image)).isEqualTo(tooOld);
    }
}
