package dev.sekisho.e2e;

import dev.sekisho.controlplane.peers.records.PeerFiles;
import dev.sekisho.controlplane.reconcile.PeerStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class PeerFilesContractTest extends PeerStoreContract {
    @TempDir
    private Path directory;

    @Override
    PeerStore store() {
        return new PeerFiles(directory);
    }
}
