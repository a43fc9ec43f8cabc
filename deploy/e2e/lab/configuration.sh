# Part of lab: the files of one cluster. Everything is written to, and points into, the folder it is run in.

certificates() { # certificates CLUSTER NUMBER, in the cluster's folder
  openssl genrsa -out sa.key 2048 2>/dev/null
  openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -subj "/CN=$1" -days 30 2>/dev/null
  certificate admin "/O=system:masters/CN=admin" ""
  certificate apiserver "/CN=kube-apiserver" "subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1,IP:198.51.100.$2"
}

certificate() { # certificate NAME SUBJECT EXTENSIONS
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$1.crt" -days 30 -extfile <(echo "$3") 2>/dev/null
}

configuration() { # configuration CLUSTER NUMBER, in the cluster's folder
  # Users and clusters are named after the cluster, because kubeconfigs are merged by these names.
  cat >kubeconfig <<YAML
apiVersion: v1
kind: Config
clusters: [{name: $1, cluster: {server: "https://198.51.100.$2:6443", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: $1-admin, user: {client-certificate-data: $(base64 -w0 admin.crt), client-key-data: $(base64 -w0 admin.key)}}]
contexts: [{name: $1, context: {cluster: $1, user: $1-admin}}]
current-context: $1
YAML
  # restrict_oom_score_adj: without CAP_SYS_RESOURCE, runc could not start a container otherwise.
  # netns_mounts_under_state_dir: else the pods' namespaces would outlive the cluster.
  cat >containerd.toml <<TOML
version = 2
root = "$PWD/containerd"
state = "$PWD/containerd-state"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
[grpc]
  address = "$PWD/containerd.sock"
[ttrpc]
  address = "$PWD/containerd.sock.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "$PWD/containerd-opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "$PWD/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$PWD/cni"
TOML
  cat >cni/10-bridge.conflist <<JSON
{"cniVersion": "1.0.0", "name": "$1", "plugins": [{"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
  "ipam": {"type": "host-local", "dataDir": "$PWD/ipam", "ranges": [[{"subnet": "10.244.0.0/24"}], [{"subnet": "fd00:244::/64"}]],
    "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}}]}
JSON
  # Only what pods ask, for tests of what they may ask.
  cat >audit.yaml <<YAML
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: None, userGroups: ["system:serviceaccounts:kube-system", "system:masters", "system:nodes"]}
  - {level: Metadata, userGroups: ["system:serviceaccounts"]}
  - {level: None}
YAML
  echo "nameserver 192.0.2.1" >resolv.conf
  # failCgroupV1 and the two below cgroupDriver: machines with cgroup v1 do as well.
  # syncFrequency: so soon do pods see a changed ConfigMap.
  cat >kubelet.yaml <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
containerRuntimeEndpoint: unix://$PWD/containerd.sock
podLogsDir: $PWD/pod-logs
volumePluginDir: $PWD/volume-plugins
syncFrequency: 5s
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
resolvConf: $PWD/resolv.conf
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PWD/ca.crt}}
authorization: {mode: Webhook}
failSwapOn: false
makeIPTablesUtilChains: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 50Mi}
maxPods: 250
YAML
}
