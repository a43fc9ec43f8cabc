package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.standalone.FileVersions.Defined;
import dev.sekisho.controlplane.yaml.Problem;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileVersionsTest {
    @Test
    void an_object_may_move_from_one_file_to_another_in_one_go() {
        var before = FileVersions.NONE
                .read("a", namespaces("x", "y"))
                .read("b", namespaces("z"))
                .decide();

        var after = before.read("a", namespaces("x"))
                .read("b", namespaces("z", "y"))
                .decide();

        assertThat(after.problems()).isEmpty();
        assertThat(inForce(after)).isEqualTo(Map.of("a", List.of("x"), "b", List.of("z", "y")));
    }

    @Test
    void two_files_may_swap_their_objects() {
        var before = FileVersions.NONE
                .read("a", namespaces("x"))
                .read("b", namespaces("y"))
                .decide();

        var after = before.read("a", namespaces("y")).read("b", namespaces("x")).decide();

        assertThat(inForce(after)).isEqualTo(Map.of("a", List.of("y"), "b", List.of("x")));
    }

    @Test
    void a_file_that_must_keep_its_old_version_keeps_what_others_wanted_of_it() {
        var before = FileVersions.NONE
                .read("a", namespaces("x"))
                .read("b", namespaces("y"))
                .read("c", namespaces("z"))
                .decide();

        var after = before.read("b", namespaces("x")).read("a", namespaces("z")).decide();

        assertThat(inForce(after)).isEqualTo(Map.of("a", List.of("x"), "b", List.of("y"), "c", List.of("z")));
        assertThat(after.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "a:1: metadata.name: Namespace z is already given in c:1",
                        "b:1: metadata.name: Namespace x is already given in a:1");
    }

    @Test
    void a_refused_file_is_in_force_as_it_was() {
        var before = FileVersions.NONE.read("a", namespaces("x")).decide();

        var after =
                before.refuse("a", List.of(new Problem("a", 3, "", "is wrong"))).decide();

        assertThat(inForce(after)).isEqualTo(Map.of("a", List.of("x")));
        assertThat(after.problems()).containsExactly(new Problem("a", 3, "", "is wrong"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatever_happens_no_object_is_in_force_twice_and_no_sound_file_without_rivals_is_refused(long seed) {
        var random = new Random(seed);
        var versions = FileVersions.NONE;
        for (var step = 0; step < 500; step++) {
            for (var changes = random.nextInt(1, 4); changes > 0; changes--) {
                var file = "file" + random.nextInt(4);
                var names = random.ints(random.nextInt(4), 0, 6)
                        .distinct()
                        .mapToObj(number -> "n" + number)
                        .toArray(String[]::new);
                versions = switch (random.nextInt(5)) {
                    case 0 -> versions.remove(file);
                    case 1 -> versions.refuse(file, List.of(new Problem(file, 1, "", "is wrong")));
                    default -> versions.read(file, namespaces(names));
                };
            }
            versions = versions.decide();

            assertThat(versions.definitions()).as("seed %s step %s", seed, step).doesNotHaveDuplicates();
            versions.files()
                    .forEach((file, each) -> assertThat(each.problems().isEmpty())
                            .as("seed %s, %s", seed, file)
                            .isEqualTo(
                                    each.newest().isPresent() && each.newest().equals(each.inForce())));
        }
    }

    private static List<Defined> namespaces(String... names) {
        return Arrays.stream(names)
                .map(name -> new Defined(1, new Definition.Namespace(name, Map.of(), Optional.empty())))
                .toList();
    }

    private static Map<String, List<String>> inForce(FileVersions versions) {
        var inForce = new HashMap<String, List<String>>();
        versions.files()
                .forEach((file, each) -> inForce.put(
                        file,
                        each.inForce().orElse(List.of()).stream()
                                .map(defined -> defined.definition().key().name())
                                .toList()));
        return inForce;
    }
}
