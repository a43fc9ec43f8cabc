package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.settings.LogFormat;
import dev.sekisho.controlplane.settings.SettingsFile;
import dev.sekisho.controlplane.settings.Traffic;
import dev.sekisho.controlplane.standalone.StandaloneSettings.Listen;
import dev.sekisho.controlplane.yaml.Fields;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// `cluster.yaml`: one document of kind Cluster, `sekisho.dev/v1alpha1`, read strictly.
public final class ClusterFile {
    public static final String NAME = "cluster.yaml";
    private static final String KIND = "Cluster";
    static final String API_VERSION = "sekisho.dev/v1alpha1";

    private ClusterFile() {}

    /// @param directory the cluster's folder
    /// @throws IllegalArgumentException with one line `cluster.yaml:line: field: reason` per problem
    /// @throws IOException when the file is not there or cannot be read
    public static StandaloneSettings read(Path directory) throws IOException {
        return SettingsFile.read(directory.resolve(NAME), KIND, file -> settings(directory, file));
    }

    /// @return the settings; when a problem was reported they are not to be used
    static Optional<StandaloneSettings> parse(Path directory, String text, Consumer<Problem> problems) {
        return SettingsFile.parse(NAME, text, KIND, file -> settings(directory, file), problems);
    }

    private static Optional<StandaloneSettings> settings(Path directory, Fields file) {
        file.requiredText("apiVersion", exactly(API_VERSION));
        file.requiredText("kind", exactly(KIND));
        var metadata = file.section("metadata");
        var cluster = metadata.requiredText("name", ClusterName::new);
        var labels = metadata.labels("labels");
        metadata.rejectOthers();

        var spec = file.section("spec");
        var clusterSet = spec.requiredText("clusterSet", ClusterSetName::new);
        var listen = listen(spec.section("listen"));
        var publicEndpoint = spec.text("publicEndpoint", SettingsFile::dialable).orElse(listen.publicPort());
        var importAddresses = spec.texts("importAddresses", Cidr::parse);
        var identity = spec.section("identity");
        var identityDirectory =
                identity.text("directory", Path::of).map(directory::resolve).orElse(directory.resolve("ca"));
        identity.rejectOthers();
        var traffic = Traffic.read(spec);
        var logFormat = LogFormat.read(spec, LogFormat.TEXT);
        spec.rejectOthers();
        file.rejectOthers();

        return cluster.flatMap(name -> clusterSet.map(set -> new StandaloneSettings(
                directory,
                name,
                set,
                labels,
                publicEndpoint,
                listen,
                importAddresses,
                identityDirectory,
                traffic,
                logFormat)));
    }

    private static Listen listen(Fields fields) {
        var defaults = Listen.DEFAULTS;
        var listen = new Listen(
                fields.text("public", HostPort::parse).orElse(defaults.publicPort()),
                fields.text("sync", HostPort::parse).orElse(defaults.sync()),
                fields.text("feed", HostPort::parse).orElse(defaults.feed()),
                fields.text("dns", HostPort::parse).orElse(defaults.dns()),
                fields.text("gatewayAdmin", HostPort::parse).orElse(defaults.gatewayAdmin()),
                fields.text("controlPlaneAdmin", HostPort::parse).orElse(defaults.controlPlaneAdmin()));
        fields.rejectOthers();
        return listen;
    }

    private static Function<String, String> exactly(String expected) {
        return text -> {
            if (!text.equals(expected)) {
                throw new IllegalArgumentException("must be " + expected + ", got '" + text + "'");
            }
            return text;
        };
    }
}
