package dev.sekisho.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Two gateways in a row that carry the same load: client, first gateway, second gateway, server.
interface Contender extends AutoCloseable {
    String name();

    /// Where to connect for the sink.
    InetSocketAddress bulk();

    /// Where to connect for the echo service.
    InetSocketAddress echo();

    /// The processes whose CPU time counts.
    List<Long> pids();

    @Override
    void close();

    /// User and system time of the gateways so far, in seconds (proc(5), fields 14 and 15 of stat).
    default double cpuSeconds() {
        var ticks = 0L;
        for (var pid : pids()) {
            try {
                var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
                var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            } catch (IOException e) {
                throw new IllegalStateException("process " + pid + " of " + name() + " is gone", e);
            }
        }
        return ticks / 100.0; // USER_HZ is 100 on every Linux that Java runs on
    }
}
