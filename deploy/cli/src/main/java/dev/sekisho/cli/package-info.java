/// The `sekisho` command line: one class per command, [dev.sekisho.cli.Sekisho] is the root.
///
/// Reading order: [dev.sekisho.cli.Sekisho], [dev.sekisho.cli.StandaloneCommand] (runs the programs), `demo`.
@NullMarked
package dev.sekisho.cli;

import org.jspecify.annotations.NullMarked;
