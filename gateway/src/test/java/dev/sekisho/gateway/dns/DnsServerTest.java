package dev.sekisho.gateway.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.Hostname;
import dev.sekisho.gateway.routes.RouteTable.Import;
import dev.sekisho.gateway.routes.RouteTable.SessionAffinity;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.compiled.PolicySet;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real packets over UDP and TCP; the messages are read and written here by hand, not by the codec under test.
class DnsServerTest {
    private static final int A = 1;
    private static final int SOA = 6;
    private static final int TXT = 16;
    private static final int AAAA = 28;
    private static final int SRV = 33;
    private static final int NOERROR = 0;
    private static final int BADVERS = 16;
    private static final int OPT = 41;
    private static final int FORMERR = 1;
    private static final int SERVFAIL = 2;
    private static final int NOTIMP = 4;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Optional<RouteTable>> routes = new AtomicReference<>(Optional.of(table()));
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    @SuppressWarnings("NullAway.Init")
    private DnsServer server;

    @SuppressWarnings("NullAway.Init")
    private InetSocketAddress address;

    @BeforeEach
    void start() throws Exception {
        server = new DnsServer(
                vertx, new HostPort("127.0.0.1", 0), routes::get, (type, outcome) -> told.add(type + " " + outcome));
        address = server.start().await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        server.stop().await(10, TimeUnit.SECONDS);
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static RouteTable table(Import... more) {
        var db = new Import(
                new ServiceName("shop", "db"),
                false,
                SessionAffinity.NONE,
                List.of(
                        port("redis", Transport.TCP, 6379),
                        port("gossip", Transport.UDP, 6379),
                        port("", Transport.TCP, 9)),
                List.of(ip("127.66.0.5"), ip("fd00::5")),
                List.of(),
                List.of(),
                List.of());
        var nodes = new Import(
                new ServiceName("shop", "nodes"),
                true,
                SessionAffinity.NONE,
                List.of(port("peer", Transport.TCP, 7000)),
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        new Hostname("node-0", new ClusterName("tokyo"), List.of(ip("10.0.0.1"))),
                        new Hostname("node-0", new ClusterName("osaka"), List.of(ip("10.0.0.2")))));
        var empty = new Import(
                new ServiceName("shop", "empty"),
                true,
                SessionAffinity.NONE,
                List.of(port("peer", Transport.TCP, 7000)),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        var imports = new HashMap<ServiceName, Import>();
        Stream.concat(Stream.of(db, nodes, empty), Stream.of(more)).forEach(each -> imports.put(each.name(), each));
        var cluster = new ClusterName("osaka");
        return new RouteTable(
                1,
                cluster,
                new ClusterSetName("test"),
                imports,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                new PolicySet(cluster, List.of()));
    }

    private static ServicePort port(String name, Transport transport, int number) {
        return new ServicePort(name, transport, number, Optional.empty());
    }

    private static InetAddress ip(String text) {
        return InetAddresses.forString(text);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        db.shop.svc.clusterset.local,                    1,  0, 127.66.0.5
        DB.Shop.SVC.ClusterSet.Local,                    1,  0, 127.66.0.5
        db.shop.svc.clusterset.local,                    28, 0, fd00::5
        db.shop.svc.clusterset.local,                    33, 0, 6379 db.shop.svc.clusterset.local|9 db.shop.svc.clusterset.local
        _redis._tcp.db.shop.svc.clusterset.local,        33, 0, 6379 db.shop.svc.clusterset.local
        _gossip._udp.db.shop.svc.clusterset.local,       33, 0, 6379 db.shop.svc.clusterset.local
        _redis._udp.db.shop.svc.clusterset.local,        33, 3,
        _._tcp.db.shop.svc.clusterset.local,             33, 3,
        _redis._tcp.db.shop.svc.clusterset.local,        1,  0,
        db.shop.svc.clusterset.local,                    16, 0,
        nodes.shop.svc.clusterset.local,                 1,  0, 10.0.0.1|10.0.0.2
        nodes.shop.svc.clusterset.local,                 28, 0,
        node-0.tokyo.nodes.shop.svc.clusterset.local,    1,  0, 10.0.0.1
        node-0.osaka.nodes.shop.svc.clusterset.local,    1,  0, 10.0.0.2
        node-1.osaka.nodes.shop.svc.clusterset.local,    1,  3,
        _peer._tcp.nodes.shop.svc.clusterset.local,      33, 0, 7000 node-0.tokyo.nodes.shop.svc.clusterset.local|7000 node-0.osaka.nodes.shop.svc.clusterset.local
        tokyo.nodes.shop.svc.clusterset.local,           1,  0,
        Osaka.nodes.shop.svc.clusterset.local,           33, 0,
        kyoto.nodes.shop.svc.clusterset.local,           1,  3,
        _tcp.nodes.shop.svc.clusterset.local,            33, 0,
        _udp.nodes.shop.svc.clusterset.local,            33, 3,
        _tcp.db.shop.svc.clusterset.local,               1,  0,
        _UDP.db.shop.svc.clusterset.local,               28, 0,
        _sctp.db.shop.svc.clusterset.local,              1,  3,
        _tcp.empty.shop.svc.clusterset.local,            1,  3,
        svc.clusterset.local,                            28, 0,
        a.b.node-0.osaka.nodes.shop.svc.clusterset.local, 1, 3,
        osaka.db.shop.svc.clusterset.local,              1,  3,
        empty.shop.svc.clusterset.local,                 1,  3,
        cache.shop.svc.clusterset.local,                 1,  3,
        shop.svc.clusterset.local,                       1,  0,
        bank.svc.clusterset.local,                       1,  3,
        pod.clusterset.local,                            1,  3,
        clusterset.local,                                1,  0,
        dns-version.clusterset.local,                    16, 0, 1.1.0
        db.shop.svc.cluster.local,                       1,  5,
        notclusterset.local,                             1,  5,
        example.com,                                     1,  5,
        """)
    void answers_follow_the_dns_specification_of_kep_1645(String name, int type, int code, @Nullable String data)
            throws IOException {
        var reply = overUdp(question(name, type));

        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.answers())
                .containsExactlyInAnyOrderElementsOf(data == null ? List.of() : List.of(data.split("\\|", -1)));
    }

    @Test
    void a_no_carries_the_soa_that_says_how_long_it_may_be_remembered() throws IOException {
        var noName = overUdp(question("cache.shop.svc.clusterset.local", A));
        var noData = overUdp(question("db.shop.svc.clusterset.local", TXT));

        assertThat(noName.authorityTypes()).containsExactly(SOA);
        assertThat(noData.authorityTypes()).containsExactly(SOA);
    }

    @Test
    void tcp_answers_the_same_and_many_questions_on_one_connection() throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            var out = new DataOutputStream(socket.getOutputStream());
            var in = new DataInputStream(socket.getInputStream());
            for (var type : new int[] {A, AAAA, SRV}) {
                var question = question("db.shop.svc.clusterset.local", type);
                out.writeShort(question.length);
                out.write(question);
                var reply = Reply.read(in.readNBytes(in.readUnsignedShort()));

                assertThat(reply.code()).isEqualTo(NOERROR);
                assertThat(reply.answers()).isNotEmpty();
            }
        }
    }

    @Test
    void an_answer_that_is_too_long_for_udp_is_truncated_there_and_whole_over_tcp() throws IOException {
        routes.set(Optional.of(table(nodes("many", 100))));
        var name = "many.shop.svc.clusterset.local";

        var plain = overUdp(question(name, A));
        var extended = overUdp(withOptions(question(name, A), 4096));
        var whole = overTcp(question(name, A));

        assertThat(plain.truncated()).isTrue();
        assertThat(plain.length()).isLessThanOrEqualTo(512);
        assertThat(extended.truncated()).isTrue();
        assertThat(extended.length()).isBetween(513, 1232);
        assertThat(whole.truncated()).isFalse();
        assertThat(whole.answers()).hasSize(100);
    }

    /// RFC 1035, section 4.1.4, and RFC 2782, which wants the targets of SRV whole.
    @Test
    void an_owner_name_is_written_once_and_spelled_as_it_was_asked() throws IOException {
        var name = "Nodes.shop.svc.ClusterSet.local";

        var addresses = overUdp(withOptions(question(name, A), 1232));
        var servers = overUdp(question(name, SRV));
        var none = overUdp(question(name, AAAA));

        assertThat(addresses.length()).isEqualTo(12 + name.length() + 2 + 4 + 2 * (12 + 4) + 11);
        assertThat(addresses.owners()).containsExactly(name, name, "");
        assertThat(servers.length())
                .isEqualTo(12
                        + name.length()
                        + 2
                        + 4
                        + 2 * (12 + 6 + "node-0.tokyo.nodes.shop.svc.clusterset.local".length() + 2));
        assertThat(servers.owners()).containsExactly(name, name);
        assertThat(none.owners()).containsExactly("ClusterSet.local");
    }

    @Test
    void every_address_of_a_headless_service_is_the_first_of_some_answer() throws IOException {
        routes.set(Optional.of(table(nodes("many", 20))));
        var question = question("many.shop.svc.clusterset.local", A);

        var first = new HashSet<String>();
        for (var asked = 0; asked < 2000 && first.size() < 20; asked++) {
            first.add(overUdp(question).answers().getFirst());
        }

        assertThat(first).hasSize(20);
    }

    @Test
    void an_answer_over_tcp_is_whole_up_to_the_longest_message_there_is() throws IOException {
        var name = "many.shop.svc.clusterset.local";
        var fitting = (65_535 - 12 - name.length() - 2 - 4) / 16;
        routes.set(Optional.of(table(nodes("many", fitting))));

        var whole = overTcp(question(name, A));

        assertThat(whole.truncated()).isFalse();
        assertThat(whole.answers()).hasSize(fitting).doesNotHaveDuplicates();
    }

    @Test
    void an_answer_over_tcp_that_cannot_be_whole_is_another_part_each_time_and_not_called_truncated()
            throws IOException {
        var name = "many.shop.svc.clusterset.local";
        var fitting = (65_535 - 12 - name.length() - 2 - 4) / 16;
        routes.set(Optional.of(table(nodes("many", fitting + 500))));

        var seen = new HashSet<String>();
        for (var asked = 0; asked < 200 && seen.size() < fitting + 500; asked++) {
            var part = overTcp(question(name, A));
            assertThat(part.truncated()).isFalse();
            assertThat(part.code()).isEqualTo(NOERROR);
            assertThat(part.answers()).hasSize(fitting);
            seen.addAll(part.answers());
        }

        assertThat(seen).hasSize(fitting + 500);
    }

    /// 2,000 answers of 64 KB each would be 128 MB for a client that takes none.
    @Test
    void who_asks_on_over_tcp_and_takes_nothing_is_not_read_from() throws IOException {
        routes.set(Optional.of(table(nodes("many", 5000))));
        var question = question("many.shop.svc.clusterset.local", A);
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(address);
            socket.setSoTimeout(10_000);
            var questions = new ByteArrayOutputStream();
            for (var asked = 0; asked < 1000; asked++) {
                new DataOutputStream(questions).writeShort(question.length);
                questions.write(question);
            }
            socket.getOutputStream().write(questions.toByteArray());

            // Whoever asks meanwhile is answered, on the same event loops.
            for (var asked = 0; asked < 20; asked++) {
                assertThat(overUdp(question).code()).isEqualTo(NOERROR);
            }
            assertThat(told).hasSizeLessThan(500);
            var in = new DataInputStream(socket.getInputStream());
            for (var asked = 0; asked < 1000; asked++) {
                assertThat(Reply.read(in.readNBytes(in.readUnsignedShort())).code())
                        .isEqualTo(NOERROR);
            }
        }
    }

    private static Import nodes(String name, int count) {
        var endpoints = IntStream.range(0, count)
                .mapToObj(i -> new Hostname(
                        "node-" + i, new ClusterName("tokyo"), List.of(ip("10.1." + i / 256 + "." + i % 256))))
                .toList();
        return new Import(
                new ServiceName("shop", name),
                true,
                SessionAffinity.NONE,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                endpoints);
    }

    @Test
    void options_are_answered_with_options() throws IOException {
        var reply = overUdp(withOptions(question("db.shop.svc.clusterset.local", A), 1400));

        assertThat(reply.additionalTypes()).containsExactly(OPT);
    }

    @Test
    void another_version_of_edns_is_refused_with_the_one_that_is_spoken() throws IOException {
        var reply = overUdp(withOptions(question("db.shop.svc.clusterset.local", A), 1400, 1));

        assertThat(reply.code()).isEqualTo(BADVERS);
        assertThat(reply.answers()).isEmpty();
        assertThat(told).contains("other BADVERS");
    }

    @Test
    void two_records_of_options_are_a_malformed_question() throws IOException {
        var once = withOptions(question("db.shop.svc.clusterset.local", A), 1400);

        assertThat(overUdp(withOptions(once, 1400)).code()).isEqualTo(FORMERR);
    }

    @Test
    void invariant_1_before_the_first_route_table_nothing_is_said_not_to_exist() throws IOException {
        routes.set(Optional.empty());

        assertThat(overUdp(question("db.shop.svc.clusterset.local", A)).code()).isEqualTo(SERVFAIL);
    }

    @Test
    void what_is_no_plain_question_is_answered_with_an_error() throws IOException {
        var update = question("db.shop.svc.clusterset.local", A);
        update[2] = 5 << 3;
        var none = question("db.shop.svc.clusterset.local", A);
        none[5] = 0;

        assertThat(overUdp(update).code()).isEqualTo(NOTIMP);
        assertThat(overUdp(Arrays.copyOf(none, 12)).code()).isEqualTo(FORMERR);
        assertThat(told).contains("other NOTIMP", "other FORMERR");
    }

    @Test
    void garbage_does_not_stop_the_server() throws IOException {
        var random = new SplittableRandom(42);
        try (var socket = new DatagramSocket()) {
            for (var i = 0; i < 2000; i++) {
                var bytes = new byte[random.nextInt(64)];
                random.nextBytes(bytes);
                socket.send(new DatagramPacket(bytes, bytes.length, address));
            }
        }
        var valid = question("db.shop.svc.clusterset.local", A);
        for (var length = 0; length < valid.length; length++) {
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                new DataOutputStream(socket.getOutputStream()).writeShort(valid.length);
                socket.getOutputStream().write(valid, 0, length);
            }
        }

        assertThat(overUdp(valid).answers()).containsExactly("127.66.0.5");
        assertThat(overTcp(valid).answers()).containsExactly("127.66.0.5");
    }

    @Test
    void an_address_in_use_is_named_with_its_setting() {
        var second = new DnsServer(vertx, new HostPort("127.0.0.1", address.getPort()), routes::get, (_, _) -> {});

        assertThatThrownBy(() -> second.start().await(10, TimeUnit.SECONDS))
                .hasMessageContaining("listen.dns 127.0.0.1:" + address.getPort())
                .hasMessageContaining("in use");
    }

    /// Asks again when nothing comes: UDP may lose a packet, such as behind a flood.
    private Reply overUdp(byte[] question) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(2_000);
            for (var attempt = 0; attempt < 10; attempt++) {
                socket.send(new DatagramPacket(question, question.length, address));
                var packet = new DatagramPacket(new byte[65_535], 65_535);
                try {
                    socket.receive(packet);
                    return Reply.read(Arrays.copyOf(packet.getData(), packet.getLength()));
                } catch (SocketTimeoutException _) {
                    // Asked again.
                }
            }
            throw new AssertionError("no answer over UDP");
        }
    }

    private Reply overTcp(byte[] question) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(question.length);
            out.write(question);
            var in = new DataInputStream(socket.getInputStream());
            return Reply.read(in.readNBytes(in.readUnsignedShort()));
        }
    }

    private static byte[] question(String name, int type) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeShort(4711);
        out.writeShort(0x0100); // recursion desired, as resolvers send it
        out.writeShort(1);
        out.writeShort(0);
        out.writeInt(0);
        for (var label : name.split("\\.", -1)) {
            out.writeByte(label.length());
            out.writeBytes(label);
        }
        out.writeByte(0);
        out.writeShort(type);
        out.writeShort(1);
        return bytes.toByteArray();
    }

    private static byte[] withOptions(byte[] question, int payloadBytes) throws IOException {
        return withOptions(question, payloadBytes, 0);
    }

    private static byte[] withOptions(byte[] question, int payloadBytes, int version) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(question);
        var out = new DataOutputStream(bytes);
        out.writeByte(0);
        out.writeShort(OPT);
        out.writeShort(payloadBytes);
        out.writeInt(version << 16);
        out.writeShort(0);
        var message = bytes.toByteArray();
        message[11]++;
        return message;
    }

    private record Reply(
            int length,
            int code,
            boolean truncated,
            List<String> owners,
            List<String> answers,
            List<Integer> authorityTypes,
            List<Integer> additionalTypes) {
        static Reply read(byte[] message) {
            var in = ByteBuffer.wrap(message);
            assertThat(in.getShort()).isEqualTo((short) 4711);
            var flags = in.getShort() & 0xffff;
            assertThat(flags & 0x8000).as("is a response").isNotZero();
            var questions = in.getShort();
            var counts = new int[] {in.getShort(), in.getShort(), in.getShort()};
            for (var i = 0; i < questions; i++) {
                name(in);
                in.position(in.position() + 4);
            }
            var owners = new ArrayList<String>();
            var answers = new ArrayList<String>();
            var authority = new ArrayList<Integer>();
            var additional = new ArrayList<Integer>();
            IntStream.range(0, counts[0]).forEach(_ -> record(in, owners, answers, new ArrayList<>()));
            IntStream.range(0, counts[1]).forEach(_ -> record(in, owners, new ArrayList<>(), authority));
            var code = flags & 15;
            for (var i = 0; i < counts[2]; i++) {
                var timeToLive = record(in, owners, new ArrayList<>(), additional);
                code |= additional.getLast() == OPT ? timeToLive >>> 24 << 4 : 0;
            }
            assertThat(in.remaining()).isZero();
            return new Reply(message.length, code, (flags & 0x0200) != 0, owners, answers, authority, additional);
        }

        /// @return the time to live, which in OPT has another meaning
        private static int record(ByteBuffer in, List<String> owners, List<String> texts, List<Integer> types) {
            owners.add(name(in));
            var type = in.getShort() & 0xffff;
            in.position(in.position() + 2);
            var timeToLive = in.getInt();
            var content = new byte[in.getShort() & 0xffff];
            in.get(content);
            types.add(type);
            var data = ByteBuffer.wrap(content);
            texts.add(
                    switch (type) {
                        case A, AAAA -> address(content);
                        case SRV -> (data.position(4).getShort() & 0xffff) + " " + name(data);
                        case TXT -> new String(content, 1, content.length - 1, StandardCharsets.US_ASCII);
                        default -> "";
                    });
            return timeToLive;
        }

        private static String address(byte[] content) {
            try {
                return InetAddresses.toAddrString(InetAddress.getByAddress(content));
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        private static String name(ByteBuffer in) {
            var labels = new ArrayList<String>();
            for (var length = in.get(); length != 0; length = in.get()) {
                if ((length & 0xc0) == 0xc0) {
                    var target = (length & 0x3f) << 8 | (in.get() & 0xff);
                    labels.add(name(in.duplicate().position(target)));
                    break;
                }
                var label = new byte[length];
                in.get(label);
                labels.add(new String(label, StandardCharsets.US_ASCII));
            }
            return String.join(".", labels);
        }
    }
}
