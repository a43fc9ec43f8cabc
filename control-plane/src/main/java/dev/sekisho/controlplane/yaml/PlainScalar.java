package dev.sekisho.controlplane.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What an unquoted value stands for, as kubectl and the API server read it (YAML 1.1 with Go's numbers): `0120` is 80,
/// `0b11` is 3, `1_000` is 1000, and `yes`, `n` and `off` are no texts.
final class PlainScalar {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUES =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSES =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Pattern NUMERIC_START = Pattern.compile("[-+0-9.].*", Pattern.DOTALL);
    private static final Pattern INTEGER = Pattern.compile("([-+]?)(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<binary>[01]+)"
            + "|0[oO]?(?<octal>[0-7]+)|(?<decimal>0|[1-9][0-9]*))");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern NOT_FINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    /// A number written with a larger exponent would be as long as it says.
    private static final int MAX_DIGITS = 400;

    private PlainScalar() {}

    /// @throws NumberFormatException when it is a number that no JSON can say
    static JsonNode of(String text) {
        if (NULLS.contains(text)) {
            return NODES.nullNode();
        } else if (TRUES.contains(text)) {
            return NODES.booleanNode(true);
        } else if (FALSES.contains(text)) {
            return NODES.booleanNode(false);
        }
        return number(text).orElseGet(() -> NODES.stringNode(text));
    }

    private static Optional<JsonNode> number(String text) {
        if (!NUMERIC_START.matcher(text).matches()) {
            return Optional.empty();
        }
        if (NOT_FINITE.matcher(text).matches()) {
            throw new NumberFormatException("not finite");
        }
        var plain = text.startsWith(".") ? text : text.replace("_", "");
        var integer = INTEGER.matcher(plain);
        if (integer.matches()) {
            var negative = "-".equals(integer.group(1));
            var magnitude = magnitude(integer);
            return Optional.of(integer(negative ? magnitude.negate() : magnitude));
        }
        return FLOAT.matcher(plain).matches() ? Optional.of(decimal(plain)) : Optional.empty();
    }

    private static BigInteger magnitude(Matcher integer) {
        if (integer.group("hex") != null) {
            return new BigInteger(integer.group("hex"), 16);
        } else if (integer.group("binary") != null) {
            return new BigInteger(integer.group("binary"), 2);
        } else if (integer.group("octal") != null) {
            return new BigInteger(integer.group("octal"), 8);
        }
        return new BigInteger(integer.group("decimal"));
    }

    /// A whole number is one however it is written: `80.0`, `8e1`.
    private static JsonNode decimal(String text) {
        var number = new BigDecimal(text);
        if (Math.abs((long) number.precision() - number.scale()) > MAX_DIGITS) {
            throw new NumberFormatException("too large or too small");
        }
        return number.stripTrailingZeros().scale() <= 0
                ? integer(number.toBigIntegerExact())
                : NODES.numberNode(number);
    }

    private static JsonNode integer(BigInteger number) {
        return number.bitLength() < Integer.SIZE
                ? NODES.numberNode(number.intValue())
                : number.bitLength() < Long.SIZE ? NODES.numberNode(number.longValue()) : NODES.numberNode(number);
    }
}
