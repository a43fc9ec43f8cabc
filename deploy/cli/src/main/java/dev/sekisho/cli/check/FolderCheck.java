package dev.sekisho.cli.check;

import dev.sekisho.cli.UserError;
import dev.sekisho.cli.check.Services.Shown;
import dev.sekisho.cli.cluster.AdminPage;
import dev.sekisho.cli.cluster.FolderIdentity;
import dev.sekisho.cli.cluster.FolderMember;
import dev.sekisho.cli.cluster.PublicAddress;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.controlplane.standalone.RefusedFile;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TrustBundles;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// All checks of a standalone cluster. Its `cluster.yaml` has been read already.
public final class FolderCheck {
    private static final String PROGRAMS = "programs";
    private static final String IDENTITY = "identity";
    private static final String FILES = "files";
    private static final int MOST_REFUSALS = 5;

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
        var identity = new FolderIdentity(settings);
        try {
            var domain = identity.domain();
            for (var role : SpiffeId.Role.values()) {
                identity.of(role, InstantSource.system(), new TrustBundles(domain));
            }
            return Finding.ok(IDENTITY, settings.identityDirectory() + " holds who we are: " + domain);
        } catch (IOException e) {
            return new Finding(IDENTITY, Finding.Level.FAIL, Reasons.of(e), identity.mend(e));
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
            var page = AdminPage.get(admin, "/status", admin.toString());
            // A gateway does not know it before its first route table.
            var cluster = page.path("cluster").asString(settings.cluster().value());
            if (cluster.equals(settings.cluster().value())) {
                return Optional.of(page);
            }
            findings.add(Finding.fail(
                    PROGRAMS, admin + " is answered by a program of cluster " + cluster, whoListens(admin)));
            return Optional.empty();
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
        // DNS is answered over both.
        var dns = settings.listen().dns();
        if (isFree(dns) && !isFreeForDatagrams(dns)) {
            taken.add(Finding.fail(
                    "listen.dns", dns + "/UDP is taken by another program", "ss -lunp 'sport = :" + dns.port() + "'"));
        }
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

    private static boolean isFreeForDatagrams(HostPort address) {
        try (var socket = new DatagramSocket(new InetSocketAddress(address.host(), address.port()))) {
            return socket.isBound();
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
                    "none of this cluster answers on " + settings.listen().controlPlaneAdmin()
                            + " (listen.controlPlaneAdmin)",
                    ours("standalone --role control-plane")));
        }
        if (gateway.isEmpty()) {
            findings.add(Finding.fail(
                    "gateway",
                    "none of this cluster answers on " + settings.listen().gatewayAdmin() + " (listen.gatewayAdmin)",
                    ours("standalone --role gateway")));
        }
        gateway.ifPresent(page -> findings.add(Pages.gateway(settings.cluster().value(), page, List.of())));
        controlPlane.ifPresent(page -> {
            var waits = !page.path("waitingFor").isEmpty();
            findings.addAll(files(waits));
            findings.addAll(Pages.controlPlane(page, Instant.now(), List.of()));
            findings.addAll(Pages.peers(
                    page,
                    gateway.stream().toList(),
                    Shell.sekisho("check --directory DIR   # where PEER runs, DIR being its folder"),
                    ours("peer add NAME --endpoint HOST:PORT --ca-bundle FILE")));
            if (!waits) {
                var look = ours("status");
                findings.addAll(Services.exports(
                        page.path("exports").valueStream().map(Shown::export).toList(), _ -> look));
                findings.addAll(Services.imports(
                        page.path("imports").valueStream().map(Shown::imported).toList(), _ -> look));
            }
        });
    }

    // As the running control plane tells, which alone knows what is in force.
    private List<Finding> files(boolean waits) {
        try {
            var told = RefusedFile.in(settings.directory());
            var refused = told.stream().filter(each -> !each.needsStart()).toList();
            var found = new ArrayList<Finding>();
            told.stream()
                    .filter(RefusedFile::needsStart)
                    .map(each -> Finding.warn(FILES, each.problem() + " of both programs"))
                    .forEach(found::add);
            if (!refused.isEmpty()) {
                var says = waits
                        ? "nothing of the folder is in force until this is mended, and a gateway goes on with the route"
                                + " table that it has: "
                        : "not in force: ";
                found.add(new Finding(FILES, Finding.Level.FAIL, says + inWords(refused), edits(refused)));
            }
            if (found.isEmpty() && !waits) {
                found.add(Finding.ok(FILES, "every file of the folder is in force"));
            }
            return found;
        } catch (IOException e) {
            return List.of(Finding.fail(FILES, Reasons.of(RefusedFile.told(settings.directory()), e)));
        }
    }

    private static String inWords(List<RefusedFile> refused) {
        var more = refused.size() - MOST_REFUSALS;
        return refused.stream()
                        .limit(MOST_REFUSALS)
                        .map(each -> each.problem().toString())
                        .collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    // What is wrong in no line is wrong with the file itself, such as its permissions.
    private List<String> edits(List<RefusedFile> refused) {
        return refused.stream()
                .limit(MOST_REFUSALS)
                .map(RefusedFile::problem)
                .map(problem -> (problem.line() > 0 ? "${EDITOR:-vi} " : "ls -ld ")
                        + Shell.quote(
                                settings.directory().resolve(problem.file()).toString()))
                .distinct()
                .toList();
    }

    private String ours(String command) {
        return Shell.sekisho(command, settings.directory());
    }
}
