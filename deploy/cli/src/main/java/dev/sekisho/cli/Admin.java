package dev.sekisho.cli;

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

/// The admin port of a running program.
///
/// @param setting the field of cluster.yaml that holds `address`, for the error
record Admin(HostPort address, String setting) {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// @param pathAndQuery such as `/status`
    /// @throws UserError when nobody answers there, what answers is not ours, or it says why it cannot tell
    JsonNode get(String pathAndQuery) {
        try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + pathAndQuery))
                    .timeout(TIMEOUT)
                    .build();
            var response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new UserError(response.body().strip());
            }
            return JsonMapper.shared().readTree(response.body());
        } catch (IOException e) {
            throw new UserError(
                    "nobody answers on " + address + " (" + setting
                            + " in cluster.yaml); is `sekisho standalone` running?",
                    e);
        } catch (JacksonException e) {
            throw new UserError("what answers on " + address + " (" + setting + ") is not sekisho", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while waiting for " + address, e);
        }
    }
}
