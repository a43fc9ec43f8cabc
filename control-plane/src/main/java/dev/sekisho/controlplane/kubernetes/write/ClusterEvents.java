package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kubernetes.ApiErrors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events (`events.k8s.io/v1`) about objects of the cluster, for people. One that cannot be written is kept and tried
/// again; of very many the oldest go. Any thread.
final class ClusterEvents {
    private static final Logger log = LoggerFactory.getLogger(ClusterEvents.class);
    private static final int MAX_UNWRITTEN = 256;
    private static final int UNPROCESSABLE = 422;
    private static final int MAX_NOTE_BYTES = 1024;
    private static final int MAX_REASON_BYTES = 128;
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /// Of an object that is in no namespace, as the API server wants it.
    private static final String NAMESPACE_OF_NONE = "default";

    private final KubernetesClient client;
    private final String instance;
    private final InstantSource clock;
    private final Deque<Event> unwritten = new ArrayDeque<>();

    enum Severity {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String word;

        Severity(String word) {
            this.word = word;
        }
    }

    /// @param instance which replica says so: the name of our pod
    ClusterEvents(KubernetesClient client, String instance, InstantSource clock) {
        this.client = client;
        this.instance = instance;
        this.clock = clock;
    }

    /// To be written with the next [#write].
    ///
    /// @param action what we were at, as one word
    /// @param reason why it is told, as one word
    /// @param note a sentence; must hold nothing secret
    synchronized void tell(HasMetadata regarding, Severity severity, String action, String reason, String note) {
        if (unwritten.size() == MAX_UNWRITTEN) {
            var lost = unwritten.removeFirst();
            log.atWarn()
                    .addKeyValue("regarding", lost.getRegarding().getName())
                    .addKeyValue("reason", lost.getReason())
                    .log("An Event is lost: too many wait to be written");
        }
        unwritten.addLast(event(regarding, severity, action, reason, note));
    }

    private Event event(HasMetadata regarding, Severity severity, String action, String reason, String note) {
        var metadata = regarding.getMetadata();
        var namespace = Optional.ofNullable(metadata.getNamespace());
        var reference = new ObjectReferenceBuilder()
                .withApiVersion(regarding.getApiVersion())
                .withKind(regarding.getKind())
                .withName(metadata.getName())
                .withUid(metadata.getUid());
        namespace.ifPresent(reference::withNamespace);
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace.orElse(NAMESPACE_OF_NONE))
                .withGenerateName(metadata.getName() + "-")
                .endMetadata()
                .withEventTime(new MicroTime(MICROSECONDS.format(clock.instant())))
                .withReportingController("sekisho.dev/control-plane")
                .withReportingInstance(instance)
                .withType(severity.word)
                .withAction(action)
                .withReason(shortened(reason, MAX_REASON_BYTES))
                .withNote(shortened(note, MAX_NOTE_BYTES))
                .withRegarding(reference.build())
                .build();
    }

    private static String shortened(String text, int maxBytes) {
        var shortened = text;
        while (shortened.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            shortened = shortened.substring(0, shortened.length() * 3 / 4) + "…";
        }
        return shortened;
    }

    /// Writes what is to be told. Blocks.
    ///
    /// @throws IOException when not all could be written; the rest is kept, but for what will never be accepted
    void write() throws IOException {
        var failed = Optional.<IOException>empty();
        for (var event : waiting()) {
            try {
                client.resource(event).create();
                written(event);
            } catch (KubernetesClientException e) {
                var isLost = ApiErrors.isOfNoNamespace(e);
                if (isLost || e.getCode() == UNPROCESSABLE) {
                    written(event);
                }
                if (!isLost) {
                    failed = Optional.of(ApiErrors.failure(described(event), e));
                }
            }
        }
        if (failed.isPresent()) {
            throw failed.get();
        }
    }

    private static String described(Event event) {
        var regarding = event.getRegarding();
        return "Event " + event.getReason() + " of " + regarding.getKind() + " " + regarding.getName();
    }

    private synchronized List<Event> waiting() {
        return new ArrayList<>(unwritten);
    }

    private synchronized void written(Event event) {
        unwritten.remove(event);
    }
}
