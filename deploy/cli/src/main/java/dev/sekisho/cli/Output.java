package dev.sekisho.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// How a command prints what a program told it.
enum Output {
    YAML,
    JSON;

    private static final YAMLMapper YAML_MAPPER = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    /// Without a line break at the end.
    String render(JsonNode value) {
        return switch (this) {
            case YAML -> YAML_MAPPER.writeValueAsString(value).stripTrailing();
            case JSON -> JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value);
        };
    }
}
