package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls `hello` by name from a pod, some ten times a second, until it is stopped. It runs in the pod by itself:
/// neither an API server nor a kubelet that restarts ends it.
final class CallerLoop {
    private static final AtomicInteger LOOPS = new AtomicInteger();
    private static final String SCRIPT = """
        import os, socket, sys, time
        name, stop = sys.argv[1:]
        address = socket.getaddrinfo(name, 43, socket.AF_INET)[0][4]  # once: this is not about DNS
        calls, until = 0, time.time() + 600
        while time.time() < until and not os.path.exists(stop):
            begun = time.time()
            try:
                with socket.create_connection(address, 10) as s:
                    s.settimeout(10)
                    s.sendall(b'x')
                    if s.recv(1) != b'x':
                        raise OSError('closed without an answer')
            except OSError as e:
                print('%.3f after %.3f s: %s' % (begun, time.time() - begun, e))
            calls += 1
            time.sleep(0.1)
        print('calls', calls)
        """;

    private final HelloWorld hello;
    private final String from;
    private final String output = "/tmp/calls-" + LOOPS.incrementAndGet() + "-" + System.nanoTime();

    private CallerLoop(HelloWorld hello, String from) {
        this.hello = hello;
        this.from = from;
    }

    static CallerLoop start(HelloWorld hello, String from, String namespace) {
        var loop = new CallerLoop(hello, from);
        hello.in(
                        from,
                        "sh",
                        "-c",
                        "setsid python3 -uc \"$1\" \"$2\" " + loop.stopFile() + " >" + loop.output
                                + " 2>&1 </dev/null &",
                        "sh",
                        SCRIPT,
                        HelloWorld.name(namespace))
                .succeeds();
        return loop;
    }

    private String stopFile() {
        return output + ".stop";
    }

    /// @return the calls that failed, a line each
    List<String> stop() {
        hello.in(from, "touch", stopFile()).succeeds();
        Await.holds(
                Duration.ofSeconds(60),
                "the calls end",
                () -> assertThat(said().getLast()).matches("calls [1-9][0-9]*"));
        var lines = said();
        return lines.subList(0, lines.size() - 1);
    }

    private List<String> said() {
        return hello.in(from, "cat", output).succeeds().output().lines().toList();
    }
}
