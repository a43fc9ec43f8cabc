package dev.sekisho.gateway.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A scrape in Prometheus text format 0.0.4, read strictly: every line must be as the format says.
public final class PrometheusText {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (" + NAME + ") (.+)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{([^\\n]*)})? (NaN|[+-]Inf|-?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\n\"])*)\"(?:,|$)");
    private static final Pattern SUFFIX = Pattern.compile("_(bucket|sum|count)$");

    private final Map<String, Family> families = new LinkedHashMap<>();

    /// @param samples by labels; a histogram's have their suffix as label `__suffix`
    public record Family(String type, String help, Map<Map<String, String>, Double> samples) {}

    private PrometheusText() {}

    public static PrometheusText parse(String scrape) {
        assertThat(scrape).endsWith("\n");
        var text = new PrometheusText();
        var helps = new HashMap<String, String>();
        for (var line : scrape.split("\n", -1)) {
            if (!line.isEmpty()) {
                text.read(line, helps);
            }
        }
        assertThat(helps.keySet()).isEqualTo(text.families.keySet());
        text.families.forEach((name, family) ->
                assertThat(family.samples).as("samples of " + name).isNotEmpty());
        return text;
    }

    private void read(String line, Map<String, String> helps) {
        var comment = COMMENT.matcher(line);
        if (comment.matches()) {
            var name = comment.group(2);
            if (comment.group(1).equals("HELP")) {
                assertThat(helps.put(name, comment.group(3)))
                        .as("second help of " + name)
                        .isNull();
            } else {
                assertThat(comment.group(3)).isIn("counter", "gauge", "histogram", "summary", "untyped");
                assertThat(helps).as("help comes before type").containsKey(name);
                var family = new Family(comment.group(3), requireNonNull(helps.get(name)), new LinkedHashMap<>());
                assertThat(families.put(name, family))
                        .as("second type of " + name)
                        .isNull();
            }
            return;
        }
        var sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as("a line of the format: " + line).isTrue();
        var labels = labels(Optional.ofNullable(sample.group(2)).orElse(""));
        var family = familyOf(sample.group(1), labels);
        var value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
        assertThat(family.samples.put(labels, value))
                .as("second sample: " + line)
                .isNull();
    }

    private Family familyOf(String name, Map<String, String> labels) {
        var suffix = SUFFIX.matcher(name);
        if (!families.containsKey(name) && suffix.find()) {
            labels.put("__suffix", suffix.group(1));
            var family = families.get(name.substring(0, suffix.start()));
            assertThat(requireNonNull(family, "no family of " + name).type).isEqualTo("histogram");
            return family;
        }
        assertThat(families).as("type comes before samples").containsKey(name);
        return requireNonNull(families.get(name));
    }

    private static Map<String, String> labels(String text) {
        var labels = new TreeMap<String, String>();
        var matcher = LABEL.matcher(text);
        var end = 0;
        while (end < text.length()) {
            assertThat(matcher.find() && matcher.start() == end)
                    .as("labels of the format: " + text)
                    .isTrue();
            assertThat(labels.put(matcher.group(1), matcher.group(2))).isNull();
            end = matcher.end();
        }
        return labels;
    }

    public Map<String, Family> families() {
        return families;
    }

    /// @param labels name, value, name, value ...
    public double value(GatewayMeter meter, String... labels) {
        var wanted = new TreeMap<String, String>();
        for (var i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        var samples = samples(meter);
        assertThat(samples).containsKey(wanted);
        return requireNonNull(samples.get(wanted));
    }

    public Map<Map<String, String>, Double> samples(GatewayMeter meter) {
        var family = families.get(meter.key());
        return family == null ? Map.of() : family.samples;
    }
}
