/// Lane frames as bytes: docs/protocol.md draws them.
///
/// Reading order: [dev.sekisho.gateway.tunnel.frame.FrameType], [dev.sekisho.gateway.tunnel.frame.FrameDecoder],
/// [dev.sekisho.gateway.tunnel.frame.FrameWriter]. Pure: buffers in, buffers out; no socket, clock or Vert.x.
@NullMarked
package dev.sekisho.gateway.tunnel.frame;

import org.jspecify.annotations.NullMarked;
