package dev.sekisho.gateway.tunnel.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.tunnel.v1.Hello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

    /// Writes down what arrives; DATA that follows DATA is one line, as frames of DATA may come in pieces.
    private static final class Heard implements FrameSink {
        private final List<String> lines = new ArrayList<>();
        private boolean lastWasData;

        @Override
        public void data(ByteBuf bytes) {
            var hex = ByteBufUtil.hexDump(bytes);
            bytes.release();
            if (lastWasData) {
                lines.set(lines.size() - 1, lines.getLast() + hex);
            } else {
                lines.add("DATA " + hex);
            }
            lastWasData = true;
        }

        @Override
        public void control(FrameType type, ByteBuf payload) {
            lines.add(type + " " + ByteBufUtil.hexDump(payload));
            lastWasData = false;
        }
    }

    private static List<String> heard(ByteBuf bytes, Random splits) throws MalformedFrameException {
        var heard = new Heard();
        var decoder = new FrameDecoder(heard);
        try {
            while (bytes.isReadable()) {
                decoder.decode(bytes.readSlice(1 + splits.nextInt(Math.min(bytes.readableBytes(), 300))));
            }
        } finally {
            decoder.close();
            bytes.release();
        }
        return heard.lines;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void frames_are_found_wherever_the_bytes_are_split(long seed) throws MalformedFrameException {
        var random = new Random(seed);
        var bytes = ALLOCATOR.buffer();
        var expected = new ArrayList<String>();
        for (var i = 0; i < 200; i++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    var hello = Hello.newBuilder()
                            .setCluster("c".repeat(random.nextInt(600)))
                            .build();
                    append(bytes, FrameWriter.message(ALLOCATOR, FrameType.HELLO, hello));
                    expected.add("HELLO " + ByteBufUtil.hexDump(hello.toByteArray()));
                }
                case 1 -> {
                    append(bytes, FrameWriter.empty(ALLOCATOR, FrameType.END));
                    expected.add("END ");
                }
                case 2 -> {
                    append(bytes, FrameWriter.reset(ALLOCATOR, 2, i));
                    expected.add("RESET 02%08x".formatted(i));
                }
                case 4 -> {
                    var payload = new byte[random.nextInt(3) * random.nextInt(2000)];
                    random.nextBytes(payload);
                    FrameWriter.datagram(ALLOCATOR, Unpooled.wrappedBuffer(payload), frame -> append(bytes, frame));
                    expected.add("DATAGRAM " + ByteBufUtil.hexDump(payload));
                }
                case 3 -> {
                    append(bytes, FrameWriter.probe(ALLOCATOR, FrameType.PING, i));
                    expected.add("PING %016x".formatted(i));
                }
                default -> {
                    var payload = new byte[1 + random.nextInt(2000)];
                    random.nextBytes(payload);
                    FrameWriter.data(ALLOCATOR, Unpooled.wrappedBuffer(payload), frame -> append(bytes, frame));
                    append(bytes, FrameWriter.empty(ALLOCATOR, FrameType.DRAIN));
                    expected.add("DATA " + ByteBufUtil.hexDump(payload));
                    expected.add("DRAIN ");
                }
            }
        }

        assertThat(heard(bytes, random)).as("seed %s", seed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void random_bytes_are_refused_or_read_but_never_break_the_decoder(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++) {
            var noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            try {
                heard(Unpooled.wrappedBuffer(noise), random);
            } catch (MalformedFrameException refused) {
                assertThat(refused).as("seed %s", seed).message().isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        # type, most
        01, 16384
        02, 16384
        03, 16384
        04, 16384
        05, 262144
        06, 0
        07, 5
        08, 65507
        09, 8
        0a, 8
        0b, 0
        ff, 16384
        """)
    void a_length_beyond_that_of_the_type_is_refused_before_any_payload_comes(String type, int most) throws Exception {
        var header = "%s%06x";
        var fits = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(header.formatted(type, most)));
        var lies = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(header.formatted(type, most + 1)));

        heard(fits, new Random(1));

        assertThatThrownBy(() -> heard(lies, new Random(1)))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("at most " + most);
    }

    @Test
    void an_unknown_type_is_skipped_when_its_high_bit_is_set() throws MalformedFrameException {
        var bytes = ALLOCATOR.buffer().writeInt(0x90000003).writeBytes("new".getBytes(UTF_8));
        append(bytes, FrameWriter.empty(ALLOCATOR, FrameType.END));

        assertThat(heard(bytes, new Random(1))).containsExactly("END ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x0c, 0x47, 0x7f})
    void an_unknown_type_without_the_high_bit_is_refused(int type) {
        var bytes = ALLOCATOR.buffer().writeInt(type << 24);

        assertThatThrownBy(() -> heard(bytes, new Random(1)))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("unknown frame type");
    }

    @Test
    void data_is_passed_on_as_slices_without_copying() throws MalformedFrameException {
        var bytes = ALLOCATOR.buffer();
        FrameWriter.data(ALLOCATOR, Unpooled.wrappedBuffer("hello".getBytes(UTF_8)), frame -> append(bytes, frame));
        var found = new ArrayList<String>();

        new FrameDecoder(new FrameSink() {
                    @Override
                    public void data(ByteBuf slice) {
                        bytes.setByte(FrameWriter.HEADER_BYTES, 'H');
                        found.add(slice.toString(UTF_8));
                        slice.release();
                    }

                    @Override
                    public void control(FrameType type, ByteBuf payload) {}
                })
                .decode(bytes);
        bytes.release();

        assertThat(found).containsExactly("Hello");
    }

    @Test
    void a_payload_with_head_room_becomes_a_frame_in_place() {
        var payload = ALLOCATOR.buffer().writeZero(FrameWriter.HEADER_BYTES).writeBytes("abc".getBytes(UTF_8));
        payload.readerIndex(FrameWriter.HEADER_BYTES);
        var out = new ArrayList<ByteBuf>();

        FrameWriter.data(ALLOCATOR, payload, out::add);

        assertThat(out).containsExactly(payload);
        assertThat(ByteBufUtil.hexDump(payload)).isEqualTo("05000003616263");
        payload.release();
    }

    @Test
    void a_datagram_with_head_room_becomes_a_frame_in_place_and_an_empty_one_is_a_header() {
        var payload = ALLOCATOR
                .buffer()
                .writeZero(8)
                .writeBytes("abc".getBytes(UTF_8))
                .readerIndex(8);
        var empty = ALLOCATOR.buffer();
        var out = new ArrayList<ByteBuf>();

        FrameWriter.datagram(ALLOCATOR, payload, out::add);
        FrameWriter.datagram(ALLOCATOR, empty, out::add);

        var all = Unpooled.wrappedBuffer(out.toArray(ByteBuf[]::new));
        assertThat(out.getFirst()).isSameAs(payload);
        assertThat(ByteBufUtil.hexDump(all)).isEqualTo("08000003616263" + "08000000");
        all.release();
    }

    @Test
    void the_longest_datagram_is_one_frame_and_a_longer_one_is_none() throws MalformedFrameException {
        var longest = new byte[FrameType.MAX_DATAGRAM];
        new Random(6).nextBytes(longest);
        var bytes = ALLOCATOR.buffer();

        FrameWriter.datagram(ALLOCATOR, Unpooled.wrappedBuffer(longest), frame -> append(bytes, frame));

        assertThat(heard(bytes, new Random(6))).containsExactly("DATAGRAM " + ByteBufUtil.hexDump(longest));
        var longer = Unpooled.wrappedBuffer(longest, new byte[1]);
        assertThatThrownBy(() -> FrameWriter.datagram(ALLOCATOR, longer, _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65507");
        assertThat(longer.refCnt()).isZero();
    }

    @Test
    void a_payload_longer_than_a_frame_may_be_is_split() throws MalformedFrameException {
        var payload = new byte[2 * FrameType.MAX_DATA + 7];
        new Random(5).nextBytes(payload);
        var bytes = ALLOCATOR.buffer();
        var withHeadRoom = ALLOCATOR.buffer().writeZero(8).writeBytes(payload).readerIndex(8);

        FrameWriter.data(ALLOCATOR, withHeadRoom, frame -> append(bytes, frame));

        assertThat(bytes.readableBytes()).isEqualTo(payload.length + 3 * FrameWriter.HEADER_BYTES);
        assertThat(heard(bytes, new Random(5))).containsExactly("DATA " + ByteBufUtil.hexDump(payload));
    }

    private static void append(ByteBuf bytes, ByteBuf frame) {
        bytes.writeBytes(frame);
        frame.release();
    }
}
