package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.standalone.StandaloneSettings.Deny;
import dev.sekisho.controlplane.standalone.StandaloneSettings.EnforceOn;
import dev.sekisho.controlplane.standalone.StandaloneSettings.Listen;
import dev.sekisho.controlplane.standalone.StandaloneSettings.LogFormat;
import dev.sekisho.controlplane.standalone.StandaloneSettings.Tunnel;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// `cluster.yaml`: one document of kind Cluster, `sekisho.dev/v1alpha1`. Read strictly, because a misspelled setting
/// that is quietly passed over is found at night.
public final class ClusterFile {
    public static final String NAME = "cluster.yaml";
    static final String API_VERSION = "sekisho.dev/v1alpha1";

    private ClusterFile() {}

    /// @param directory the cluster's folder
    /// @throws IllegalArgumentException with one line `cluster.yaml:line: field: reason` per problem
    /// @throws IOException when the file is not there or cannot be read
    public static StandaloneSettings read(Path directory) throws IOException {
        var file = directory.resolve(NAME);
        if (Files.size(file) > YamlText.MAX_BYTES) {
            throw new IOException(NAME + " is larger than " + YamlText.MAX_BYTES + " bytes");
        }
        var problems = new ArrayList<Problem>();
        var settings = parse(directory, Files.readString(file), problems::add);
        return settings.filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        problems.stream().map(Problem::toString).collect(Collectors.joining("\n"))));
    }

    /// @return the settings; when a problem was reported they are not to be used
    static Optional<StandaloneSettings> parse(Path directory, String text, Consumer<Problem> problems) {
        return YamlText.documents(NAME, text, problems).flatMap(documents -> {
            if (documents.isEmpty()) {
                problems.accept(new Problem(NAME, 0, "", "holds no Cluster"));
                return Optional.empty();
            }
            if (documents.size() > 1) {
                problems.accept(documents.get(1).problem("", "only one document may be in this file"));
            }
            var document = documents.getFirst();
            if (!document.content().isObject()) {
                problems.accept(document.problem("", "must be a mapping"));
                return Optional.empty();
            }
            return settings(directory, Fields.of(document, problems));
        });
    }

    private static Optional<StandaloneSettings> settings(Path directory, Fields file) {
        file.requiredText("apiVersion", exactly(API_VERSION));
        file.requiredText("kind", exactly("Cluster"));
        var metadata = file.section("metadata");
        var cluster = metadata.requiredText("name", ClusterName::new);
        metadata.rejectOthers();

        var spec = file.section("spec");
        var clusterSet = spec.requiredText("clusterSet", ClusterSetName::new);
        var listen = listen(spec.section("listen"));
        var publicEndpoint = spec.text("publicEndpoint", ClusterFile::dialable).orElse(listen.publicPort());
        var importAddresses = spec.texts("importAddresses", Cidr::parse);
        var identity = spec.section("identity");
        var identityDirectory =
                identity.text("directory", Path::of).map(directory::resolve).orElse(directory.resolve("ca"));
        identity.rejectOthers();
        var deny = spec.choice("deny", Deny.class).orElse(Deny.RESET);
        var enforceOn = spec.choice("enforceOn", EnforceOn.class).orElse(EnforceOn.CHANGE);
        var tunnel = tunnel(spec.section("tunnel"));
        var log = spec.section("log");
        var logFormat = log.choice("format", LogFormat.class).orElse(LogFormat.TEXT);
        log.rejectOthers();
        spec.rejectOthers();
        file.rejectOthers();

        return cluster.flatMap(name -> clusterSet.map(set -> new StandaloneSettings(
                directory,
                name,
                set,
                publicEndpoint,
                listen,
                importAddresses,
                identityDirectory,
                deny,
                enforceOn,
                tunnel,
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

    private static Tunnel tunnel(Fields fields) {
        var tunnel = new Tunnel(
                fields.integer("lanesPerPeer", 1, 64),
                fields.duration("idleAfter", Duration.ofSeconds(1), Duration.ofHours(24)),
                fields.duration("dialTimeout", Duration.ofMillis(100), Duration.ofMinutes(5)));
        fields.rejectOthers();
        return tunnel;
    }

    /// @throws IllegalArgumentException when nobody could dial it
    static HostPort dialable(String text) {
        var endpoint = HostPort.parse(text);
        if (endpoint.port() == 0) {
            throw new IllegalArgumentException("must have a port from 1 to 65535, got '" + text + "'");
        }
        return endpoint;
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
