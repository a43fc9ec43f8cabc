package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.names.ClusterName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Objects at the borders of what is valid. What is expected of each is what a real API server says, which an
/// end-to-end test of the same name asks it.
class BorderObjectsTest {
    private static final String ACCEPTED = "# accepted: ";

    static Stream<String> objects() throws IOException {
        try (var in =
                Objects.requireNonNull(BorderObjectsTest.class.getResourceAsStream("/apiserver/border-objects.yaml"))) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("(?m)^---\n", -1)).skip(1);
        }
    }

    @ParameterizedTest
    @MethodSource("objects")
    void a_folder_says_of_an_object_what_an_api_server_says(String object) {
        var problems = new ArrayList<Problem>();

        new ObjectReader(new ClusterName("tokyo"), List.of("IPv4", "IPv6")).read("a.yaml", object, problems::add);

        assertThat(problems.isEmpty()).as(() -> object + problems).isEqualTo(object.startsWith(ACCEPTED));
    }
}
