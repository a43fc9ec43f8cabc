package dev.sekisho.controlplane.clusterset;

import dev.sekisho.names.TargetPort;

/// Target ports as messages carry them, to peers and to gateways alike.
public final class TargetPorts {
    private TargetPorts() {}

    public static dev.sekisho.feed.v1.TargetPort toWire(TargetPort target) {
        var wire = dev.sekisho.feed.v1.TargetPort.newBuilder().setNumber(target.number());
        target.names().stream().findFirst().ifPresent(wire::setName);
        target.names().stream().skip(1).forEach(wire::addOtherNames);
        return wire.build();
    }
}
