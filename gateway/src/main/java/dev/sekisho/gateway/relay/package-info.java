/// Joins two ends of a stream: bytes both ways with back-pressure, half-close and reset. Everything of one stream
/// happens on one event loop, so nothing here locks.
///
/// Reading order: [dev.sekisho.gateway.relay.StreamEnd], [dev.sekisho.gateway.relay.Relay],
/// [dev.sekisho.gateway.relay.SocketEnd]. Knows neither lanes nor policy.
@NullMarked
package dev.sekisho.gateway.relay;

import org.jspecify.annotations.NullMarked;
