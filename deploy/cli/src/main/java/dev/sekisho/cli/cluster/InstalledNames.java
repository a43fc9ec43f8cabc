package dev.sekisho.cli.cluster;

/// What the objects of an installation are called; the chart and the control plane use the same names.
public final class InstalledNames {
    public static final String NAMESPACE = "sekisho-system";
    public static final String CONTROL_PLANE = "sekisho-control-plane";
    public static final String GATEWAY = "sekisho-gateway";
    public static final String SYNC = "sekisho-sync";

    /// ConfigMap: `settings.yaml`, which both programs read.
    public static final String SETTINGS = "sekisho-settings";

    /// ConfigMap: `cluster`, `clusterSet` and `ca.crt`, published by the leader.
    public static final String CLUSTER_CARD = "sekisho-cluster";

    /// Secret: `ca.crt`, `ca.key`.
    public static final String CA = "sekisho-ca";

    /// Secret: `tls.crt`, `tls.key`, `ca.crt`.
    public static final String GATEWAY_TLS = "sekisho-gateway-tls";

    /// The Service port that peers dial.
    public static final String PUBLIC_PORT = "public";

    public static final String NAME_LABEL = "app.kubernetes.io/name";
    public static final String NAME = "sekisho";
    public static final String COMPONENT_LABEL = "app.kubernetes.io/component";

    private InstalledNames() {}
}
