package dev.sekisho.controlplane.settings;

import dev.sekisho.controlplane.yaml.Fields;

/// How log lines are written: for people or for machines.
public enum LogFormat {
    TEXT,
    JSON;

    /// What the section `log` of `spec` says.
    public static LogFormat read(Fields spec, LogFormat otherwise) {
        var log = spec.section("log");
        var format = log.choice("format", LogFormat.class).orElse(otherwise);
        log.rejectOthers();
        return format;
    }
}
