package dev.sekisho.names;

/// The group of clusters that trust each other: an RFC 1123 subdomain, 1 to 127 characters.
public record ClusterSetName(String value) {
    public ClusterSetName {
        DnsNames.requireSubdomain("clusterset name", value, 127);
    }

    @Override
    public String toString() {
        return value;
    }
}
