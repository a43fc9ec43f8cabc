package dev.sekisho.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A service `hello` whose pods answer who they are, on port 42, TCP and UDP, and on port 43 whatever is said to them;
/// and a pod in each cluster that calls it.
final class HelloWorld implements AutoCloseable {
    private static final String CALLERS = "callers";
    private static final String CALLER = "caller";

    /// `pod ip 10.244.0.7 of tokyo`
    private static final String CONTAINERS = """
        terminationGracePeriodSeconds: 0
        containers:
        - name: tcp
          image: localhost/tools:1
          env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
          command: [socat, 'TCP6-LISTEN:42,fork,reuseaddr,ipv6only=0', 'SYSTEM:echo pod ip $POD_IP of CLUSTER']
          ports: [{containerPort: 42}]
          startupProbe: {tcpSocket: {port: 42}, periodSeconds: 1} # asked once: each time costs a process
        - name: udp
          image: localhost/tools:1
          env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
          command: [socat, 'UDP6-LISTEN:42,fork,reuseaddr,ipv6only=0', 'SYSTEM:echo pod ip $POD_IP of CLUSTER']
          ports: [{containerPort: 42, protocol: UDP}]
        - name: echo
          image: localhost/tools:1
          command: [socat, 'TCP6-LISTEN:43,fork,reuseaddr,ipv6only=0', 'EXEC:cat']
          ports: [{containerPort: 43}]
        """;

    private final Clusterset set;
    private final String callers;
    private final Set<String> namespaces = new TreeSet<>();

    HelloWorld(Clusterset set) {
        this(set, CALLERS);
    }

    /// @param callers the namespace of the pods that call
    HelloWorld(Clusterset set, String callers) {
        this.set = set;
        this.callers = callers;
        for (var cluster : set.kubernetes()) {
            set.apply(cluster, """
                {apiVersion: v1, kind: Namespace, metadata: {name: %s}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %1$s}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: shell, image: 'localhost/tools:1', command: [sleep, infinity]}]
                """.formatted(callers, CALLER));
        }
        for (var cluster : set.kubernetes()) {
            set.kubectl(cluster, "-n", callers, "wait", "--for=condition=Ready", "pod/" + CALLER, "--timeout=90s")
                    .succeeds();
        }
    }

    /// In every cluster; it goes with [#close].
    void namespace(String name) {
        namespaces.add(name);
        set.kubernetes()
                .forEach(cluster ->
                        set.apply(cluster, "{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}"));
    }

    /// @param ports the entries of `spec.ports`
    /// @param more further fields of its `spec`
    void service(String cluster, String namespace, String ports, String... more) {
        var fields = Stream.concat(
                        Stream.of(
                                "selector: {app: hello}", "ipFamilyPolicy: PreferDualStack", "ports: [" + ports + "]"),
                        Arrays.stream(more))
                .collect(Collectors.joining(", "));
        set.apply(
                cluster,
                "{apiVersion: v1, kind: Service, metadata: {name: hello, namespace: " + namespace + "}, spec: {"
                        + fields + "}}");
    }

    /// Two, and waits until they are ready.
    void pods(String cluster, String namespace) {
        workload(cluster, namespace, "Deployment", "");
    }

    /// Two with names of their own.
    void statefulPods(String cluster, String namespace) {
        workload(cluster, namespace, "StatefulSet", "  serviceName: hello\n");
    }

    private void workload(String cluster, String namespace, String kind, String more) {
        set.apply(
                cluster,
                """
            apiVersion: apps/v1
            kind: %s
            metadata: {name: hello, namespace: %s}
            spec:
              replicas: 2
              selector: {matchLabels: {app: hello}}
              template:
                metadata: {labels: {app: hello}}
                spec:
            """.formatted(kind, namespace)
                        + CONTAINERS.replace("CLUSTER", cluster).indent(6)
                        + more);
        set.awaitReady(cluster, namespace, kind.toLowerCase(Locale.ROOT) + "/hello");
    }

    void export(String cluster, String namespace) {
        export(cluster, namespace, "");
    }

    /// @param spec its fields
    void export(String cluster, String namespace, String spec) {
        set.apply(
                cluster,
                "{apiVersion: multicluster.x-k8s.io/v1beta1, kind: ServiceExport, metadata: {name: hello, namespace: "
                        + namespace + "}, spec: {" + spec + "}}");
    }

    void unexport(String cluster, String namespace) {
        set.delete(cluster, namespace, "serviceexport", "hello");
    }

    /// One TCP call by name.
    Ended call(String from, String namespace, int port) {
        return in(from, "nc", "-w", "2", name(namespace), String.valueOf(port));
    }

    /// One UDP call by name.
    Ended callByUdp(String from, String namespace) {
        return in(from, "sh", "-c", "echo who | nc -u -w 2 " + name(namespace) + " 42");
    }

    /// Calls by name, says `x`, hears it again, and then tells when the stream ends, in nanoseconds of the clock.
    Process openStream(String from, String namespace) throws IOException {
        return start(from, "python3", "-uc", """
            import socket, sys, time
            s = socket.create_connection((sys.argv[1], 43), 10)
            s.settimeout(60)
            s.sendall(b'x')
            print('open' if s.recv(1) == b'x' else 'closed')
            try:
                s.recv(1)
            except ConnectionResetError:
                pass
            print(time.time_ns())
            """, name(namespace));
    }

    /// Starts a command in the pod that calls.
    Process start(String cluster, String... command) throws IOException {
        return set.startIn(cluster, callers, CALLER, command);
    }

    static String name(String namespace) {
        return "hello." + namespace + ".svc.clusterset.local";
    }

    /// In the pod that calls.
    Ended in(String cluster, String... command) {
        return set.in(cluster, callers, CALLER, command);
    }

    /// What DNS of that cluster answers, a record each.
    Set<String> dig(String cluster, String name, String type) {
        return in(cluster, "dig", "+short", "+tries=2", "+time=1", name, type)
                .output()
                .lines()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// @param mark what addresses of the family contain
    Set<String> podAddresses(String cluster, String namespace, String mark) {
        var pods = set.get(cluster, namespace, "pods", "-l", "app=hello").at("/items");
        return StreamSupport.stream(pods.spliterator(), false)
                .flatMap(pod -> StreamSupport.stream(pod.at("/status/podIPs").spliterator(), false))
                .map(address -> address.at("/ip").asString())
                .filter(address -> address.contains(mark))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Removes the namespaces of [#namespace], so that what runs in them does not slow down the tests that follow.
    @Override
    public void close() {
        if (!namespaces.isEmpty()) {
            var arguments = new ArrayList<>(List.of("delete", "namespace", "--wait=false", "--ignore-not-found"));
            arguments.addAll(namespaces);
            set.kubernetes()
                    .forEach(cluster -> set.kubectl(cluster, arguments.toArray(String[]::new))
                            .succeeds());
        }
    }
}
