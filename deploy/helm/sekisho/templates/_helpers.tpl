{{- define "sekisho.labels" -}}
app.kubernetes.io/name: sekisho
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* What selects the pods of a component: (list . "gateway") */}}
{{- define "sekisho.selector" -}}
app.kubernetes.io/name: sekisho
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "sekisho.image" -}}
{{- $image := .Values.image -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}{{ with $image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* The programs' settings file, the same for both. */}}
{{- define "sekisho.settings" -}}
{{- if not .Values.cluster.fromClusterProperties }}
cluster: {{ required "cluster.name is required: this cluster's id in the clusterset, for example --set cluster.name=tokyo" .Values.cluster.name | quote }}
clusterSet: {{ required "cluster.clusterSet is required: the clusterset this cluster joins, for example --set cluster.clusterSet=demo" .Values.cluster.clusterSet | quote }}
{{- else if or .Values.cluster.name .Values.cluster.clusterSet }}
{{- fail "cluster.name and cluster.clusterSet must be left out with cluster.fromClusterProperties" }}
{{- end }}
{{- with .Values.cluster.labels }}
labels:
  {{- toYaml . | nindent 2 }}
{{- end }}
listen:
  public: 0.0.0.0:7443
  sync: 0.0.0.0:7444
  feed: 0.0.0.0:7445
  dns: 0.0.0.0:1053
  admin: 127.0.0.1:9090
  health: 0.0.0.0:9080
listenPorts: {{ .Values.listenPorts }}
localTraffic: {{ .Values.localTraffic }}
identity:
  directory: /etc/sekisho/tls
stateDirectory: /var/lib/sekisho
drain: {{ .Values.gateway.drainSeconds }}s
deny: {{ .Values.deny }}
enforceOn: {{ .Values.enforceOn }}
policyMode: {{ .Values.policyMode }}
{{- with .Values.flowQuietTime }}
flowQuietTime: {{ . }}
{{- end }}
{{- with .Values.tunnel }}
tunnel:
  {{- toYaml . | nindent 2 }}
{{- end }}
log:
  format: {{ .Values.log.format }}
{{- end }}

{{/* What the pods of both components have in common, each of (list . "gateway" .Values.gateway). */}}
{{- define "sekisho.podMetadata" -}}
{{- $component := index . 2 -}}
labels:
  {{- include "sekisho.selector" . | nindent 2 }}
  {{- with $component.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  # A pod reads its settings once, so it is replaced when they change.
  sekisho.dev/settings: {{ include "sekisho.settings" (index . 0) | sha256sum }}
  {{- with $component.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "sekisho.podPlacement" -}}
{{- range $index, $key := tuple "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
{{- if $index }}{{ print "\n" }}{{ end -}}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "sekisho.selector" $ | nindent 6 }}
{{- end }}
{{- end }}

{{- define "sekisho.podOptions" -}}
{{- $root := index . 0 -}}
{{- $component := index . 2 -}}
serviceAccountName: sekisho-{{ index . 1 }}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $component.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $component.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $component.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $component.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- include "sekisho.podPlacement" . | nindent 2 }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "sekisho.containerOptions" -}}
{{- $root := index . 0 -}}
{{- $component := index . 2 -}}
image: {{ include "sekisho.image" $root }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args: [{{ index . 1 }}, --settings, /etc/sekisho/settings.yaml]
env:
  - name: POD_NAME
    valueFrom: {fieldRef: {fieldPath: metadata.name}}
  - name: POD_NAMESPACE
    valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
  - name: POD_IP
    valueFrom: {fieldRef: {fieldPath: status.podIP}}
  - name: POD_IPS
    valueFrom: {fieldRef: {fieldPath: status.podIPs}}
  {{- with $root.Values.jvmOptions }}
  - name: JDK_JAVA_OPTIONS
    value: {{ . | quote }}
  {{- end }}
startupProbe:
  httpGet: {path: /healthz, port: health}
  periodSeconds: 1
  failureThreshold: 120
livenessProbe:
  httpGet: {path: /healthz, port: health}
  periodSeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet: {path: /readyz, port: health}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
resources:
  {{- toYaml $component.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* /tmp is for the native libraries that are unpacked at the start. */}}
{{- define "sekisho.volumeMounts" -}}
- {name: settings, mountPath: /etc/sekisho/settings.yaml, subPath: settings.yaml, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "sekisho.volumes" -}}
- name: settings
  configMap: {name: sekisho-settings}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- end }}
