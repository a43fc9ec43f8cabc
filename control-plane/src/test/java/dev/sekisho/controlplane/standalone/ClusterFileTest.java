package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.controlplane.settings.LogFormat;
import dev.sekisho.controlplane.settings.Traffic;
import dev.sekisho.controlplane.settings.Traffic.Deny;
import dev.sekisho.controlplane.settings.Traffic.EnforceOn;
import dev.sekisho.controlplane.settings.Traffic.Tunnel;
import dev.sekisho.controlplane.standalone.StandaloneSettings.Listen;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PolicyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterFileTest {
    private static final String HEAD = """
        apiVersion: sekisho.dev/v1alpha1
        kind: Cluster
        metadata: {name: tokyo}
        spec:
          clusterSet: demo
        """;

    @TempDir
    private Path folder;

    @Test
    void two_names_are_enough_and_only_the_public_port_leaves_loopback() throws IOException {
        write(HEAD);

        var settings = ClusterFile.read(folder);

        assertThat(settings.cluster()).isEqualTo(new ClusterName("tokyo"));
        assertThat(settings.clusterSet()).isEqualTo(new ClusterSetName("demo"));
        assertThat(settings.listen()).isEqualTo(Listen.DEFAULTS);
        assertThat(settings.listen().publicPort()).isEqualTo(HostPort.parse("0.0.0.0:7443"));
        assertThat(List.of(
                        settings.listen().sync(),
                        settings.listen().feed(),
                        settings.listen().dns(),
                        settings.listen().gatewayAdmin(),
                        settings.listen().controlPlaneAdmin()))
                .allSatisfy(endpoint -> assertThat(endpoint.host()).isEqualTo("127.0.0.1"));
        assertThat(settings.identityDirectory()).isEqualTo(folder.resolve("ca"));
        assertThat(settings.traffic()).isEqualTo(Traffic.DEFAULTS);
    }

    @Test
    void every_setting_is_read() throws IOException {
        write(HEAD.replace("{name: tokyo}", "{name: tokyo, labels: {region: east}}") + """
              publicEndpoint: gw.tokyo.example:443
              listen:
                public: 127.0.1.1:7443
                sync: 127.0.1.1:7444
                feed: 127.0.1.1:7445
                dns: 127.0.1.1:1053
                gatewayAdmin: 127.0.1.1:9091
                controlPlaneAdmin: "[::1]:9090"
              importAddresses: [127.66.1.0/24, "fd00::/112"]
              identity: {directory: certificates}
              deny: drop
              enforceOn: connection
              policyMode: audit
              flowQuietTime: 30s
              tunnel: {lanesPerPeer: 8, idleAfter: 5m, dialTimeout: 1500ms}
              log: {format: json}
            """.indent(0));

        var settings = ClusterFile.read(folder);

        assertThat(settings)
                .isEqualTo(new StandaloneSettings(
                        folder,
                        new ClusterName("tokyo"),
                        new ClusterSetName("demo"),
                        Map.of("region", "east"),
                        new HostPort("gw.tokyo.example", 443),
                        new Listen(
                                new HostPort("127.0.1.1", 7443),
                                new HostPort("127.0.1.1", 7444),
                                new HostPort("127.0.1.1", 7445),
                                new HostPort("127.0.1.1", 1053),
                                new HostPort("127.0.1.1", 9091),
                                new HostPort("::1", 9090)),
                        List.of(Cidr.parse("127.66.1.0/24"), Cidr.parse("fd00::/112")),
                        folder.resolve("certificates"),
                        new Traffic(
                                Deny.DROP,
                                EnforceOn.CONNECTION,
                                PolicyMode.AUDIT,
                                Optional.of(Duration.ofSeconds(30)),
                                new Tunnel(
                                        Optional.of(8),
                                        Optional.of(Duration.ofMinutes(5)),
                                        Optional.of(Duration.ofMillis(1500)))),
                        LogFormat.JSON));
    }

    @Test
    void labels_must_be_labels() throws IOException {
        write(HEAD.replace("{name: tokyo}", "{name: tokyo, labels: {region: 'no way', '-x': y}}"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterFile.read(folder))
                .withMessageContaining("metadata.labels.region: must be at most 63 letters")
                .withMessageContaining("metadata.labels: must have keys of letters")
                .withMessageContaining("'-x'");
    }

    @Test
    void the_public_endpoint_is_the_public_listener_when_not_given() throws IOException {
        write(HEAD + "  listen: {public: '127.0.1.1:8443'}\n");

        assertThat(ClusterFile.read(folder).publicEndpoint()).isEqualTo(new HostPort("127.0.1.1", 8443));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        deny: reject                        | spec.deny: must be reset or drop, got 'reject'
        listen: {public: 7443}              | spec.listen.public: must be text, got '7443'
        listen: {dns: 'nowhere'}            | spec.listen.dns: must be host:port, got 'nowhere'
        listen: {dns: '127.0.0.1:70000'}    | spec.listen.dns: must be host:port, got '127.0.0.1:70000'
        listen: 7443                        | spec.listen: must be a mapping, got '7443'
        publicEndpoint: '127.0.0.1:0'       | spec.publicEndpoint: must have a port from 1 to 65535, got '127.0.0.1:0'
        importAddresses: 127.66.0.0/24      | spec.importAddresses: must be a list, got '127.66.0.0/24'
        importAddresses: [127.66.0.0]       | spec.importAddresses[0]: must be a CIDR such as 192.0.2.0/24, got '127.66.0.0'
        policyMode: off                     | spec.policyMode: must be enforce or audit, got 'off'
        tunnel: {lanesPerPeer: 65}          | spec.tunnel.lanesPerPeer: must be a number from 1 to 64, got '65'
        tunnel: {lanesPerPeer: '4'}         | spec.tunnel.lanesPerPeer: must be a number from 1 to 64, got '4'
        flowQuietTime: 2h                   | spec.flowQuietTime: must be a duration from 1s to 1h, got '2h'
        tunnel: {idleAfter: 2d}             | spec.tunnel.idleAfter: must be a duration from 1s to 24h, got '2d'
        tunnel: {dialTimeout: 99ms}         | spec.tunnel.dialTimeout: must be a duration from 0.1s to 5m, got '99ms'
        enforceon: change                   | spec.enforceon: is not known; known here are clusterSet, deny, enforceOn, flowQuietTime, identity, importAddresses, listen, log, policyMode, publicEndpoint, tunnel
        log: {format: xml}                  | spec.log.format: must be text or json, got 'xml'
        clusterSet: other                   | spec.clusterSet: is given twice, first in line 5
        """)
    void a_wrong_setting_is_told_with_line_field_value_and_range(String line, String told) throws IOException {
        write(HEAD + "  " + line + "\n");

        assertThatThrownBy(() -> ClusterFile.read(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cluster.yaml:6: " + told);
    }

    @Test
    void all_problems_are_told_at_once() throws IOException {
        write("""
            apiVersion: sekisho.dev/v1
            kind: Cluster
            metadata:
              name: Tokyo
            """);

        assertThatThrownBy(() -> ClusterFile.read(folder)).hasMessage("""
            cluster.yaml:1: apiVersion: must be sekisho.dev/v1alpha1, got 'sekisho.dev/v1'
            cluster.yaml:4: metadata.name: cluster name must be 1 to 63 lower-case letters, digits or inner '-', got 'Tokyo'
            cluster.yaml:1: spec.clusterSet: is required\
            """);
    }

    @Test
    void text_that_is_no_yaml_is_told_with_its_line() throws IOException {
        write("kind: Cluster\nspec: {listen: [\n");

        assertThatThrownBy(() -> ClusterFile.read(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cluster.yaml:3: is no valid YAML: ");
    }

    @Test
    void an_empty_file_and_a_missing_one_are_told_apart() throws IOException {
        write("# nothing yet\n");

        assertThatThrownBy(() -> ClusterFile.read(folder)).hasMessage("cluster.yaml: holds no Cluster");
        assertThatThrownBy(() -> ClusterFile.read(folder.resolve("elsewhere"))).isInstanceOf(NoSuchFileException.class);
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve(ClusterFile.NAME), text);
    }
}
