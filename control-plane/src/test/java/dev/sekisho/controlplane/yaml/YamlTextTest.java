package dev.sekisho.controlplane.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        80      | 80
        0x10    | 16
        '80'    | "80"
        1.5     | 1.5
        true    | true
        yes     | true
        Off     | false
        y       | true
        "y"     | "y"
        0120    | 80
        -0x10   | -16
        0b101   | 5
        1_000   | 1000
        089     | 89
        80.0    | 80
        1e2     | 100
        1:30    | "1:30"
        1.2.3   | "1.2.3"
        _1      | "_1"
        yess    | "yess"
        ~       | null
        2026-01-01 | "2026-01-01"
        12345678901234567890 | 12345678901234567890
        !!str 80 | "80"
        {a: &x [1, b], c: *x} | {"a":[1,"b"],"c":[1,"b"]}
        """)
    void values_keep_their_type(String yaml, String json) {
        var documents = YamlText.documents("a.yaml", "value: " + yaml, problem -> {
            throw new AssertionError(problem.toString());
        });

        assertThat(documents.orElseThrow().getFirst().content().path("value").toString())
                .isEqualTo(json);
    }

    @Test
    void the_line_of_a_field_is_that_of_its_key_or_of_what_is_around_it() {
        var document = YamlText.documents("a.yaml", """
            # first
            a:
              b: 1
              c:
                - d: 1
                - e:
                    2
            """, _ -> {}).orElseThrow().getFirst();

        assertThat(document.lineOf("a")).isEqualTo(2);
        assertThat(document.lineOf("a.c")).isEqualTo(4);
        assertThat(document.lineOf("a.c[1]")).isEqualTo(6);
        assertThat(document.lineOf("a.c[1].e")).isEqualTo(6);
        assertThat(document.lineOf("a.c[1].f.g")).isEqualTo(6);
        assertThat(document.lineOf("x.y")).isEqualTo(2);
    }

    @Test
    void text_that_unfolds_without_end_is_refused() {
        var laughs = new StringBuilder("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (var i = 1; i < 10; i++) {
            var alias = "*a" + (i - 1);
            laughs.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(10, alias))));
        }

        assertThat(problem(laughs.toString())).contains("the file holds more than 500000 values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "a:\n"})
    void text_that_nests_without_end_is_refused(String opening) {
        var deep = opening.endsWith("\n")
                ? IntStream.range(0, 200).mapToObj(i -> " ".repeat(i) + opening).collect(Collectors.joining())
                : opening.repeat(20_000);

        assertThat(problem(deep)).contains("is nested deeper than 64 levels");
    }

    @Test
    void an_alias_may_not_nest_deeper_than_text() {
        var chain = new StringBuilder("a0: &a0 [1]\n");
        for (var i = 1; i < 100; i++) {
            chain.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
        }

        assertThat(problem(chain.toString())).contains("is nested deeper than 64 levels");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        a: *x          | a.yaml:1: a: refers to 'x', which is not defined above
        ? [a] : 1      | a.yaml:1: has a key that is no plain text
        a: !!map {}    | a.yaml:1: a: has the tag tag:yaml.org,2002:map, which is not understood
        a: !secret b   | a.yaml:1: a: has the tag !secret, which is not understood
        yes: 1         | a.yaml:1: yes: is a key that YAML does not take for text, but for true: put it in quotes
        010: 1         | a.yaml:1: 010: is a key that YAML does not take for text, but for 8: put it in quotes
        ~: 1           | a.yaml:1: ~: is a key that YAML does not take for text, but for null: put it in quotes
        a: 1e999       | a.yaml:1: a: is no number that can be used: '1e999'
        a: !!int x     | a.yaml:1: a: is not what its tag says: 'x'
        a: .inf        | a.yaml:1: a: is no number that can be used: '.inf'
        """)
    void what_is_not_understood_is_refused(String yaml, String told) {
        assertThat(problem(yaml)).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void random_and_cut_off_text_is_read_or_refused_but_never_breaks_the_reader(long seed) {
        var random = new Random(seed);
        var policy = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: db, namespace: shop}
            spec:
              podSelector: {matchLabels: {role: db}}
              ingress:
                - from: [{podSelector: {matchLabels: {role: frontend}}}]
                  ports: [{protocol: TCP, port: 6379}]
            """;
        var alphabet = "ab1:-[]{}&*!|>'\"#%@`,? \n\t~\u0000\u0085\ufeffé";
        for (var round = 0; round < 3000; round++) {
            var text = new StringBuilder();
            random.ints(random.nextInt(60), 0, alphabet.length()).forEach(i -> text.append(alphabet.charAt(i)));
            var cut = policy.substring(0, random.nextInt(policy.length()));
            for (var yaml : new String[] {text.toString(), cut, cut + text}) {
                var problems = new ArrayList<Problem>();

                var documents = YamlText.documents("a.yaml", yaml, problems::add);

                assertThat(documents.isEmpty()).as("seed %s: %s", seed, yaml).isEqualTo(!problems.isEmpty());
            }
        }
    }

    private static String problem(String yaml) {
        var problems = new ArrayList<Problem>();
        YamlText.documents("a.yaml", yaml, problems::add);
        assertThat(problems).hasSize(1);
        return problems.getFirst().toString();
    }
}
