package dev.sekisho.gateway.relay;

import io.netty.channel.Channel;

/// An end on a plain socket of its own.
public sealed interface PlainEnd extends StreamEnd permits SocketEnd, DatagramEnd {
    Channel channel();
}
