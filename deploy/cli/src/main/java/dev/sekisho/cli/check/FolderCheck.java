package dev.sekisho.cli.check;

import dev.sekisho.cli.UserError;
import dev.sekisho.cli.check.Services.Shown;
import dev.sekisho.cli.cluster.AdminPage;
import dev.sekisho.cli.cluster.FolderMember;
import dev.sekisho.cli.cluster.PublicAddress;
import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentities;
import dev.sekisho.identity.TrustBundles;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// All checks of a standalone cluster. Its `cluster.yaml` has been read already.
public final class FolderCheck {
    private static final String PROGRAMS = "programs";

    private final StandaloneSettings settings;
    private final List<Finding> findings = new ArrayList<>();

    private FolderCheck(StandaloneSettings settings) {
        this.settings = settings;
    }

    /// @return in the order in which they are best mended
    public static List<Finding> of(StandaloneSettings settings) {
        var check = new FolderCheck(settings);
        check.all();
        return List.copyOf(check.findings);
    }

    private void all() {
        findings.add(Finding.ok(
                "folder", settings.directory() + " is cluster " + settings.cluster() + " of " + settings.clusterSet()));
        findings.add(identity());
        findings.add(addresses());
        switch (new FolderMember(settings).publicAddress()) {
            case PublicAddress.Dialable dialable ->
                findings.add(Finding.ok(Programs.ADDRESS, "peers dial " + dialable.endpoint()));
            case PublicAddress.None none -> findings.add(Finding.warn(Programs.ADDRESS, none.why()));
        }
        var controlPlane = ask(settings.listen().controlPlaneAdmin());
        var gateway = ask(settings.listen().gatewayAdmin());
        if (controlPlane.isEmpty() && gateway.isEmpty()) {
            notRunning();
        } else {
            running(controlPlane, gateway);
        }
    }

    private Finding identity() {
        var self = new SpiffeId(settings.cluster(), settings.clusterSet(), SpiffeId.Role.CONTROL_PLANE);
        var bundles = new TrustBundles(new TrustDomain(settings.cluster(), settings.clusterSet()));
        var directory = settings.identityDirectory();
        try {
            TlsIdentities.fromDirectory(directory, self, InstantSource.system(), bundles);
            return Finding.ok("identity", directory + " holds who we are: " + self.trustDomain());
        } catch (IOException e) {
            var message = String.valueOf(e.getMessage());
            return Files.exists(directory.resolve("ca.key")) || Files.exists(directory.resolve("tls.crt"))
                    ? Finding.fail("identity", message)
                    : Finding.fail("identity", message.replaceFirst("; make a CA with.*", ""), ours("ca init"));
        }
    }

    private Finding addresses() {
        return settings.importAddresses().isEmpty()
                ? Finding.warn("import addresses", "importAddresses in cluster.yaml is empty: no import can be called")
                : Finding.ok("import addresses", "imports get theirs from " + settings.importAddresses());
    }

    /// @return empty when nobody answers there; an answer that is not ours is a finding
    private Optional<JsonNode> ask(HostPort admin) {
        try {
            return Optional.of(AdminPage.get(admin, "/status", admin.toString()));
        } catch (IOException _) {
            return Optional.empty();
        } catch (UserError e) {
            findings.add(Finding.fail(PROGRAMS, String.valueOf(e.getMessage()), whoListens(admin)));
            return Optional.empty();
        }
    }

    private void notRunning() {
        var taken = new ArrayList<Finding>();
        ports().forEach((setting, address) -> {
            if (!isFree(address)) {
                taken.add(Finding.fail(
                        setting,
                        address + " is taken by another program, or is not of this host",
                        whoListens(address)));
            }
        });
        findings.addAll(taken);
        findings.add(Finding.fail(PROGRAMS, "neither control plane nor gateway runs", ours("standalone")));
    }

    private Map<String, HostPort> ports() {
        var listen = settings.listen();
        var ports = new LinkedHashMap<String, HostPort>();
        ports.put("listen.public", listen.publicPort());
        ports.put("listen.sync", listen.sync());
        ports.put("listen.feed", listen.feed());
        ports.put("listen.dns", listen.dns());
        ports.put("listen.controlPlaneAdmin", listen.controlPlaneAdmin());
        ports.put("listen.gatewayAdmin", listen.gatewayAdmin());
        return ports;
    }

    private static boolean isFree(HostPort address) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address.host(), address.port()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String whoListens(HostPort address) {
        return "ss -ltnp 'sport = :" + address.port() + "'";
    }

    private void running(Optional<JsonNode> controlPlane, Optional<JsonNode> gateway) {
        if (controlPlane.isEmpty()) {
            findings.add(Finding.fail(
                    "control plane",
                    "nobody answers on " + settings.listen().controlPlaneAdmin() + " (listen.controlPlaneAdmin)",
                    ours("standalone")));
        }
        if (gateway.isEmpty()) {
            findings.add(Finding.fail(
                    "gateway",
                    "nobody answers on " + settings.listen().gatewayAdmin() + " (listen.gatewayAdmin)",
                    ours("standalone")));
        }
        findings.add(files());
        gateway.ifPresent(page -> findings.add(Pages.gateway(settings.cluster().value(), page, List.of())));
        controlPlane.ifPresent(page -> {
            findings.addAll(Pages.controlPlane(page, Instant.now(), List.of()));
            findings.addAll(Pages.peers(page, gateway.stream().toList(), "sekisho check --context PEER"));
            var look = ours("status");
            findings.addAll(Services.exports(
                    page.path("exports").valueStream().map(Shown::export).toList(), _ -> look));
            findings.addAll(Services.imports(
                    page.path("imports").valueStream().map(Shown::imported).toList(), _ -> look));
        });
    }

    // As the running control plane tells, which alone knows what is in force.
    private Finding files() {
        var problems = settings.directory().resolve("status").resolve("problems.yaml");
        if (!Files.exists(problems)) {
            return Finding.ok("files", "every file of the folder is in force");
        }
        try (var all = YAMLMapper.shared().readerFor(JsonNode.class).<JsonNode>readValues(problems.toFile())) {
            var refused = new ArrayList<String>();
            all.forEachRemaining(each -> refused.add(Pages.text(each, "file")
                    + (each.has("line") ? ":" + each.path("line").asInt(0) : "") + ": " + Pages.text(each, "reason")));
            return refused.isEmpty()
                    ? Finding.ok("files", "every file of the folder is in force")
                    : Finding.fail(
                            "files",
                            "not in force: " + String.join("; ", refused.subList(0, Math.min(5, refused.size()))),
                            "cat " + Shell.quote(problems.toString()));
        } catch (JacksonException e) {
            return Finding.fail("files", problems + " cannot be read: " + e.getOriginalMessage());
        }
    }

    private String ours(String command) {
        return "sekisho " + command + " --directory "
                + Shell.quote(settings.directory().toString());
    }
}
