package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.write.ClusterEvents.Severity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells once of each object of somebody else that has the name of one of ours. Any thread.
final class TakenNames {
    private static final Logger log = LoggerFactory.getLogger(TakenNames.class);

    private final ClusterEvents events;
    private final Set<ObjectKey> told = ConcurrentHashMap.newKeySet();

    TakenNames(ClusterEvents events) {
        this.events = events;
    }

    void found(HasMetadata by) {
        var key = ObjectKey.of(by);
        if (told.add(key)) {
            log.atWarn()
                    .addKeyValue("object", key)
                    .log("An object has the name of one of ours and not our label; it stays as it is");
            events.tell(
                    by,
                    Severity.WARNING,
                    "Write",
                    "NameTaken",
                    "Sekisho would write an object of this name. This one is not Sekisho's, so it stays as it is;"
                            + " delete it when it is not needed.");
        }
    }

    /// Forgets all others.
    void retain(Set<ObjectKey> names) {
        told.retainAll(names);
    }
}
