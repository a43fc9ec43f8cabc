package dev.sekisho.controlplane.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A runner of cases is only worth something if it notices what is wrong.
class CaseFileTest {
    private static final String WORLD = """
        "namespaces": {"shop": {"team": "shop"}},
        "pods": [
          {"namespace": "shop", "name": "web", "labels": {"role": "web"}, "ip": "10.0.0.1", "ports": []},
          {"namespace": "shop", "name": "db", "labels": {"role": "db"}, "ip": "10.0.0.2",
           "ports": [{"port": 6379, "protocol": "TCP", "name": "redis"}]}],
        "networkPolicies": [
          {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "db", "namespace": "shop"},
           "spec": {"podSelector": {"matchLabels": {"role": "db"}}, "policyTypes": ["Ingress"],
                    "ingress": [{"from": [{"podSelector": {"matchLabels": {"role": "web"}}}], "ports": [{"port": "redis"}]}]}}]
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private CaseReport report(String... cases) throws IOException {
        var lines = String.join("\n", cases).lines().map(String::strip).toList();
        return CaseFile.run(Files.writeString(folder.resolve("own.jsonl"), String.join("", lines)));
    }

    private static String step(String expect) {
        return "{%s, \"expect\": {%s}}".formatted(WORLD, expect);
    }

    private static String aCase(String more, String... steps) {
        return "{\"id\": \"own/1\", %s \"steps\": [%s]}".formatted(more, String.join(",", steps));
    }

    @Test
    void a_right_matrix_has_no_differences() throws IOException {
        var report = report(aCase("", step("""
            "matrix": {"TCP/6379": {"ingress": ["#.", ".#"], "egress": ["#.", ".#"], "combined": ["#.", ".#"]},
                       "TCP/80": {"combined": ["#X", ".#"]}}
            """)));

        assertThat(report.differences()).isEmpty();
        assertThat(report.checks()).isEqualTo(8);
        assertThat(report.steps()).isEqualTo(1);
    }

    @Test
    void a_wrong_cell_is_told_with_who_decided() throws IOException {
        var report = report(aCase("", step("\"matrix\": {\"TCP/80\": {\"combined\": [\"#.\", \".#\"]}}")));

        assertThat(report.differing()).isEqualTo(1);
        assertThat(report.isRight()).isFalse();
        assertThat(report.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.check()).isEqualTo("combined TCP/80 from shop/web to shop/db");
            assertThat(difference.expected()).isEqualTo("allowed");
            assertThat(difference.why()).contains("shop/db", "80/TCP is not in redis/TCP");
        });
    }

    @Test
    void a_disputed_case_is_told_but_is_no_mistake() throws IOException {
        var report = report(aCase(
                "\"disputed\": \"we think otherwise\",",
                step("\"matrix\": {\"TCP/80\": {\"combined\": [\"#.\", \".#\"]}}")));

        assertThat(report.isRight()).isTrue();
        assertThat(report.disputed()).singleElement().satisfies(disputed -> {
            assertThat(disputed.reason()).isEqualTo("we think otherwise");
            assertThat(disputed.differing()).isEqualTo(1);
        });
    }

    @Test
    void probes_may_come_from_addresses_that_are_no_pod() throws IOException {
        var report = report(aCase("", step("""
            "probes": [{"from": "ip:192.0.2.1", "to": "shop/db", "protocol": "TCP", "port": 6379, "allowed": false},
                       {"from": "shop/web", "to": "ip:192.0.2.1", "protocol": "UDP", "port": 53, "allowed": true},
                       {"from": "shop/web", "to": "shop/db", "protocol": "TCP", "port": 6379, "allowed": false}]
            """)));

        assertThat(report.checks()).isEqualTo(3);
        assertThat(report.differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.check()).contains("from shop/web to shop/db"));
    }

    @Test
    void a_list_of_connections_is_complete() throws IOException {
        var everything = "{\"TCP\": [[1, 65535]], \"UDP\": [[1, 65535]], \"SCTP\": [[1, 65535]]}";
        var listed = """
            "connections": [
              {"src": "shop/web", "dst": "shop/db", "allowed": {"TCP": [[6379, 6379]]}},
              {"src": "shop/db", "dst": "shop/web", "allowed": %1$s},
              {"src": "0.0.0.0-9.255.255.255[External]", "dst": "shop/web", "allowed": %1$s},
              {"src": "shop/web", "dst": "0.0.0.0-255.255.255.255[External]", "allowed": %1$s},
              {"src": "shop/db", "dst": "0.0.0.0-255.255.255.255[External]", "allowed": %1$s}]
            """.formatted(everything);

        assertThat(report(aCase("", step(listed))).differences()).isEmpty();
        assertThat(report(aCase("", step(listed.replace("[[6379, 6379]]", "[[6379, 6380]]"))))
                        .differing())
                .isPositive();
    }

    @Test
    void a_case_that_cannot_be_read_is_a_mistake() throws IOException {
        var broken = aCase("", step("\"probes\": []").replace("\"matchLabels\": {\"role\": \"db\"}", "\"labels\": {}"));

        assertThat(report(broken).differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.why())
                        .contains("own.jsonl:1: steps[0].networkPolicies[0].spec.podSelector.labels"));
        assertThat(report("{\"id\": \"x\"}").differing()).isEqualTo(1);
        assertThat(report("{").differing()).isEqualTo(1);
    }

    @Test
    void single_objects_are_judged_too() throws IOException {
        var report = CaseFile.run(Files.writeString(folder.resolve("objects.jsonl"), """
            {"id": "1", "ip": "10.0.0.1", "cidr": "10.0.0.0/8", "member": true}
            {"id": "2", "ip": "10.0.0.1", "cidr": "10.0.0.0/8", "member": false}
            {"id": "3", "selector": {"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["b"]}]}, "labels": {}, "match": true}
            {"id": "4", "selector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}, "error": true}
            {"id": "5", "selector": null, "labels": {}, "match": true}
            {"id": "6", "name": "port 0", "valid": true, "policy": {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": {"ingress": [{"ports": [{"port": 0}]}]}}}
            """));

        assertThat(report.differences()).extracting(CaseReport.Difference::id).containsExactly("2", "5", "6");
        assertThat(report.cases()).isEqualTo(6);
    }
}
