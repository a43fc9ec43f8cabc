package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/// JSON of the API server, read so that an object which does not fit its type fails neither the list nor the watch that
/// it came in: it becomes one that only says who it is, and why it could not be read ([#objection]). The schema in the
/// cluster may be another than ours, or leave open what a field holds.
final class MisfitObjects extends KubernetesSerialization {
    /// The API server lets nobody put anything else into an object's metadata.
    private static final String OBJECTION = "sekisho.dev/objection";

    private static final Set<String> IDENTITY = Set.of(
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "labels");

    private static final int MAX_REASON_CHARACTERS = 300;

    /// Why the object could not be read; empty for one that was.
    static Optional<String> objection(HasMetadata object) {
        return Optional.ofNullable(
                        object.getMetadata().getAdditionalProperties().get(OBJECTION))
                .map(String::valueOf);
    }

    @Override
    protected ObjectMapper configureMapper(ObjectMapper mapper) {
        var types = WatchedCluster.types();
        var module = new SimpleModule("misfit-objects").setDeserializerModifier(new ValueDeserializerModifier() {
            @Override
            public ValueDeserializer<?> modifyDeserializer(
                    DeserializationConfig config, BeanDescription.Supplier described, ValueDeserializer<?> reader) {
                return types.contains(described.getBeanClass()) ? new Reader(reader) : reader;
            }
        });
        return super.configureMapper(mapper).rebuild().addModule(module).build();
    }

    private static final class Reader extends DelegatingDeserializer {
        private Reader(ValueDeserializer<?> strict) {
            super(strict);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> strict) {
            return new Reader(strict);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) {
            var buffer = context.bufferAsCopyOfValue(parser);
            try {
                return strictly(buffer.asParserOnFirstToken(context), context);
            } catch (JacksonException e) {
                JsonNode whole = context.readTree(buffer.asParserOnFirstToken(context));
                var object = named(whole)
                        .map(identity -> strictly(identity.traverse(context), context))
                        .orElseThrow(() -> e);
                ((HasMetadata) object).getMetadata().setAdditionalProperty(OBJECTION, reason(e));
                return object;
            }
        }

        private Object strictly(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken() == null) {
                parser.nextToken();
            }
            return super.deserialize(parser, context);
        }

        /// What says who it is; empty when nothing does.
        private static Optional<ObjectNode> named(JsonNode whole) {
            if (!(whole instanceof ObjectNode object)
                    || !object.path("metadata").path("name").isString()) {
                return Optional.empty();
            }
            var metadata = (ObjectNode) object.get("metadata");
            metadata.retain(IDENTITY);
            if (metadata.get("labels") instanceof ObjectNode labels) {
                labels.removeIf(value -> !value.isString());
            } else {
                metadata.remove("labels");
            }
            object.retain("apiVersion", "kind", "metadata");
            return Optional.of(object);
        }

        private static String reason(JacksonException e) {
            var field = e.getPath().stream()
                    .map(step ->
                            step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                    .collect(Collectors.joining());
            var reason = field.replaceFirst("^\\.", "") + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("");
            return reason.length() <= MAX_REASON_CHARACTERS ? reason : reason.substring(0, MAX_REASON_CHARACTERS);
        }
    }
}
