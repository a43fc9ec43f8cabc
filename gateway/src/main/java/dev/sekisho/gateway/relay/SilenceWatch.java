package dev.sekisho.gateway.relay;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Notices that the other side of a TCP connection no longer acknowledges what was sent. Keep-alive does not: the
/// kernel asks nothing while data is under way, and repeats that for a quarter of an hour. Who acknowledges and merely
/// does not read is left alone, for as long as it takes. Confined to the channel's event loop.
public final class SilenceWatch {
    /// As long as keep-alive takes on an idle connection.
    public static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    private final Channel channel;
    private final Duration longest;
    private final Consumer<String> silent;

    private SilenceWatch(Channel channel, Duration longest, Consumer<String> silent) {
        this.channel = channel;
        this.longest = longest;
        this.silent = silent;
    }

    /// Watches `channel` until it is closed.
    ///
    /// @param silent told why, on the channel's event loop; expected to close the channel
    public static void over(Channel channel, Duration longest, Consumer<String> silent) {
        var watch = new SilenceWatch(channel, longest, silent);
        var every = Math.max(1, longest.toMillis() / 4);
        var looks = channel.eventLoop().scheduleWithFixedDelay(watch::look, every, every, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> looks.cancel(false));
    }

    private void look() {
        if (TcpState.of(channel).filter(state -> state.isSilentFor(longest)).isPresent()) {
            silent.accept("nothing that was sent has been acknowledged for " + longest.toSeconds() + " s");
        }
    }
}
