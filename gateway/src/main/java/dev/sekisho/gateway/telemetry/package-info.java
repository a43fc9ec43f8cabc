/// What is told of a gateway: its meters, and one log line per stream.
///
/// Reading order: [dev.sekisho.gateway.telemetry.GatewayMeter] (every meter, as in docs/metrics.md),
/// [dev.sekisho.gateway.telemetry.GatewayMeters] (their values),
/// [dev.sekisho.gateway.telemetry.StreamLog]. Only listens: nothing of the data path knows this package.
@NullMarked
package dev.sekisho.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
