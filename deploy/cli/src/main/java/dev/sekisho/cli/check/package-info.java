/// The doctor: what of a cluster is missing or broken, and the command that mends it.
///
/// Reading order: [dev.sekisho.cli.check.Finding] (what a check says), [dev.sekisho.cli.check.KubernetesCheck] and
/// [dev.sekisho.cli.check.FolderCheck] (which checks there are), then the checks themselves, which judge what the API
/// server or an admin page gave. Nothing here changes anything.
@NullMarked
package dev.sekisho.cli.check;

import org.jspecify.annotations.NullMarked;
