# Part of lab: how it gets the programs and the images that clusters are made of. Both are kept in LAB_HOME.

require_packages() {
  local missing=() package policies=""
  [ -z "$LAB_POLICIES" ] || policies="ipset iptables"
  for package in etcd-server containerd runc containernetworking-plugins iproute2 nftables conntrack kmod procps util-linux \
    debootstrap zstd openssl curl python3 gcc libc6-dev $policies; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null || die "these Debian packages (or what they hold) are missing, and there is no apt-get: ${missing[*]}"
  say "installing ${missing[*]}"
  # RUNLEVEL: the packages' own daemons are not to be started; every cluster has its own.
  slowly "$LAB_HOME/apt.log" install_packages "${missing[@]}" || { tail "$LAB_HOME/apt.log" >&2; die "apt-get could not install ${missing[*]}"; }
}

install_packages() {
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@"
}

alone() { # alone LOCK COMMAND...: while no other lab holds that lock: `programs` to get them, `network` to change the bridge
  local lock=$LAB_HOME/$1.lock; shift
  mkdir -p "$LAB_HOME"
  ( flock 9; "$@" ) 9>"$lock"
}

build() {
  require_packages
  mkdir -p "$BIN"
  obtain kubernetes "$KUBERNETES" "10 minutes"
  obtain coredns "$COREDNS" "2 minutes"
  obtain helm "$HELM" "4 minutes"
  [ -z "$LAB_POLICIES" ] || obtain kube-router "$KUBE_ROUTER" "4 minutes"
  local program
  for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl; do
    ln -sf "kubernetes-$KUBERNETES" "$BIN/$program"
  done
  ln -sf "helm-$HELM" "$BIN/helm"
}

obtain() { # obtain NAME VERSION TIME
  local name=$1 version=$2 file="$BIN/$1-$2"
  [ ! -x "$file" ] || return 0
  [ -z "$LAB_ARCHIVES" ] || [ -d "$LAB_ARCHIVES" ] || die "LAB_ARCHIVES is no folder: $LAB_ARCHIVES"
  if [ -n "$LAB_ARCHIVES" ] && [ -f "$LAB_ARCHIVES/$name-$version.zst" ]; then
    say "unpacking $name $version"
    zstd -qdf "$LAB_ARCHIVES/$name-$version.zst" -o "$file.part" || die "cannot unpack $LAB_ARCHIVES/$name-$version.zst"
  else
    command -v go >/dev/null || die "$name $version must be built, which needs Go; or name in LAB_ARCHIVES a folder with $name-$version.zst"
    say "building $name $version: about $3 on two cores"
    build_from_modules "$name" "$file.part" || die "cannot build $name $version: see $LAB_HOME/$name.log"
  fi
  chmod +x "$file.part"
  mv "$file.part" "$file"
}

slowly() { # slowly LOG COMMAND...: its output goes to the log; what it last said of itself is repeated every half minute
  local log=$1 begun=$SECONDS ticker status=0; shift
  # Ends with this program even when that is killed, and keeps neither its lock nor its output.
  ( while sleep 30 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
      say "  after $((SECONDS - begun)) s: $(tail -n 1 "$log" | cut -c 1-100)"
    done ) 9>&- &
  ticker=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  return $status
}

build_from_modules() { # build_from_modules NAME OUT; its output goes to a log
  local work; work=$(mktemp -d)
  local status=0
  slowly "$LAB_HOME/$1.log" module "$1" "$work" "$2" || status=$?
  rm -rf "$work"
  return $status
}

module() { ( cd "$2" && export CGO_ENABLED=0 && "module_$1" "$3" ); } # module NAME FOLDER OUT

module_helm() { GOBIN=$PWD go install -v -trimpath -ldflags "-s -w" "helm.sh/helm/v4/cmd/helm@v$HELM"; mv helm "$1"; }

module_kube-router() {
  GOBIN=$PWD go install -trimpath -ldflags "-s -w" "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router@v$KUBE_ROUTER"
  mv kube-router "$1"
}

module_coredns() {
  cp "$HERE/coredns.go" main.go
  go mod init lab
  go get "github.com/coredns/coredns@v$COREDNS"
  go mod tidy
  go build -v -trimpath -ldflags "-s -w" -o "$1" .
}

module_kubernetes() {
  cp "$HERE/kubernetes.go" main.go
  go mod init lab
  # go.mod of k8s.io/kubernetes replaces its staging modules by folders; here each is pinned to its released twin.
  local upstream version=k8s.io/component-base/version
  upstream=$(go mod download -json "k8s.io/kubernetes@v$KUBERNETES" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
  grep -oE '^\s+k8s.io/[a-z-]+ => ' "$upstream" | awk -v v="v0.${KUBERNETES#1.}" '{ print "replace " $1 " => " $1 " " v }' >>go.mod
  go get "k8s.io/kubernetes@v$KUBERNETES"
  go mod tidy
  local minor=${KUBERNETES#1.}
  go build -v -trimpath -o "$1" -ldflags \
    "-s -w -X $version.gitVersion=v$KUBERNETES -X $version.gitMajor=1 -X $version.gitMinor=${minor%.*}" .
}

images() {
  build
  mkdir -p "$IMAGES"
  local work; work=$(mktemp -d)
  if [ ! -f "$IMAGES/pause.tar" ]; then
    echo 'int pause(void); int main(void) { for (;;) pause(); }' | gcc -static -Os -x c - -o "$work/pause"
    image pause "$PAUSE" '["/pause"]' "$work/pause:pause"
  fi
  [ -f "$IMAGES/coredns.tar" ] || image coredns "localhost/coredns:$COREDNS" '["/coredns"]' "$BIN/coredns-$COREDNS:coredns"
  if [ ! -f "$IMAGES/tools.tar" ]; then
    say "building the image with sh, socat, nc, dig, curl, redis, python: about a minute"
    slowly "$LAB_HOME/debootstrap.log" debootstrap --variant=minbase \
      --include=socat,netcat-openbsd,dnsutils,iproute2,curl,redis-tools,redis-server,python3-minimal \
      bookworm "$work/root" || { rm -rf "$work"; die "debootstrap failed: see $LAB_HOME/debootstrap.log"; }
    rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/{doc,man,locale,info}/*
    tar -C "$work/root" -cf "$work/root.tar" .
    # The further names are those that the MCS conformance tests ask for.
    image tools "localhost/tools:1,docker.io/alpine/socat:1.7.4.4,docker.io/nicolaka/netshoot:v0.15" '[]' "$work/root.tar"
  fi
  rm -rf "$work"
}

image() { local name=$1; shift; "$HERE/image" "$IMAGES/$name.part" "$@"; mv "$IMAGES/$name.part" "$IMAGES/$name.tar"; }
