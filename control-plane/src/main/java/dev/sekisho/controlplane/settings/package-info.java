/// Settings files, and the settings that are the same wherever Sekisho runs.
///
/// [dev.sekisho.controlplane.settings.SettingsFile] reads a file as a whole or says everything that is wrong with it;
/// [dev.sekisho.controlplane.settings.Traffic] and [dev.sekisho.controlplane.settings.LogFormat] are what a
/// standalone cluster's file and that of a cluster on Kubernetes have in common.
@NullMarked
package dev.sekisho.controlplane.settings;

import org.jspecify.annotations.NullMarked;
