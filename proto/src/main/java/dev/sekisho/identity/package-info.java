/// Who a program is and whom it believes: SPIFFE ids, the cluster's own CA, leaf certificates, peers' bundles.
///
/// Reading order: [dev.sekisho.identity.SpiffeId], then [dev.sekisho.identity.TlsIdentity], which servers and
/// clients take and [dev.sekisho.identity.TlsIdentities] makes, then [dev.sekisho.identity.TrustBundles]. Bouncy
/// Castle makes certificates, the JDK checks their paths; nothing here opens a socket.
@NullMarked
package dev.sekisho.identity;

import org.jspecify.annotations.NullMarked;
