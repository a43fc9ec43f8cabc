/// The gateway: listens for imported services, carries streams, enforces policy.
///
/// Reading order: [dev.sekisho.gateway.Gateway] (the wiring), then the packages in the order in which it lists them.
@NullMarked
package dev.sekisho.gateway;

import org.jspecify.annotations.NullMarked;
