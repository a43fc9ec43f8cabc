/// YAML as people write it, read strictly and with the line of everything that is wrong.
///
/// Reading order: [dev.sekisho.controlplane.yaml.YamlText] (text into trees),
/// [dev.sekisho.controlplane.yaml.Fields] (the fields of one mapping),
/// [dev.sekisho.controlplane.yaml.Problem] (what is told). Knows no kind of object and no setting.
@NullMarked
package dev.sekisho.controlplane.yaml;

import org.jspecify.annotations.NullMarked;
