package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.LiveRoutes;

/// What all export streams share. Any thread.
record ExportWorld(
        LiveRoutes routes,
        BackendConnector backends,
        LiveStreams streams,
        StreamSettings settings,
        StreamWatcher watcher) {}
