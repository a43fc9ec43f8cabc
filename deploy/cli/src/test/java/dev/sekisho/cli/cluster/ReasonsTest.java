package dev.sekisho.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonsTest {
    private static final String FILE = "c1/ca/ca.key";

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NoSuchFileException(FILE), FILE + " is not there"),
                Arguments.of(new AccessDeniedException(FILE), FILE + ": permission denied"),
                Arguments.of(new NotDirectoryException(FILE), FILE + " is not a folder"),
                Arguments.of(new FileAlreadyExistsException(FILE), FILE + " is in the way"),
                Arguments.of(new FileSystemException(FILE, null, "No space left"), FILE + ": No space left"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_file_that_cannot_be_used_is_named_once_with_the_reason(FileSystemException failure, String words) {
        assertThat(Reasons.of(failure)).isEqualTo(words);
        assertThat(Reasons.of(Path.of("c1"), failure)).isEqualTo(words);
    }

    @Test
    void a_failure_that_names_no_file_is_told_of_the_one_that_was_read() {
        assertThat(Reasons.of(Path.of(FILE), new IOException("Is a directory"))).isEqualTo(FILE + ": Is a directory");
        assertThat(Reasons.of(Path.of(FILE), new MalformedInputException(1))).isEqualTo(FILE + " is no UTF-8 text");
    }
}
