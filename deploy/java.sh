# Shared by the launchers: finds a JDK 25 and builds a checkout when it must. To be sourced; needs $root, the checkout.

# Prints the Java major version of a JDK or runtime folder, or nothing.
major_of() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] && sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Prints the folder of the first Java that is new enough.
find_java() {
  local home major
  for home in "${SEKISHO_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -n "$home" ] || continue
    major=$(major_of "$home") || continue
    if [ "${major:-0}" -ge 25 ]; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  echo "sekisho: no Java 25 found. Install a JDK 25 (for example Temurin), or name its folder in SEKISHO_JAVA_HOME." >&2
  return 1
}

# build_unless_fresh MODULE FILE: packages MODULE and what it needs, unless its FILE is there and no source file is newer than
# the beginning of the build that made it. Below the tests of a build (SEKISHO_BUILD says of which) nothing is built: what that
# one has packaged counts as fresh, whatever was edited since.
build_unless_fresh() {
  local module=$1 file=$root/$1/target/$2 begun newer="its $2 is missing"
  [ -f "$root/pom.xml" ] || return 0
  begun=$(cat "$root/$module/target/begun" 2>/dev/null) || begun=
  if [ -f "$file" ] && [ -n "$begun" ]; then
    [ "$begun" != "${SEKISHO_BUILD:-}" ] || return 0
    newer=$(find "$root"/{proto,gateway,control-plane,deploy/cli,"$module"}/{src/main,pom.xml} "$root/deploy/manifests" \
      "$root/pom.xml" -newermt "$begun" -print -quit)
    [ -n "$newer" ] || return 0
    newer="${newer#"$root/"} is newer"
  fi
  if [ -n "${SEKISHO_BUILD:-}" ]; then
    echo "sekisho: $module is not packaged ($newer), and nothing is built while tests run: run these by 'mvn verify'." >&2
    return 1
  fi
  need_maven
  echo "sekisho: building (the first time also downloads what it needs; some minutes) ..." >&2
  (cd "$root" && maven -pl "$module" -am -DskipTests package) |
    sed -un 's/^\[INFO\] Building \(Sekisho.*\) [0-9].*/sekisho:   \1/p; /^\[ERROR\]/p' >&2
}

# Maven; below the tests of a build it goes online, and takes settings and repository, as that one does (SEKISHO_MAVEN).
maven() {
  local offline settings repository options=()
  IFS=: read -r offline settings repository <<<"${SEKISHO_MAVEN:-}"
  [ "$offline" != true ] || options+=(-o)
  [ ! -f "$settings" ] || options+=(-s "$settings")
  [ -z "$repository" ] || options+=("-Dmaven.repo.local=$repository")
  mvn -B -ntp -Dstyle.color=never "${options[@]}" "$@"
}

need_maven() {
  command -v mvn >/dev/null && return
  echo "sekisho: this checkout has to be built first, and Maven (3.8.7 or newer) is not installed." >&2
  return 1
}
