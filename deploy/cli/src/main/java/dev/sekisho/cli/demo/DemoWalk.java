package dev.sekisho.cli.demo;

import dev.sekisho.cli.UserError;
import dev.sekisho.cli.demo.DemoCaller.Conversation;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;

/// The walk through the two clusters, one line per step. Every step looks at what really came back.
final class DemoWalk {
    private static final String DB = "db.shop.svc.clusterset.local";
    private static final String WEB = "web.shop.svc.clusterset.local";
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final DemoCluster tokyo;
    private final DemoCluster osaka;
    private final PrintWriter out;
    private final DemoCaller frontend;
    private final DemoCaller batch;

    DemoWalk(Vertx vertx, DemoCluster tokyo, DemoCluster osaka, PrintWriter out) {
        this.tokyo = tokyo;
        this.osaka = osaka;
        this.out = out;
        this.frontend = caller(vertx, "frontend-0", 1);
        this.batch = caller(vertx, "batch-0", 2);
    }

    private DemoCaller caller(Vertx vertx, String name, int number) {
        var addresses = osaka.addresses();
        return DemoCaller.of(vertx, name, InetAddress.ofLiteral(addresses.pod(number)), addresses.dns());
    }

    /// Runs every step in order.
    ///
    /// @throws UserError at the first one that does not come out as it should
    void run() throws InterruptedException {
        step("the control planes have synced: osaka's DNS answers for " + DB, () -> {
            eventually("an address for " + DB, () -> frontend.resolve(DB).isPresent());
            eventually("an address for " + WEB, () -> frontend.resolve(WEB).isPresent());
            return DB + " is " + frontend.resolve(DB).orElseThrow().getHostAddress();
        });
        step("frontend in osaka calls db in tokyo by name: allowed", () -> frontend.call(DB, 6379, "hello"));
        step(
                "frontend in osaka gets a page of web in tokyo by name: allowed",
                () -> frontend.get(WEB, 8080).strip());
        step(
                "batch in osaka calls db in tokyo: denied, in osaka already, by the rules that tokyo has published",
                () -> {
                    refused(() -> batch.call(DB, 6379, "hello"));
                    return lineOf(osaka.gateway().log(), "batch-0", "denied", "as published by cluster tokyo");
                });
        step("frontend calls port 6380 of db, which the pod serves but the Service does not expose: fails", () -> {
            refused(() -> frontend.call(DB, 6380, "hello"));
            return "refused";
        });
        step("an edit of tokyo's policy cuts frontend's live stream", this::policyEditCuts);
        step("the policy is put back: frontend may call again", () -> {
            tokyo.save("policy.yaml", DemoFiles.TOKYO_POLICY);
            eventually("an answer of db", () -> answers("hello again"));
            return frontend.call(DB, 6379, "hello again");
        });
        step("tokyo's gateway is killed (SIGKILL) and comes back: calls go on", () -> {
            tokyo.gateway().kill();
            tokyo.gateway().restart();
            eventually("an answer of db", () -> answers("back?"));
            return frontend.call(DB, 6379, "back?");
        });
        step("both control planes are killed: new calls go on all the same", () -> {
            tokyo.controlPlane().kill();
            osaka.controlPlane().kill();
            return frontend.call(DB, 6379, "no control plane");
        });
        step("both control planes come back and link again", () -> {
            tokyo.controlPlane().restart();
            osaka.controlPlane().restart();
            tokyo.controlPlane().awaitReady();
            osaka.controlPlane().awaitReady();
            return "ready";
        });
    }

    private String policyEditCuts() throws IOException, InterruptedException {
        try (Conversation live = frontend.connect(DB, 6379)) {
            live.say("a stream that stays open");
            tokyo.save("policy.yaml", DemoFiles.TOKYO_POLICY_CLOSED);
            eventually("the end of the live stream", () -> {
                try {
                    live.say("still there?");
                    return false;
                } catch (IOException _) {
                    return true;
                }
            });
        }
        refused(() -> frontend.call(DB, 6379, "hello"));
        return "cut, and a new call is refused";
    }

    private boolean answers(String line) {
        try {
            return frontend.call(DB, 6379, line).endsWith(line);
        } catch (IOException _) {
            return false;
        }
    }

    private static void refused(Callable<String> call) {
        String answer;
        try {
            answer = call.call();
        } catch (Exception _) {
            return;
        }
        throw new UserError("this call should have been refused, but got the answer '" + answer + "'");
    }

    private static String lineOf(Path log, String... words) throws InterruptedException, IOException {
        eventually(
                "a line with " + String.join(", ", words) + " in " + log,
                () -> find(log, words).isPresent());
        return find(log, words).orElseThrow().strip();
    }

    private static Optional<String> find(Path log, String... words) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> Arrays.stream(words).allMatch(line::contains))
                .findFirst();
    }

    private static void eventually(String what, Callable<Boolean> state) throws InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (state.call()) {
                    return;
                }
            } catch (Exception e) {
                throw new UserError("while waiting for " + what + ": " + e, e);
            }
            Thread.sleep(50);
        }
        throw new UserError("waited " + PATIENCE.toSeconds() + " s in vain for " + what);
    }

    private void step(String title, Callable<String> step) throws InterruptedException {
        var begun = System.nanoTime();
        String result;
        try {
            result = step.call();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            out.println("FAIL  " + title);
            out.flush();
            throw new UserError(
                    "the demo failed at: " + title + "\n  " + e.getMessage() + "\n  logs: "
                            + tokyo.gateway().log() + " " + osaka.gateway().log(),
                    e);
        }
        var took = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        out.println("ok    " + title + " [" + result + ", " + took + " ms]");
        out.flush();
    }
}
