package dev.sekisho.controlplane.kinds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The fields below one field of a kind, as its schema or its Java model has them, so that the two can be compared.
///
/// @param types by path, `spec.ports[].port` for a list's items and `spec.exportedLabels{}` for a map's values
/// @param required the paths that are always there, of those whose parent is a record of ours
record Shape(SortedMap<String, String> types, SortedSet<String> required) {
    private static final Map<Class<?>, String> SCALARS = Map.of(
            String.class, "string",
            Instant.class, "string",
            boolean.class, "boolean",
            Boolean.class, "boolean",
            int.class, "integer int32",
            Integer.class, "integer int32",
            long.class, "integer int64",
            Long.class, "integer int64");

    private Shape() {
        this(new TreeMap<>(), new TreeSet<>());
    }

    /// @param model whose records decide which required fields count: fabric8's classes do not say what they require
    static Shape ofSchema(String path, JSONSchemaProps schema, Class<?> model) {
        var shape = new Shape();
        shape.addSchema(path, schema);
        shape.required.retainAll(below(records(path, model), shape.types.keySet()));
        return shape;
    }

    static Shape ofModel(String path, Class<?> model) {
        var shape = new Shape();
        shape.addModel(path, model);
        return shape;
    }

    private void addSchema(String path, JSONSchemaProps schema) {
        var values = schema.getAdditionalProperties();
        if (values != null) {
            types.put(path, "map");
            addSchema(path + "{}", values.getSchema());
        } else if (schema.getType().equals("array")) {
            types.put(path, "list");
            addSchema(path + "[]", schema.getItems().getSchema());
        } else if (schema.getType().equals("integer")) {
            types.put(path, "integer " + schema.getFormat());
        } else {
            types.put(path, schema.getType());
            schema.getProperties().forEach((name, property) -> addSchema(path + "." + name, property));
            schema.getRequired().forEach(name -> required.add(path + "." + name));
        }
    }

    private void addModel(String path, Type type) {
        switch (type) {
            case ParameterizedType generic
            when generic.getRawType() == List.class -> {
                types.put(path, "list");
                addModel(path + "[]", generic.getActualTypeArguments()[0]);
            }
            case ParameterizedType generic
            when generic.getRawType() == Map.class -> {
                types.put(path, "map");
                addModel(path + "{}", generic.getActualTypeArguments()[1]);
            }
            case ParameterizedType generic
            when generic.getRawType() == Optional.class -> addModel(path, generic.getActualTypeArguments()[0]);
            case Class<?> scalar when SCALARS.containsKey(scalar) -> types.put(path, SCALARS.get(scalar));
            case Class<?> record
            when record.isRecord() -> {
                types.put(path, "object");
                for (var component : record.getRecordComponents()) {
                    addModel(path + "." + component.getName(), component.getGenericType());
                    if (isAlwaysWritten(component)) {
                        required.add(path + "." + component.getName());
                    }
                }
            }
            case Class<?> bean -> {
                types.put(path, "object");
                properties(bean).forEach(field -> addModel(path + "." + field.getName(), field.getGenericType()));
            }
            default -> throw new IllegalArgumentException(path + " is of a type that no schema has: " + type);
        }
    }

    private static boolean isAlwaysWritten(RecordComponent component) {
        if (Set.of(List.class, Map.class).contains(component.getType())) {
            return component.getAccessor().isAnnotationPresent(JsonInclude.class);
        }
        return component.getType() != Optional.class;
    }

    private static List<Field> properties(Class<?> bean) {
        return Arrays.stream(bean.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(JsonProperty.class))
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .toList();
    }

    private static Set<String> records(String path, Type type) {
        var found = new TreeSet<String>();
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            var suffix = generic.getRawType() == List.class ? "[]" : generic.getRawType() == Map.class ? "{}" : "";
            found.addAll(records(path + suffix, arguments[arguments.length - 1]));
        } else if (type instanceof Class<?> record && record.isRecord()) {
            found.add(path);
            for (var component : record.getRecordComponents()) {
                found.addAll(records(path + "." + component.getName(), component.getGenericType()));
            }
        }
        return found;
    }

    private static Set<String> below(Set<String> parents, Set<String> paths) {
        var found = new TreeSet<>(paths);
        found.removeIf(
                path -> path.lastIndexOf('.') < 0 || !parents.contains(path.substring(0, path.lastIndexOf('.'))));
        return found;
    }
}
