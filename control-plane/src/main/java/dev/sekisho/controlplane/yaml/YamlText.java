package dev.sekisho.controlplane.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads YAML into trees as kubectl does ([PlainScalar]), strictly: a key that stands twice is refused, and so is text
/// that unfolds to more than [#MAX_NODES] values or is nested deeper than [#MAX_DEPTH]. Values keep their type: `"80"`
/// is no number.
public final class YamlText {
    public static final int MAX_BYTES = 8 << 20;
    public static final int MAX_NODES = 500_000;
    public static final int MAX_DEPTH = 64;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(MAX_BYTES).build();

    private final String file;
    private final Iterator<Event> events;
    private Map<String, Integer> lines = new HashMap<>();
    private Map<String, String> written = new HashMap<>();
    private Map<Anchor, Anchored> anchors = new HashMap<>();
    private int nodes;
    private int deepest;

    private YamlText(String file, String text) {
        this.file = file;
        this.events = new Parse(SETTINGS).parseString(text).iterator();
    }

    /// @return the documents that hold anything; none when a problem was reported
    public static Optional<List<YamlDocument>> documents(String file, String text, Consumer<Problem> problems) {
        try {
            return Optional.of(new YamlText(file, text).documents());
        } catch (Refused e) {
            problems.accept(e.problem);
        } catch (MarkedYamlEngineException e) {
            var line =
                    e.getProblemMark().or(e::getContextMark).map(YamlText::line).orElse(0);
            problems.accept(new Problem(file, line, "", "is no valid YAML: " + e.getProblem()));
        } catch (YamlEngineException e) {
            problems.accept(new Problem(
                    file,
                    0,
                    "",
                    "is no valid YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
        return Optional.empty();
    }

    /// A value in words, short enough for a message.
    public static String shown(JsonNode value) {
        if (value.isContainer()) {
            return value.isArray() ? "a list" : "a mapping";
        }
        var text = value.asString("");
        return "'" + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + "'";
    }

    private List<YamlDocument> documents() throws Refused {
        var documents = new ArrayList<YamlDocument>();
        while (events.hasNext()) {
            if (events.next().getEventId() == Event.ID.DocumentStart) {
                lines = new HashMap<>();
                written = new HashMap<>();
                anchors = new HashMap<>();
                var first = events.next();
                var content = node(first, "", 0);
                if (!content.isNull()) {
                    documents.add(new YamlDocument(file, line(first), content, lines, written));
                }
            }
        }
        return documents;
    }

    private JsonNode node(Event event, String path, int depth) throws Refused {
        nodes++;
        requireBounds(event, path, depth);
        lines.putIfAbsent(path, line(event));
        if (event instanceof AliasEvent alias) {
            return unfold(alias, path, depth);
        }
        var nodesBefore = nodes;
        var deepestOutside = deepest;
        deepest = depth;
        var node = event instanceof ScalarEvent scalar
                ? scalar(scalar, path)
                : event.getEventId() == Event.ID.SequenceStart
                        ? sequence((CollectionStartEvent) event, path, depth)
                        : mapping((CollectionStartEvent) event, path, depth);
        var anchored = new Anchored(node, nodes - nodesBefore, deepest - depth);
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, anchored));
        deepest = Math.max(deepest, deepestOutside);
        return node;
    }

    // An alias counts as all that it stands for, or a few lines could unfold to more than the memory holds.
    private JsonNode unfold(AliasEvent alias, String path, int depth) throws Refused {
        var anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            throw refused(alias, path, "refers to '" + alias.getAlias() + "', which is not defined above");
        }
        nodes += anchored.size();
        deepest = Math.max(deepest, depth + anchored.height());
        requireBounds(alias, path, deepest);
        return anchored.node();
    }

    private void requireBounds(Event event, String path, int depth) throws Refused {
        if (nodes > MAX_NODES) {
            throw refused(event, path, "the file holds more than " + MAX_NODES + " values");
        }
        if (depth > MAX_DEPTH) {
            throw refused(event, path, "is nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    private JsonNode sequence(CollectionStartEvent start, String path, int depth) throws Refused {
        requireNoTag(start, path);
        var items = NODES.arrayNode();
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, YamlDocument.child(path, items.size()), depth + 1));
        }
        return items;
    }

    private JsonNode mapping(CollectionStartEvent start, String path, int depth) throws Refused {
        requireNoTag(start, path);
        var fields = NODES.objectNode();
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(event instanceof ScalarEvent key)) {
                throw refused(event, path, "has a key that is no plain text");
            }
            var field = YamlDocument.child(path, key.getValue());
            requireText(key, field);
            if (fields.has(key.getValue())) {
                throw refused(event, field, "is given twice, first in line " + lines.get(field));
            }
            lines.put(field, line(event));
            fields.set(key.getValue(), node(events.next(), field, depth + 1));
        }
        return fields;
    }

    /// kubectl makes a text of a key such as `on` or `010` as well, but another one: `true`, `8`.
    private void requireText(ScalarEvent key, String field) throws Refused {
        if (isPlain(key)) {
            var meant = plain(key, field);
            if (!meant.isString() && !meant.asString("").equals(key.getValue())) {
                throw refused(
                        key,
                        field,
                        "is a key that YAML does not take for text, but for " + meant + ": put it in quotes");
            }
        }
    }

    private static boolean isPlain(ScalarEvent scalar) {
        return scalar.getTag().isEmpty() && scalar.getImplicit().canOmitTagInPlainScalar();
    }

    private JsonNode plain(ScalarEvent scalar, String path) throws Refused {
        try {
            return PlainScalar.of(scalar.getValue());
        } catch (NumberFormatException _) {
            throw refused(scalar, path, "is no number that can be used: '" + scalar.getValue() + "'");
        }
    }

    private void requireNoTag(CollectionStartEvent start, String path) throws Refused {
        if (!start.isImplicit()) {
            throw refused(start, path, "has the tag " + start.getTag().orElse("!") + ", which is not understood");
        }
    }

    private JsonNode scalar(ScalarEvent scalar, String path) throws Refused {
        var value = scalar.getValue();
        if (isPlain(scalar)) {
            var meant = plain(scalar, path);
            if (!meant.isNull() && !meant.asString("").equals(value)) {
                written.put(path, value);
            }
            return meant;
        }
        var tag = scalar.getTag().map(Tag::new).orElse(Tag.STR);
        try {
            if (tag.equals(Tag.STR)) {
                return NODES.stringNode(value);
            } else if (tag.equals(Tag.NULL)) {
                return NODES.nullNode();
            } else if (tag.equals(Tag.BOOL)) {
                return typed(scalar, path, PlainScalar.of(value), JsonNode::isBoolean);
            } else if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
                return typed(scalar, path, PlainScalar.of(value), JsonNode::isNumber);
            }
        } catch (NumberFormatException e) {
            throw refused(scalar, path, "is no number that can be used: '" + value + "'");
        }
        throw refused(scalar, path, "has the tag " + tag + ", which is not understood");
    }

    private JsonNode typed(ScalarEvent scalar, String path, JsonNode value, Predicate<JsonNode> isOfTag)
            throws Refused {
        if (!isOfTag.test(value)) {
            throw refused(scalar, path, "is not what its tag says: '" + scalar.getValue() + "'");
        }
        return value;
    }

    private Refused refused(Event event, String field, String reason) {
        return new Refused(new Problem(file, line(event), field, reason));
    }

    private static int line(Event event) {
        return event.getStartMark().map(YamlText::line).orElse(0);
    }

    private static int line(Mark mark) {
        return mark.getLine() + 1;
    }

    private record Anchored(JsonNode node, int size, int height) {}

    private static final class Refused extends Exception {
        private final transient Problem problem;

        Refused(Problem problem) {
            super(problem.toString(), null, false, false);
            this.problem = problem;
        }
    }
}
