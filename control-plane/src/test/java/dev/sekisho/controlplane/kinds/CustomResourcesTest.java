package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.CustomResourceDefinitions.schema;
import static dev.sekisho.controlplane.kinds.CustomResourceDefinitions.stored;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// The kinds in `deploy/crds` and their Java models are the same kinds.
class CustomResourcesTest {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    enum Kind {
        SERVICE_EXPORT(
                "serviceexports.yaml", ServiceExport.class, ServiceExport.Spec.class, ServiceExport.Status.class),
        SERVICE_IMPORT(
                "serviceimports.yaml", ServiceImport.class, ServiceImport.Spec.class, ServiceImport.Status.class),
        PEER("peers.yaml", Peer.class, Peer.Spec.class, Peer.Status.class),
        CLUSTER_PROPERTY(
                "optional/clusterproperties.yaml", ClusterProperty.class, ClusterProperty.Spec.class, Void.class);

        private final String file;
        private final Class<? extends CustomResource<?, ?>> model;
        private final Class<?> spec;
        private final Class<?> status;

        Kind(String file, Class<? extends CustomResource<?, ?>> model, Class<?> spec, Class<?> status) {
            this.file = file;
            this.model = model;
            this.spec = spec;
            this.status = status;
        }

        CustomResourceDefinition definition() {
            return CustomResourceDefinitions.read(file);
        }
    }

    @ParameterizedTest
    @EnumSource
    void schema_and_model_have_the_same_fields_of_the_same_types(Kind kind) {
        var parts = kind.status == Void.class
                ? Map.<String, Class<?>>of("spec", kind.spec)
                : Map.<String, Class<?>>of("spec", kind.spec, "status", kind.status);

        var schema = schema(stored(kind.definition())).getProperties();

        assertThat(schema).containsOnlyKeys(with(parts.keySet(), "apiVersion", "kind", "metadata"));
        parts.forEach((name, model) -> assertThat(Shape.ofModel(name, model))
                .isEqualTo(Shape.ofSchema(name, requireNonNull(schema.get(name)), model)));
    }

    private static Set<String> with(Set<String> names, String... more) {
        var all = new HashSet<>(names);
        all.addAll(List.of(more));
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void definition_and_model_have_the_same_names(Kind kind) {
        var definition = kind.definition();
        var names = definition.getSpec().getNames();

        assertThat(CustomResource.getCRDName(kind.model))
                .isEqualTo(definition.getMetadata().getName());
        assertThat(HasMetadata.getGroup(kind.model))
                .isEqualTo(definition.getSpec().getGroup());
        assertThat(HasMetadata.getVersion(kind.model))
                .isEqualTo(stored(definition).getName());
        assertThat(HasMetadata.getKind(kind.model)).isEqualTo(names.getKind());
        assertThat(HasMetadata.getPlural(kind.model)).isEqualTo(names.getPlural());
        assertThat(HasMetadata.getSingular(kind.model)).isEqualTo(names.getSingular());
        assertThat(CustomResource.getShortNames(kind.model)).containsExactlyElementsOf(names.getShortNames());
        assertThat(CustomResource.getCategories(kind.model)).containsExactlyElementsOf(names.getCategories());
        assertThat(Namespaced.class.isAssignableFrom(kind.model))
                .isEqualTo(definition.getSpec().getScope().equals("Namespaced"));
    }

    @ParameterizedTest
    @EnumSource
    void every_served_version_is_the_stored_one_by_another_name(Kind kind) {
        var definition = kind.definition();
        var stored = stored(definition);

        assertThat(definition.getSpec().getVersions()).allSatisfy(version -> {
            assertThat(version.getServed()).isTrue();
            assertThat(version.getSchema()).isEqualTo(stored.getSchema());
            assertThat(version.getSubresources()).isEqualTo(stored.getSubresources());
            assertThat(version.getAdditionalPrinterColumns()).isEqualTo(stored.getAdditionalPrinterColumns());
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVICE_EXPORT", "SERVICE_IMPORT"})
    void the_services_api_is_served_in_both_versions_and_says_which_release_it_is(Kind kind) {
        var definition = kind.definition();

        assertThat(definition.getSpec().getVersions())
                .extracting(CustomResourceDefinitionVersion::getName)
                .containsExactly("v1beta1", "v1alpha1");
        assertThat(definition.getMetadata().getLabels())
                .containsKeys("multicluster.x-k8s.io/release-version", "multicluster.x-k8s.io/crd-schema-revision");
    }

    @ParameterizedTest
    @EnumSource
    void every_field_is_described(Kind kind) {
        var undescribed = new ArrayList<String>();

        collectUndescribed("", schema(stored(kind.definition())), undescribed);

        assertThat(undescribed).containsExactlyInAnyOrderElementsOf(List.of(".metadata"));
    }

    private static void collectUndescribed(String path, JSONSchemaProps schema, List<String> undescribed) {
        if (schema.getDescription() == null) {
            undescribed.add(path);
        }
        schema.getProperties().forEach((name, field) -> collectUndescribed(path + "." + name, field, undescribed));
        if (schema.getItems() != null && schema.getItems().getSchema().getType().equals("object")) {
            collectUndescribed(path + "[]", schema.getItems().getSchema(), undescribed);
        }
    }

    @Test
    void an_export_is_written_as_it_was_read() {
        assertThatIsKept(ServiceExport.class, """
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: db, namespace: shop}
            spec:
              exportedLabels: {tier: gold}
              exportedAnnotations: {note: a b}
            status:
              conditions:
                - type: Conflict
                  status: "True"
                  observedGeneration: 2
                  lastTransitionTime: "2026-11-24T09:00:00Z"
                  reason: PortConflict
                  message: ""
            """);
    }

    @Test
    void an_import_is_written_as_it_was_read() {
        assertThatIsKept(ServiceImport.class, """
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceImport
            metadata: {name: db, namespace: shop}
            spec:
              type: ClusterSetIP
              ports:
                - {name: redis, protocol: TCP, appProtocol: redis, port: 6379}
                - {port: 53}
              ips: [10.96.7.7, "fd00:96::7"]
              ipFamilies: [IPv4, IPv6]
              sessionAffinity: ClientIP
              sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}
              internalTrafficPolicy: Cluster
              trafficDistribution: PreferClose
            status:
              endpointSliceObjects: Present
              clusters: [{cluster: tokyo}, {cluster: osaka}]
              conditions:
                - type: Ready
                  status: "True"
                  lastTransitionTime: "2026-11-24T09:00:00Z"
                  reason: Ready
                  message: ""
            """);
    }

    @Test
    void a_peer_is_written_as_it_was_read() {
        assertThatIsKept(Peer.class, """
            apiVersion: sekisho.dev/v1alpha1
            kind: Peer
            metadata: {name: osaka}
            spec: {endpoint: "198.51.100.2:7443", caBundle: PEM}
            status:
              connected: false
              lastHeardAt: "2026-11-24T09:00:00.123456Z"
              exports: 0
              problem: connection refused
            """);
    }

    @Test
    void what_is_required_is_written_even_when_empty() {
        var headless = new ServiceImport.Spec(
                "Headless",
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        var written = SERIALIZATION.asJson(headless);

        assertThat(written).isEqualTo("{\"type\":\"Headless\",\"ports\":[]}");
    }

    @Test
    void a_missing_field_is_empty_and_a_field_of_a_later_version_is_passed_over() {
        var export = SERIALIZATION.unmarshal("""
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: db}
            """, ServiceExport.class);
        var peer = SERIALIZATION.unmarshal("""
            apiVersion: sekisho.dev/v1alpha1
            kind: Peer
            metadata: {name: osaka}
            spec: {caBundle: PEM, later: {field: 1}}
            """, Peer.class);
        var status = SERIALIZATION.unmarshal("conditions: null", ServiceImport.Status.class);

        assertThat(export.getSpec().exportedLabels()).isEmpty();
        assertThat(export.getStatus().conditions()).isEmpty();
        assertThat(peer.getSpec()).isEqualTo(new Peer.Spec(Optional.empty(), "PEM"));
        assertThat(status).isEqualTo(new ServiceImport.Status(Optional.empty(), List.of(), List.of()));
    }

    private static <T> void assertThatIsKept(Class<T> type, String yaml) {
        var read = SERIALIZATION.unmarshal(yaml, type);

        var written = SERIALIZATION.asJson(read);

        var json = JsonMapper.shared();
        assertThat(json.readTree(written)).isEqualTo(json.readTree(SERIALIZATION.convertToJson(yaml)));
    }
}
