package dev.sekisho.controlplane.yaml;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads the fields of one mapping and reports what is wrong with each: missing, of another type, out of range. Whoever
/// has read all he knows calls [#rejectOthers].
public final class Fields {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final String LABEL_PART = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private static final Pattern LABEL_VALUE = Pattern.compile("(" + LABEL_PART + ")?");
    private static final Pattern LABEL_KEY = Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?" + LABEL_PART);
    private static final Map<String, Duration> UNITS = Map.of(
            "ms",
            Duration.ofMillis(1),
            "s",
            Duration.ofSeconds(1),
            "m",
            Duration.ofMinutes(1),
            "h",
            Duration.ofHours(1));

    private final YamlDocument document;
    private final String path;
    private final JsonNode mapping;
    private final Consumer<Problem> problems;
    private final Set<String> known = new HashSet<>();

    private Fields(YamlDocument document, String path, JsonNode mapping, Consumer<Problem> problems) {
        this.document = document;
        this.path = path;
        this.mapping = mapping;
        this.problems = problems;
    }

    public static Fields of(YamlDocument document, Consumer<Problem> problems) {
        return new Fields(document, "", document.content(), problems);
    }

    /// The fields inside `name`; when that is absent, a mapping without any.
    public Fields section(String name) {
        var section = find(name);
        if (section.isPresent() && !section.get().isObject()) {
            report(name, "must be a mapping, got " + YamlText.shown(section.get()));
        }
        var content = section.filter(JsonNode::isObject).orElseGet(JsonNodeFactory.instance::objectNode);
        return new Fields(document, YamlDocument.child(path, name), content, problems);
    }

    /// @param parse throws IllegalArgumentException saying which values are right and which one was given
    public <T> Optional<T> text(String name, Function<String, T> parse) {
        return find(name).flatMap(node -> parsed(YamlDocument.child(path, name), node, parse));
    }

    /// As [#text]; absence is a problem too.
    public <T> Optional<T> requiredText(String name, Function<String, T> parse) {
        if (find(name).isEmpty()) {
            report(name, "is required");
        }
        return text(name, parse);
    }

    public <T> List<T> texts(String name, Function<String, T> parse) {
        var list = find(name);
        if (list.isPresent() && !list.get().isArray()) {
            report(name, "must be a list, got " + YamlText.shown(list.get()));
        }
        var values = new ArrayList<T>();
        list.filter(JsonNode::isArray).ifPresent(items -> {
            for (var i = 0; i < items.size(); i++) {
                var field = YamlDocument.child(YamlDocument.child(path, name), i);
                parsed(field, items.get(i), parse).ifPresent(values::add);
            }
        });
        return values;
    }

    /// Labels as an object may carry them; empty when absent.
    public Map<String, String> labels(String name) {
        var values = new TreeMap<String, String>();
        var mapping = find(name);
        if (mapping.isPresent() && !mapping.get().isObject()) {
            report(name, "must be a mapping, got " + YamlText.shown(mapping.get()));
        }
        mapping.filter(JsonNode::isObject)
                .ifPresent(entries -> entries.properties()
                        .forEach(entry -> parsed(
                                        YamlDocument.child(YamlDocument.child(path, name), entry.getKey()),
                                        entry.getValue(),
                                        Fields::labelValue)
                                .ifPresent(text -> values.put(entry.getKey(), text))));
        values.keySet().stream()
                .filter(key -> !LABEL_KEY.matcher(key).matches())
                .forEach(key -> report(
                        name,
                        "must have keys of letters, digits or inner '-', '_', '.', after an optional DNS name and '/', got '"
                                + key + "'"));
        return values;
    }

    private static String labelValue(String text) {
        if (!LABEL_VALUE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must be at most 63 letters, digits or inner '-', '_', '.', got '" + text + "'");
        }
        return text;
    }

    public Optional<Integer> integer(String name, int least, int most) {
        return find(name).flatMap(node -> {
            if (node.isInt() && node.intValue() >= least && node.intValue() <= most) {
                return Optional.of(node.intValue());
            }
            report(name, "must be a number from " + least + " to " + most + ", got " + YamlText.shown(node));
            return Optional.empty();
        });
    }

    /// A duration such as `500ms`, `30s`, `5m`, `24h`.
    public Optional<Duration> duration(String name, Duration least, Duration most) {
        return text(name, text -> {
            var matcher = DURATION.matcher(text);
            if (matcher.matches()) {
                var unit = UNITS.getOrDefault(matcher.group(2), Duration.ZERO);
                var duration = unit.multipliedBy(Long.parseLong(matcher.group(1)));
                if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                    return duration;
                }
            }
            throw new IllegalArgumentException(
                    "must be a duration from " + spoken(least) + " to " + spoken(most) + ", got '" + text + "'");
        });
    }

    /// One of the constants, in lower case.
    public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
        return text(name, text -> {
            for (var constant : type.getEnumConstants()) {
                if (spoken(constant).equals(text)) {
                    return constant;
                }
            }
            var choices = List.of(type.getEnumConstants()).stream()
                    .map(Fields::spoken)
                    .toList();
            throw new IllegalArgumentException("must be " + String.join(" or ", choices) + ", got '" + text + "'");
        });
    }

    /// Reports every field that was never asked for.
    public void rejectOthers() {
        mapping.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> report(
                        name,
                        "is not known; known here are "
                                + String.join(", ", known.stream().sorted().toList())));
    }

    private Optional<JsonNode> find(String name) {
        known.add(name);
        return mapping.optional(name).filter(node -> !node.isNull());
    }

    private <T> Optional<T> parsed(String field, JsonNode node, Function<String, T> parse) {
        var text = document.text(field, node);
        if (text.isEmpty()) {
            problems.accept(document.problem(field, document.noText(field, node)));
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text.get()));
        } catch (IllegalArgumentException e) {
            problems.accept(document.problem(field, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private void report(String name, String reason) {
        problems.accept(document.problem(YamlDocument.child(path, name), reason));
    }

    private static String spoken(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String spoken(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
