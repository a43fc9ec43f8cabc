package dev.sekisho.gateway.routes;

import java.util.List;

/// A route table, and what of its resources had to be left out of it.
///
/// @param problems one sentence each, beginning with the key of the resource; empty when all is well
public record JoinedRoutes(RouteTable table, List<String> problems) {
    public JoinedRoutes {
        problems = List.copyOf(problems);
    }
}
