package dev.sekisho.controlplane.kinds;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A part of an object, with the fields that a later version of its schema may bring: they are noticed and not passed
/// over, as one of them could narrow a rule. Filled by the object mapper, read afterwards.
public abstract class NewerFields {
    private final Map<String, Object> newerFields = new TreeMap<>();

    @JsonAnySetter
    void setNewerField(String name, Object value) {
        newerFields.put(name, value);
    }

    @JsonAnyGetter
    Map<String, Object> newerFields() {
        return newerFields;
    }

    /// The name of the first one.
    Optional<String> newerField() {
        return newerFields.keySet().stream().findFirst();
    }
}
