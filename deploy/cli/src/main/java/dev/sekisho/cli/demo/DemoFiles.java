package dev.sekisho.cli.demo;

/// The YAML of the two demo clusters: what a user would write by hand.
public final class DemoFiles {
    public static final String CLUSTER_SET = "demo";

    private DemoFiles() {}

    public static String cluster(String name, DemoAddresses addresses) {
        return """
            apiVersion: sekisho.dev/v1alpha1
            kind: Cluster
            metadata:
              name: %s
            spec:
              clusterSet: %s
              publicEndpoint: %s
              listen:
                public: %s
                sync: %s
                feed: %s
                dns: %s
                controlPlaneAdmin: %s
                gatewayAdmin: %s
              importAddresses: [%s]
            """.formatted(
                        name,
                        CLUSTER_SET,
                        addresses.publicPort(),
                        addresses.publicPort(),
                        addresses.sync(),
                        addresses.feed(),
                        addresses.dns(),
                        addresses.controlPlaneAdmin(),
                        addresses.gatewayAdmin(),
                        addresses.importPool());
    }

    /// tokyo: a TCP service `db` and an HTTP service `web` in namespace `shop`, both exported. The pod of `db` listens
    /// on an admin port, too, which the Service does not expose.
    public static String tokyoWorkloads(DemoAddresses addresses) {
        return """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
              labels: {team: shop}
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: db-0
              namespace: shop
              labels: {role: db}
            spec:
              containers:
                - name: db
                  ports: [{name: db, containerPort: 6379}, {name: admin, containerPort: 6380}]
            status:
              podIP: %s
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-0
              namespace: shop
              labels: {role: web}
            spec:
              containers:
                - name: web
                  ports: [{name: http, containerPort: 8080}]
            status:
              podIP: %s
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: db, namespace: shop}
            spec:
              selector: {role: db}
              ports: [{name: db, port: 6379, targetPort: db}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec:
              selector: {role: web}
              ports: [{name: http, port: 8080, targetPort: http}]
            ---
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: db, namespace: shop}
            ---
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: web, namespace: shop}
            """.formatted(addresses.pod(1), addresses.pod(2));
    }

    /// tokyo: only pods with `role: frontend` of namespace `shop` in osaka may call `db`, and only on its port.
    public static final String TOKYO_POLICY = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: db-from-frontend
          namespace: shop
        spec:
          podSelector:
            matchLabels: {role: db}
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      sekisho.dev/cluster: osaka
                      kubernetes.io/metadata.name: shop
                  podSelector:
                    matchLabels: {role: frontend}
              ports:
                - {protocol: TCP, port: 6379}
        """;

    /// tokyo, after the edit that cuts the live stream: nobody may call `db` any more.
    public static final String TOKYO_POLICY_CLOSED = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: db-from-frontend
          namespace: shop
        spec:
          podSelector:
            matchLabels: {role: db}
          policyTypes: [Ingress]
        """;

    /// osaka: two callers in namespace `shop`.
    public static String osakaWorkloads(DemoAddresses addresses) {
        return """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
              labels: {team: shop}
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: frontend-0
              namespace: shop
              labels: {role: frontend}
            spec:
              containers: [{name: frontend}]
            status:
              podIP: %s
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: batch-0
              namespace: shop
              labels: {role: batch}
            spec:
              containers: [{name: batch}]
            status:
              podIP: %s
            """.formatted(addresses.pod(1), addresses.pod(2));
    }
}
