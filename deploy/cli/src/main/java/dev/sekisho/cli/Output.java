package dev.sekisho.cli;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// How a command prints what it found.
enum Output {
    /// For people; what it looks like may change.
    TEXT,
    YAML,
    JSON;

    private static final YAMLMapper YAML_MAPPER = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    /// Without a line break at the end.
    ///
    /// @param text how it reads as text
    String render(JsonNode value, Function<JsonNode, String> text) {
        return switch (this) {
            case TEXT -> text.apply(value);
            case YAML -> YAML_MAPPER.writeValueAsString(value).stripTrailing();
            case JSON -> JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value);
        };
    }
}
