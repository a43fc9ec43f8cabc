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

# build_unless_fresh MODULE FILE: builds MODULE and what it needs when its FILE is missing or older than a source file.
build_unless_fresh() {
  local module=$1 built=$root/$1/target/$2
  [ -f "$root/pom.xml" ] || return 0
  if [ -f "$built" ] && [ -z "$(find "$root"/{proto,gateway,control-plane,deploy/cli,"$module"}/{src/main,pom.xml} \
    "$root/pom.xml" -newer "$built" -print -quit)" ]; then
    return 0
  fi
  if ! command -v mvn >/dev/null; then
    echo "sekisho: this checkout has to be built first, and Maven (3.8.7 or newer) is not installed." >&2
    return 1
  fi
  echo "sekisho: building (the first time also downloads what it needs; some minutes) ..." >&2
  (cd "$root" && mvn -B -ntp -Dstyle.color=never -Pimage -pl "$module" -am -DskipTests package) |
    sed -un 's/^\[INFO\] Building \(Sekisho.*\) [0-9].*/sekisho:   \1/p; /^\[ERROR\]/p' >&2
}
