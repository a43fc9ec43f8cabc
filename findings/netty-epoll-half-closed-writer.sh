#!/usr/bin/env bash
# Netty 4.2.18 on epoll cuts off an answer that is written to a half-closed connection, and its reader sees a clean end.
#
# A client sends its request, ends its side (a half-close), and reads slowly. The server, which allows half-closure, answers
# with 8 MiB a moment later. On NIO all of it arrives. On epoll what fits the socket's buffers arrives, then the client reads
# an orderly end of stream; the server's write fails with ChannelOutputShutdownException. So a proxy or a server that moves
# from NIO to epoll loses the ends of long answers without either end being told of a broken connection. Netty 4.2.12 does not
# lose them: since 4.2.13 a channel with nothing to wait for leaves the epoll set and does not come back
# (netty/netty pull request 16689).
#
# Needs Linux on x86_64, bash, Maven and a JDK 17 or newer. Exits with 1 when any of this has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

pom() { cat <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId><version>$1</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
  </dependencies>
</project>
XML
}
for version in 4.2.12.Final 4.2.18.Final; do
  mkdir "$version"
  pom "$version" >"$version/pom.xml"
  mvn -B -ntp -q -f "$version/pom.xml" dependency:copy-dependencies -DoutputDirectory=lib >maven.log || { cat maven.log; exit 1; }
done

cat >HalfClosed.java <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

public class HalfClosed {
    private static final int ANSWER = 8 << 20;

    public static void main(String[] version) throws Exception {
        var what = version[0].equals("epoll") ? "epoll" : "nio";
        answer(what, what.equals("epoll") ? EpollIoHandler.newFactory() : NioIoHandler.newFactory(),
                what.equals("epoll") ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    private static void answer(String what, IoHandlerFactory io, Class<? extends ServerChannel> type) throws Exception {
        var group = new MultiThreadIoEventLoopGroup(1, io);
        var written = new CompletableFuture<String>();
        var server = new ServerBootstrap()
                .group(group)
                .channel(type)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext context, Object event) {
                        if (event instanceof ChannelInputShutdownReadComplete) {
                            context.executor().schedule(() -> write(context), 100, TimeUnit.MILLISECONDS);
                        }
                    }

                    private void write(ChannelHandlerContext context) {
                        context.writeAndFlush(Unpooled.wrappedBuffer(new byte[ANSWER])).addListener(end -> {
                            written.complete(end.isSuccess() ? "written" : end.cause().getClass().getSimpleName());
                            context.close();
                        });
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        long received = 0;
        var address = (InetSocketAddress) server.localAddress();
        try (var client = new Socket(address.getAddress(), address.getPort())) {
            client.shutdownOutput();
            Thread.sleep(500);
            var buffer = new byte[1 << 16];
            for (int read; (read = client.getInputStream().read(buffer)) > 0; ) {
                received += read;
            }
        }
        System.out.println(what + ": " + (received == ANSWER ? "all" : "a part") + " of the answer, then a clean end; the server: "
                + written.get());
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
}
JAVA
for version in 4.2.12.Final 4.2.18.Final; do
  for transport in nio epoll; do
    printf '%s ' "$version"
    java -cp "$version/lib/*" HalfClosed.java "$transport" 2>/dev/null
  done
done | tee seen

diff seen - <<'SEEN'
4.2.12.Final nio: all of the answer, then a clean end; the server: written
4.2.12.Final epoll: all of the answer, then a clean end; the server: written
4.2.18.Final nio: all of the answer, then a clean end; the server: written
4.2.18.Final epoll: a part of the answer, then a clean end; the server: ChannelOutputShutdownException
SEEN
