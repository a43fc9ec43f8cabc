package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.tls.TlsFailure;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TlsAlert;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// Why a peer is not linked at the moment.
///
/// @param kind tells one problem from another where the sentence has a time or a count in it
/// @param sentence what is wrong and what to look at, for an operator who sees it for the first time
record LinkProblem(Kind kind, String sentence) {
    static final LinkProblem NONE = new LinkProblem(Kind.NONE, "");

    enum Kind {
        NONE,
        NOT_TRIED_YET,
        NO_ENDPOINT,
        UNKNOWN_HOST,
        UNREACHABLE,
        REFUSED_CONNECTION,
        TIMEOUT,
        NOT_TLS,
        CERTIFICATE,
        CERTIFICATE_EXPIRED,
        CA_BUNDLE_EXPIRED,
        WRONG_PEER,
        OUR_CERTIFICATE_REFUSED,
        CLOSED,
        TLS,
        STREAM_ENDED,
        SAID_GOODBYE,
        SILENT,
        PROTOCOL
    }

    /// Why no dial of either side can come about, whatever becomes of it. A bundle that cannot be read is not told
    /// of here, but where it is to be believed.
    static Optional<LinkProblem> ofBundle(Peer peer, ClusterSetName clusterSet, Instant now) {
        try {
            var end = CaBundle.parse(new TrustDomain(peer.name(), clusterSet), peer.caBundle())
                    .notAfter();
            return end.isAfter(now)
                    ? Optional.empty()
                    : Optional.of(new LinkProblem(
                            Kind.CA_BUNDLE_EXPIRED,
                            "the CA bundle of Peer " + peer.name() + " expired on " + end
                                    + "; put the ca.crt into it that " + peer.name() + " has now"));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// What became of a dial.
    static LinkProblem ofDial(ClusterName peer, HostPort endpoint, Throwable failure) {
        var at = peer + " at " + endpoint;
        if (TlsFailure.find(failure, UnknownHostException.class).isPresent()) {
            return new LinkProblem(
                    Kind.UNKNOWN_HOST,
                    at + ": no address is known for this host; check spec.endpoint of Peer " + peer + " and DNS");
        }
        if (TlsFailure.find(failure, SyncDialer.ClosedByPeerException.class).isPresent()) {
            return ourCertificateRefused(peer, TlsFailure.reason(failure));
        }
        var expired = TlsFailure.find(failure, CertificateExpiredException.class);
        if (expired.isPresent()) {
            return new LinkProblem(Kind.CERTIFICATE_EXPIRED, at + ": " + TlsFailure.messageOf(expired.get()));
        }
        var wrong = TlsFailure.find(failure, DialTrust.WrongPeerException.class);
        if (wrong.isPresent()) {
            return new LinkProblem(
                    Kind.WRONG_PEER,
                    at + ": " + TlsFailure.messageOf(wrong.get()) + "; check spec.endpoint of Peer " + peer);
        }
        var distrusted = TlsFailure.find(failure, CertificateException.class);
        if (distrusted.isPresent()) {
            return new LinkProblem(Kind.CERTIFICATE, at + ": " + TlsFailure.messageOf(distrusted.get()));
        }
        if (TlsFailure.find(failure, NotSslRecordException.class).isPresent()) {
            return new LinkProblem(
                    Kind.NOT_TLS,
                    at + ": what answers there does not speak TLS; check that spec.endpoint of Peer " + peer
                            + " is its public port");
        }
        var tls = TlsFailure.find(failure, SSLException.class);
        if (tls.isPresent()) {
            return ofTls(peer, endpoint, tls.get());
        }
        if (TlsFailure.find(failure, ConnectException.class).isPresent()) {
            return ofConnect(at, peer, failure);
        }
        return new LinkProblem(
                Kind.UNREACHABLE, at + " cannot be reached: " + TlsFailure.messageOf(failure) + "; check its gateway");
    }

    private static LinkProblem ofConnect(String at, ClusterName peer, Throwable failure) {
        var message = TlsFailure.messageOf(failure).toLowerCase(Locale.ROOT);
        if (message.contains("timed out") || message.contains("timeout")) {
            return new LinkProblem(
                    Kind.TIMEOUT,
                    at + " does not answer in time; check that a firewall lets its public port through and that its"
                            + " gateway runs");
        }
        if (message.contains("refused")) {
            return new LinkProblem(
                    Kind.REFUSED_CONNECTION,
                    at + " refuses the connection; check that its gateway runs and that spec.endpoint of Peer " + peer
                            + " is its public port");
        }
        return new LinkProblem(Kind.UNREACHABLE, at + " cannot be reached: " + TlsFailure.messageOf(failure));
    }

    /// A failure of TLS that our own check of the certificate did not cause.
    private static LinkProblem ofTls(ClusterName peer, HostPort endpoint, Throwable failure) {
        var message = TlsFailure.messageOf(failure);
        var said = message.toLowerCase(Locale.ROOT);
        if (said.contains("timed out") || said.contains("timeout")) {
            return new LinkProblem(
                    Kind.TIMEOUT,
                    peer + " at " + endpoint + " takes the connection but does not finish TLS in time; check that it"
                            + " is the public port of " + peer);
        }
        var alert = TlsAlert.inWords(message);
        if (alert.isPresent()) {
            return new LinkProblem(Kind.OUR_CERTIFICATE_REFUSED, peer + " at " + endpoint + ": " + alert.get());
        }
        // A gateway takes every connection, and closes it when no control plane is there to pass it on to.
        if (TlsFailure.find(failure, ClosedChannelException.class).isPresent()
                || TlsFailure.find(failure, SocketException.class).isPresent()) {
            return new LinkProblem(
                    Kind.CLOSED,
                    peer + " at " + endpoint + " closes the connection in the handshake: if a gateway of " + peer
                            + " answers there, its control plane is down; else it is not the public port of " + peer);
        }
        return new LinkProblem(
                Kind.TLS,
                peer + " at " + endpoint + ": TLS fails: " + message + "; check that it is the public port of " + peer
                        + " and speaks TLS 1.3");
    }

    /// The peer's certificate was good, and then it closed the connection without a word.
    static LinkProblem ourCertificateRefused(ClusterName peer, String said) {
        return new LinkProblem(
                Kind.OUR_CERTIFICATE_REFUSED,
                peer + " closes the connection before it says Hello, so it most likely does not believe our certificate"
                        + " (" + said
                        + "); check on its side that its control plane is ready, that the Peer object for this"
                        + " cluster is there and has our CA, and here that our certificate has not expired and that the clocks"
                        + " of both agree");
    }
}
