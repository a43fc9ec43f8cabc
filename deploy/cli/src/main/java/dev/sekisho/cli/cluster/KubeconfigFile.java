package dev.sekisho.cli.cluster;

import dev.sekisho.cli.UserError;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What of a kubeconfig file can be wrong before it is known which cluster is meant. Nothing that stands in the file is
/// repeated, as it may be a token.
final class KubeconfigFile {
    private static final int MAX_BYTES = 3 << 20;
    private static final int MAX_PORT = 65_535;

    /// By list: the object that each of its entries holds beside a name, and which of that one's fields are base64.
    private static final Map<String, Map<String, List<String>>> LISTS = Map.of(
            "clusters", Map.of("cluster", List.of("certificate-authority-data")),
            "contexts", Map.of("context", List.of()),
            "users", Map.of("user", List.of("client-certificate-data", "client-key-data")));

    private KubeconfigFile() {}

    /// @throws UserError naming the file and what of it is wrong
    static void check(Path file) {
        wrong(file).ifPresent(reason -> {
            throw new UserError("kubeconfig " + reason);
        });
    }

    private static Optional<String> wrong(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.of(file + " is larger than " + MAX_BYTES + " bytes");
            }
            return wrongIn(YAMLMapper.shared().readTree(Files.readString(file))).map(reason -> file + ": " + reason);
        } catch (IOException e) {
            return Optional.of(Reasons.of(file, e));
        } catch (JacksonException e) {
            var line = Optional.ofNullable(e.getLocation())
                    .map(TokenStreamLocation::getLineNr)
                    .filter(number -> number > 0);
            return Optional.of(file + line.map(number -> ":" + number).orElse("") + " is no YAML");
        }
    }

    private static Optional<String> wrongIn(JsonNode file) {
        if (!file.isObject()) {
            return Optional.of("it must be a mapping with clusters, contexts and users");
        }
        var current = file.path("current-context");
        if (!isTextOrNothing(current)) {
            return Optional.of("current-context must be a text");
        }
        return LISTS.entrySet().stream()
                .flatMap(list -> wrongIn(list.getKey(), file.path(list.getKey()), list.getValue()).stream())
                .findFirst();
    }

    private static Optional<String> wrongIn(String name, JsonNode list, Map<String, List<String>> holds) {
        if (isNothing(list)) {
            return Optional.empty();
        }
        if (!list.isArray()) {
            return Optional.of(name + " must be a list");
        }
        for (var i = 0; i < list.size(); i++) {
            var entry = list.get(i);
            var field = name + "[" + i + "]";
            if (!entry.path("name").isString()) {
                return Optional.of(field + ".name must be a text");
            }
            for (var held : holds.entrySet()) {
                var wrong = wrongIn(field + "." + held.getKey(), entry.path(held.getKey()), held.getValue());
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> wrongIn(String name, JsonNode held, List<String> base64) {
        if (!held.isObject() && !isNothing(held)) {
            return Optional.of(name + " must be a mapping");
        }
        if (name.endsWith(".cluster") && !isServer(held.path("server").asString(""))) {
            return Optional.of(name + ".server must be a URL such as https://HOST:PORT");
        }
        return base64.stream()
                .filter(field -> !isBase64(held.path(field)))
                .map(field -> name + "." + field + " must be base64")
                .findFirst();
    }

    private static boolean isServer(String text) {
        try {
            var server = new URI(text.contains("://") ? text : "https://" + text);
            return Set.of("http", "https").contains(server.getScheme())
                    && server.getHost() != null
                    && server.getPort() <= MAX_PORT;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static boolean isBase64(JsonNode field) {
        try {
            return isTextOrNothing(field)
                    && Base64.getDecoder().decode(field.asString("").replaceAll("\\s", "")).length
                            <= field.asString("").length();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean isTextOrNothing(JsonNode field) {
        return field.isString() || isNothing(field);
    }

    private static boolean isNothing(JsonNode field) {
        return field.isMissingNode() || field.isNull();
    }
}
