package dev.sekisho.controlplane.kubernetes;

import com.google.common.hash.Hashing;
import dev.sekisho.names.ServiceName;
import java.nio.charset.StandardCharsets;

/// The name of what is written for an import beside its ServiceImport. The Service of the same name is the user's, and
/// may exist in the importing cluster too, so the derived one needs another name: recognisable, never longer than a DNS
/// label, the same each time.
public final class DerivedName {
    private static final String PREFIX = "sekisho-";
    private static final int HASH_CHARACTERS = 10;
    private static final int MAX_LENGTH = 63;
    private static final int READABLE = MAX_LENGTH - PREFIX.length() - 1 - HASH_CHARACTERS;

    private DerivedName() {}

    /// In the import's own namespace.
    public static String of(ServiceName imported) {
        return of(imported.name(), imported.name());
    }

    /// In the same form, and of no Service that there is.
    public static String ofNoService(ServiceName imported) {
        return of(imported.name(), imported.name() + " without a Service");
    }

    private static String of(String name, String hashed) {
        var readable = name.length() > READABLE ? name.substring(0, READABLE) : name;
        var hash = Hashing.sha256()
                .hashString(hashed, StandardCharsets.UTF_8)
                .toString()
                .substring(0, HASH_CHARACTERS);
        return PREFIX + readable + "-" + hash;
    }
}
