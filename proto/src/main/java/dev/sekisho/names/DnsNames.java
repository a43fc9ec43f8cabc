package dev.sekisho.names;

import java.util.regex.Pattern;

/// The name forms of RFC 1123 that Kubernetes asks for.
public final class DnsNames {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    private DnsNames() {}

    /// @return whether `value` is an RFC 1123 label: 1 to 63 lower-case letters, digits and inner dashes
    public static boolean isLabel(String value) {
        return value.length() <= 63 && LABEL.matcher(value).matches();
    }

    /// @return whether `value` is labels joined by dots, at most `maxLength` characters in all
    public static boolean isSubdomain(String value, int maxLength) {
        if (value.isEmpty() || value.length() > maxLength) {
            return false;
        }
        for (String label : value.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return true;
    }

    static void requireLabel(String what, String value) {
        if (!isLabel(value)) {
            throw new IllegalArgumentException(
                    what + " must be 1 to 63 lower-case letters, digits or inner '-', got '" + value + "'");
        }
    }

    static void requireSubdomain(String what, String value, int maxLength) {
        if (!isSubdomain(value, maxLength)) {
            throw new IllegalArgumentException(what + " must be DNS labels joined by dots, at most " + maxLength
                    + " characters, got '" + value + "'");
        }
    }
}
