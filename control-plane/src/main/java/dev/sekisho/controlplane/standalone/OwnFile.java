package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.standalone.AtomicFile.Durability;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// A file that the control plane writes: a `v1` List of objects in YAML. Written only when it differs. Confined to one
/// thread, which it blocks.
final class OwnFile {
    private static final Logger log = LoggerFactory.getLogger(OwnFile.class);
    private static final String HEAD = "# Written by Sekisho's control plane; what is changed here is overwritten.\n";
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER, YAMLWriteFeature.SPLIT_LINES)
            .build();

    private final Path folder;
    private final String name;
    private final Path path;
    private final Durability durability;
    private Optional<String> written = Optional.empty();

    OwnFile(Path folder, String name, Durability durability) {
        this.folder = folder;
        this.name = name;
        this.path = folder.resolve(name);
        this.durability = durability;
    }

    /// The objects an earlier run has written; none when the file is not there or is damaged, because a file of ours
    /// must not keep us from starting.
    List<ObjectNode> read() {
        if (!Files.exists(path)) {
            return List.of();
        }
        var problems = new ArrayList<Problem>();
        try {
            var text = Files.readString(path);
            var items = new ArrayList<ObjectNode>();
            for (var document : YamlText.documents(name, text, problems::add).orElse(List.of())) {
                document.content()
                        .path("items")
                        .valueStream()
                        .filter(JsonNode::isObject)
                        .forEach(item -> items.add((ObjectNode) item));
            }
            if (problems.isEmpty()) {
                written = Optional.of(text);
                return items;
            }
        } catch (IOException e) {
            problems.add(new Problem(name, 0, "", FolderListing.reason(e)));
        }
        log.atWarn()
                .addKeyValue("file", path)
                .addKeyValue("reason", problems.getFirst())
                .log("A file of the control plane's own is damaged; it is made anew");
        return List.of();
    }

    void write(Collection<ObjectNode> items) throws IOException {
        var list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        list.putArray("items").addAll(items);
        var text = HEAD + YAML.writeValueAsString(list);
        if (written.filter(text::equals).isEmpty() || !Files.exists(path)) {
            AtomicFile.write(folder, name, text, durability);
            written = Optional.of(text);
        }
    }
}
