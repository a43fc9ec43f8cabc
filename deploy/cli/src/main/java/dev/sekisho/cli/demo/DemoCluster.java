package dev.sekisho.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// One cluster of the demo: its folder of YAML, its control plane and its gateway.
public final class DemoCluster implements AutoCloseable {
    private final String name;
    private final DemoAddresses addresses;
    private final Path directory;
    private final DemoProcess controlPlane;
    private final DemoProcess gateway;

    private DemoCluster(
            String name, DemoAddresses addresses, Path directory, DemoProcess controlPlane, DemoProcess gateway) {
        this.name = name;
        this.addresses = addresses;
        this.directory = directory;
        this.controlPlane = controlPlane;
        this.gateway = gateway;
    }

    /// Starts both programs on a folder that is complete.
    ///
    /// @param javaOptions more options for their JVMs
    public static DemoCluster start(String name, DemoAddresses addresses, Path directory, String... javaOptions) {
        var options = List.of(javaOptions);
        var controlPlane = DemoProcess.start(
                directory, "control-plane", URI.create("http://" + addresses.controlPlaneAdmin() + "/readyz"), options);
        var gateway = DemoProcess.start(
                directory, "gateway", URI.create("http://" + addresses.gatewayAdmin() + "/readyz"), options);
        return new DemoCluster(name, addresses, directory, controlPlane, gateway);
    }

    public String name() {
        return name;
    }

    public DemoAddresses addresses() {
        return addresses;
    }

    public Path directory() {
        return directory;
    }

    public DemoProcess controlPlane() {
        return controlPlane;
    }

    public DemoProcess gateway() {
        return gateway;
    }

    public void awaitReady() throws InterruptedException {
        controlPlane.awaitReady();
        gateway.awaitReady();
    }

    /// Saves a file of the cluster's folder as a careful editor does: whole or not at all.
    public void save(String fileName, String content) throws IOException {
        save(directory, fileName, content);
    }

    /// The same for a cluster that has not been started.
    public static void save(Path directory, String fileName, String content) throws IOException {
        Files.createDirectories(directory);
        var draft = Files.writeString(directory.resolve("." + fileName + ".draft"), content);
        Files.move(draft, directory.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        gateway.stop();
        controlPlane.stop();
    }
}
