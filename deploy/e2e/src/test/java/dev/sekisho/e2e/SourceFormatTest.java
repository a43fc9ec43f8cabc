package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The format gate. To mend what it names: `mvn -pl deploy/e2e -am test -Dtest=SourceFormatTest -Dformat=apply
/// -Dsurefire.failIfNoSpecifiedTests=false`.
class SourceFormatTest {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    @Test
    void every_source_file_is_formatted() throws Exception {
        var apply = System.getProperty("format", "check").equals("apply");
        var unformatted = new ArrayList<Path>();

        for (var source : sources()) {
            var text = Files.readString(source);
            var formatted = format(text);
            if (!formatted.equals(text)) {
                if (apply) {
                    Files.writeString(source, formatted);
                } else {
                    unformatted.add(source);
                }
            }
        }

        assertThat(unformatted).as("files that -Dformat=apply would change").isEmpty();
    }

    private static String format(String text) throws FormatterException {
        var imports = ImportOrderer.reorderImports(
                RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.PALANTIR);
        return FORMATTER.formatSource(imports);
    }

    private static List<Path> sources() throws IOException {
        var root = Path.of(System.getProperty("sekisho.root"));
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !root.relativize(file).toString().contains("target/"))
                    .toList();
        }
    }
}
