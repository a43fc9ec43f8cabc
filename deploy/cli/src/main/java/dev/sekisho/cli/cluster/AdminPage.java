package dev.sekisho.cli.cluster;

import dev.sekisho.cli.UserError;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A page of a program's admin port.
public final class AdminPage {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private AdminPage() {}

    /// @param pathAndQuery such as `/status`
    /// @param where for the error: whose port it is
    /// @throws IOException when nobody answers there
    /// @throws UserError when what answers is not ours, or it says why it cannot tell
    public static JsonNode get(HostPort address, String pathAndQuery, String where) throws IOException {
        try (var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + pathAndQuery))
                    .timeout(TIMEOUT)
                    .build();
            var response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new UserError(response.body().strip());
            }
            return JsonMapper.shared().readTree(response.body());
        } catch (JacksonException e) {
            throw new UserError("what answers on " + where + " is not sekisho", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while waiting for " + where, e);
        }
    }
}
