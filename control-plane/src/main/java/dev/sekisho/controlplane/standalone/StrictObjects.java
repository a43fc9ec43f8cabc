package dev.sekisho.controlplane.standalone;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.controlplane.yaml.YamlText;
import io.fabric8.kubernetes.api.model.FieldsV1;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/// Turns trees into typed objects as strictly as an API server does with strict field validation: a field the kind does
/// not have, a number where text belongs and a null in a list are refused.
final class StrictObjects {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .annotationIntrospector(new WithoutCatchAll())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .changeDefaultNullHandling(_ -> JsonSetter.Value.construct(Nulls.SKIP, Nulls.FAIL))
            // An API server takes a label without a value for one with an empty one.
            .withConfigOverride(
                    Map.class, field -> field.setNullHandling(JsonSetter.Value.construct(Nulls.SKIP, Nulls.AS_EMPTY)))
            .build();

    private StrictObjects() {}

    /// A null in a custom resource is taken for nothing at all but in its metadata, as by an API server.
    static JsonNode withoutNulls(JsonNode tree) {
        var pruned = tree.deepCopy();
        pruned.properties().stream()
                .filter(field -> !field.getKey().equals("metadata"))
                .forEach(field -> prune(field.getValue()));
        if (pruned instanceof ObjectNode object) {
            object.removeIf(JsonNode::isNull);
        }
        return pruned;
    }

    private static void prune(JsonNode node) {
        if (node instanceof ObjectNode mapping) {
            mapping.removeIf(JsonNode::isNull);
        }
        node.forEach(StrictObjects::prune);
    }

    /// @param path of `tree` inside `document`
    /// @return empty when a problem was reported
    static <T> Optional<T> read(
            YamlDocument document, String path, JsonNode tree, Class<T> type, Consumer<Problem> problems) {
        try {
            return Optional.of(MAPPER.treeToValue(tree, type));
        } catch (JacksonException e) {
            var field = field(path, e);
            problems.accept(document.problem(field, reason(document, field, tree, e)));
            return Optional.empty();
        }
    }

    private static String field(String path, JacksonException e) {
        var field = path;
        for (var step : e.getPath()) {
            field = step.getPropertyName() != null
                    ? YamlDocument.child(field, step.getPropertyName())
                    : YamlDocument.child(field, step.getIndex());
        }
        return field;
    }

    private static String reason(YamlDocument document, String field, JsonNode tree, JacksonException e) {
        return switch (e) {
            case UnrecognizedPropertyException _ -> "is no field that is known here";
            case InvalidNullException _ -> "must not hold null";
            case MismatchedInputException mismatch
            when mismatch.getTargetType() == String.class -> document.noText(field, at(tree, e));
            case MismatchedInputException mismatch
            when mismatch.getTargetType() != null ->
                "must be " + expected(mismatch.getTargetType()) + ", got " + YamlText.shown(at(tree, e));
            case DatabindException _ -> "cannot be read: " + e.getOriginalMessage();
            default -> "cannot be read";
        };
    }

    private static JsonNode at(JsonNode tree, JacksonException e) {
        var node = tree;
        for (var step : e.getPath()) {
            node = step.getPropertyName() != null ? node.path(step.getPropertyName()) : node.path(step.getIndex());
        }
        return node;
    }

    private static String expected(Class<?> type) {
        if (type == Integer.class || type == Long.class || type == int.class || type == long.class) {
            return "a whole number";
        } else if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        } else if (Iterable.class.isAssignableFrom(type)) {
            return "a list";
        } else if (Map.class.isAssignableFrom(type)) {
            return "a mapping";
        }
        return "a mapping (" + type.getSimpleName() + ")";
    }

    /// The model's classes take in what they do not know; here that is a mistake of whoever wrote the file.
    private static final class WithoutCatchAll extends JacksonAnnotationIntrospector {
        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            // What a field manager owns is told by fields of any name.
            return annotated instanceof AnnotatedMember member && member.getDeclaringClass() == FieldsV1.class;
        }

        @Override
        public JsonIgnoreProperties.Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated annotated) {
            return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
        }
    }
}
