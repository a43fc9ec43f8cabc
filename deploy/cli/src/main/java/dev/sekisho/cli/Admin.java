package dev.sekisho.cli;

import dev.sekisho.cli.cluster.AdminPage;
import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import tools.jackson.databind.JsonNode;

/// The admin port of a running standalone program.
///
/// @param setting the field of cluster.yaml that holds `address`, for the error
record Admin(HostPort address, String setting) {
    /// @param pathAndQuery such as `/status`
    /// @throws UserError when nobody answers there, what answers is not ours, or it says why it cannot tell
    JsonNode get(String pathAndQuery) {
        try {
            return AdminPage.get(address, pathAndQuery, address + " (" + setting + ")");
        } catch (IOException e) {
            throw new UserError(
                    "nobody answers on " + address + " (" + setting + " in cluster.yaml); is `"
                            + Shell.sekisho("standalone") + "` running?",
                    e);
        }
    }
}
