package dev.sekisho.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.cli.UserError;
import dev.sekisho.cli.kubernetes.PodSettings.ControlPlaneAddress;
import dev.sekisho.cli.kubernetes.PodSettings.Listen;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.controlplane.settings.LogFormat;
import dev.sekisho.controlplane.settings.Traffic;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.policy.PolicyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsYamlTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void a_cluster_that_says_its_own_name_needs_no_setting() throws IOException {
        var settings = read("{}\n");

        assertThat(settings.name()).isEqualTo("sekisho");
        assertThat(settings.cluster()).isEmpty();
        assertThat(settings.listen()).isEqualTo(Listen.DEFAULTS);
        assertThat(settings.listen().admin().host()).isEqualTo("127.0.0.1");
        assertThat(settings.feed("sekisho-system")).hasToString("sekisho-control-plane.sekisho-system.svc:7445");
        assertThat(settings.sync("sekisho-system")).hasToString("sekisho-sync.sekisho-system.svc:7444");
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.traffic()).isEqualTo(Traffic.DEFAULTS);
    }

    @Test
    void every_setting_is_read() throws IOException {
        var settings = read("""
            name: kanmon
            cluster: tokyo
            clusterSet: demo
            listen:
              public: "[::]:443"
              sync: 0.0.0.0:444
              feed: 0.0.0.0:445
              dns: 0.0.0.0:53
              admin: 127.0.0.1:90
              health: 0.0.0.0:80
            controlPlane: {feed: "cp.example:445", sync: "cp.example:444"}
            listenPorts: 30000-30099
            localTraffic: spread
            identity: {directory: /tls}
            stateDirectory: /state
            drain: 5m
            deny: drop
            labels: {region: east}
            enforceOn: connection
            policyMode: audit
            flowQuietTime: 30s
            tunnel: {lanesPerPeer: 8, idleAfter: 5m, dialTimeout: 2s}
            log: {format: json}
            """);

        assertThat(settings)
                .isEqualTo(new PodSettings(
                        "kanmon",
                        Optional.of(new ClusterName("tokyo")),
                        Optional.of(new ClusterSetName("demo")),
                        Map.of("region", "east"),
                        new Listen(
                                new HostPort("::", 443),
                                new HostPort("0.0.0.0", 444),
                                new HostPort("0.0.0.0", 445),
                                new HostPort("0.0.0.0", 53),
                                new HostPort("127.0.0.1", 90),
                                new HostPort("0.0.0.0", 80)),
                        new ControlPlaneAddress(
                                Optional.of(new HostPort("cp.example", 445)),
                                Optional.of(new HostPort("cp.example", 444))),
                        new PortRange(30000, 30099),
                        LocalTraffic.SPREAD,
                        Path.of("/tls"),
                        Path.of("/state"),
                        Duration.ofMinutes(5),
                        new Traffic(
                                Traffic.Deny.DROP,
                                Traffic.EnforceOn.CONNECTION,
                                PolicyMode.AUDIT,
                                Optional.of(Duration.ofSeconds(30)),
                                new Traffic.Tunnel(
                                        Optional.of(8),
                                        Optional.of(Duration.ofMinutes(5)),
                                        Optional.of(Duration.ofSeconds(2)))),
                        LogFormat.JSON));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        clustername: tokyo               | clustername: is not known; known here are cluster, clusterSet, controlPlane, deny, drain, enforceOn, flowQuietTime, identity, labels, listen, listenPorts, localTraffic, log, name, policyMode, stateDirectory, tunnel
        name: Sekisho                    | name: must be 1 to 40 lower-case letters, digits or inner '-', got 'Sekisho'
        cluster: tokyo.east              | cluster: cluster name must be 1 to 63 lower-case letters, digits or inner '-', got 'tokyo.east'
        clusterSet: 7                    | clusterSet: must be text, got '7'
        listen: {gatewayAdmin: '::1:1'}  | listen.gatewayAdmin: is not known; known here are admin, dns, feed, health, public, sync
        listen: {public: '7443'}         | listen.public: must be host:port, got '7443'
        controlPlane: {feed: 'x:0'}      | controlPlane.feed: must have a port from 1 to 65535, got 'x:0'
        controlPlane: {snyc: 'x:1'}      | controlPlane.snyc: is not known; known here are feed, sync
        listenPorts: 20000               | listenPorts: must be text, got '20000'
        listenPorts: 20000..20999        | listenPorts: must be FIRST-LAST such as 20000-29999, got '20000..20999'
        listenPorts: 20000-19999         | listenPorts: listenPorts must be FIRST-LAST with FIRST not above LAST, got 20000-19999
        listenPorts: 20000-70000         | listenPorts: listenPorts must be 1 to 65535, got 70000
        localTraffic: local              | localTraffic: must be first or spread, got 'local'
        identity: /tls                   | identity: must be a mapping, got '/tls'
        drain: 2h                        | drain: must be a duration from 0s to 1h, got '2h'
        log: {format: xml}               | log.format: must be text or json, got 'xml'
        deny: reject                     | deny: must be reset or drop, got 'reject'
        """)
    void a_wrong_setting_is_told_with_line_field_value_and_range(String line, String told) {
        assertThatThrownBy(() -> read("# settings\n" + line + "\n"))
                .isInstanceOf(UserError.class)
                .hasMessage("in " + folder.resolve("settings.yaml") + ":\nsettings.yaml:2: " + told);
    }

    @Test
    void all_problems_are_told_at_once() {
        assertThatThrownBy(() -> read("cluster: Tokyo\ndrain: soon\nlisten: {dns: nowhere}\n"))
                .hasMessageContaining("settings.yaml:1: cluster: ")
                .hasMessageContaining("settings.yaml:2: drain: ")
                .hasMessageContaining("settings.yaml:3: listen.dns: ");
    }

    @Test
    void a_file_that_is_not_there_is_named_with_where_it_comes_from() {
        assertThatThrownBy(() -> SettingsYaml.read(folder.resolve("settings.yaml")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(folder + "/settings.yaml is not there")
                .hasMessageContaining("ConfigMap sekisho-settings");
    }

    private PodSettings read(String text) throws IOException {
        var file = folder.resolve("settings.yaml");
        Files.writeString(file, text);
        return SettingsYaml.read(file);
    }
}
