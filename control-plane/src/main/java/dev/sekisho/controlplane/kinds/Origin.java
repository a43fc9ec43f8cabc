package dev.sekisho.controlplane.kinds;

/// Where an object comes from, which decides how much of it is looked at.
public enum Origin {
    /// A file that nobody has checked: what an API server would refuse is refused, so that the same file means the same
    /// in both worlds.
    FILE,
    /// An API server, which has checked it by rules that may be newer or older than ours: only what we use counts.
    API_SERVER
}
