package dev.sekisho.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RulePlacesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static JsonNode answer() {
        return JsonMapper.shared().readTree("""
            {"allowed": true, "clusters": [{"cluster": "tokyo",
             "egress": {"allowed": true, "reason": "allowed: no policy isolates the pod"},
             "ingress": {"allowed": true, "endpoints": [{"endpoint": "shop/db-0", "ready": true, "allowed": true,
               "reason": "allowed by shop/db rule 1",
               "rule": {"kind": "NetworkPolicy", "namespace": "shop", "name": "db", "field": "spec.ingress[1]"}}]}}]}
            """);
    }

    @Test
    void the_deciding_rule_is_told_with_file_and_line() throws IOException {
        Files.createDirectories(folder.resolve("policies"));
        Files.writeString(folder.resolve("policies/shop.yaml"), """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: db, namespace: web}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: db, namespace: shop}
            spec:
              podSelector: {}
              ingress:
              - from: [{podSelector: {}}]
              - ports: [{port: 80}]
            """);

        var text = ExplainText.of(RulePlaces.added(answer(), folder));

        assertThat(text).contains("tokyo ingress of shop/db-0 allowed by shop/db rule 1 (policies/shop.yaml:12)");
    }

    @Test
    void without_the_folder_the_answer_stays_as_it_is() {
        assertThat(RulePlaces.added(answer(), folder.resolve("gone"))).isEqualTo(answer());
    }
}
