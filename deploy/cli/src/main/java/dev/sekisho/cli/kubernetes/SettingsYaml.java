package dev.sekisho.cli.kubernetes;

import dev.sekisho.cli.UserError;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.cli.kubernetes.PodSettings.ControlPlaneAddress;
import dev.sekisho.cli.kubernetes.PodSettings.Listen;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.controlplane.settings.LogFormat;
import dev.sekisho.controlplane.settings.SettingsFile;
import dev.sekisho.controlplane.settings.Traffic;
import dev.sekisho.controlplane.yaml.Fields;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// `settings.yaml`: what a pod of Sekisho is told, mounted from a ConfigMap. Read strictly.
final class SettingsYaml {
    private static final int LONGEST_NAME = 40;
    private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");
    private static final PortRange LISTEN_PORTS = new PortRange(20000, 29999);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private SettingsYaml() {}

    /// @throws UserError with one line `file:line: field: reason` per problem, or saying why it cannot be read
    static PodSettings read(Path file) {
        try {
            return SettingsFile.read(file, "settings", SettingsYaml::settings);
        } catch (NoSuchFileException e) {
            throw new UserError(file + " is not there; in a pod it is mounted from the ConfigMap sekisho-settings", e);
        } catch (IOException e) {
            throw new UserError(Reasons.of(file, e), e);
        } catch (IllegalArgumentException e) {
            throw new UserError("in " + file + ":\n" + e.getMessage(), e);
        }
    }

    private static Optional<PodSettings> settings(Fields file) {
        var settings = new PodSettings(
                file.text("name", SettingsYaml::prefix).orElse("sekisho"),
                file.text("cluster", ClusterName::new),
                file.text("clusterSet", ClusterSetName::new),
                file.labels("labels"),
                listen(file.section("listen")),
                controlPlane(file.section("controlPlane")),
                file.text("listenPorts", SettingsYaml::ports).orElse(LISTEN_PORTS),
                file.choice("localTraffic", LocalTraffic.class).orElse(LocalTraffic.FIRST),
                identityDirectory(file.section("identity")),
                file.text("stateDirectory", Path::of).orElse(Path.of("/var/lib/sekisho")),
                file.duration("drain", Duration.ZERO, Duration.ofHours(1)).orElse(DRAIN),
                Traffic.read(file),
                LogFormat.read(file, LogFormat.TEXT));
        file.rejectOthers();
        return Optional.of(settings);
    }

    private static String prefix(String text) {
        if (!DnsNames.isLabel(text) || text.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "must be 1 to " + LONGEST_NAME + " lower-case letters, digits or inner '-', got '" + text + "'");
        }
        return text;
    }

    private static Listen listen(Fields fields) {
        var defaults = Listen.DEFAULTS;
        var listen = new Listen(
                fields.text("public", HostPort::parse).orElse(defaults.publicPort()),
                fields.text("sync", HostPort::parse).orElse(defaults.sync()),
                fields.text("feed", HostPort::parse).orElse(defaults.feed()),
                fields.text("dns", HostPort::parse).orElse(defaults.dns()),
                fields.text("admin", HostPort::parse).orElse(defaults.admin()),
                fields.text("health", HostPort::parse).orElse(defaults.health()));
        fields.rejectOthers();
        return listen;
    }

    private static ControlPlaneAddress controlPlane(Fields fields) {
        var address = new ControlPlaneAddress(
                fields.text("feed", SettingsFile::dialable), fields.text("sync", SettingsFile::dialable));
        fields.rejectOthers();
        return address;
    }

    private static PortRange ports(String text) {
        var matcher = PORTS.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be FIRST-LAST such as 20000-29999, got '" + text + "'");
        }
        return new PortRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    private static Path identityDirectory(Fields fields) {
        var directory = fields.text("directory", Path::of).orElse(Path.of("/etc/sekisho/tls"));
        fields.rejectOthers();
        return directory;
    }
}
