#!/usr/bin/env bash
# A Vert.x gRPC 5.0.7 server goes on without a message that is longer than it takes, and its call seems to end in order.
#
# The caller sends three messages, of which the second is longer than the server's maxMessageSize, and ends its side. gRPC's own
# rule is that such a call fails with status 8, RESOURCE_EXHAUSTED, and that is what the caller is told. A server that has set the handlers
# for messages, exceptions and the end, however, is told of the first message, then of the third, then of an orderly end:
# exceptionHandler is not called. It works on a stream with a hole in it, and whatever it does at the end of a complete stream
# it does now. Only one more handler, invalidMessageHandler, tells it, and the third message comes all the same.
#
# Needs bash, Maven and a JDK 17 or newer. Exits with 1 when any of this has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>io.netty</groupId><artifactId>netty-bom</artifactId><version>4.2.18.Final</version>
        <type>pom</type><scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>5.2.3</version></dependency>
    <dependency><groupId>io.vertx</groupId><artifactId>vertx-grpc-server</artifactId><version>5.0.7</version></dependency>
    <dependency><groupId>io.vertx</groupId><artifactId>vertx-grpc-client</artifactId><version>5.0.7</version></dependency>
  </dependencies>
</project>
XML
mvn -B -ntp -q dependency:copy-dependencies -DoutputDirectory=lib >maven.log || { cat maven.log; exit 1; }

cat >TooLong.java <<'JAVA'
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.concurrent.CountDownLatch;

public class TooLong {
    public static void main(String[] arguments) throws Exception {
        var tellInvalid = arguments.length > 0;
        var vertx = Vertx.vertx();
        var ended = new CountDownLatch(1);
        var calls = GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(1000));
        calls.callHandler(call -> {
            call.handler(message -> System.out.println("server: a message of " + message.length() + " bytes"));
            call.exceptionHandler(failure -> System.out.println("server: exception " + failure));
            if (tellInvalid) {
                call.invalidMessageHandler(failure -> System.out.println("server: " + failure.getClass().getSimpleName()));
            }
            call.endHandler(ignored -> {
                System.out.println("server: the end");
                if (tellInvalid) {
                    call.response().end();
                }
                ended.countDown();
            });
        });
        var port = await(vertx.createHttpServer().requestHandler(calls).listen(0, "127.0.0.1")).actualPort();
        var call = await(GrpcClient.client(vertx).request(SocketAddress.inetSocketAddress(port, "127.0.0.1")));
        call.fullMethodName("finding.Finding/Stream");
        call.write(Buffer.buffer(new byte[10]));
        call.write(Buffer.buffer(new byte[2000]));
        call.end(Buffer.buffer(new byte[30]));
        var response = await(call.response());
        if (!tellInvalid) {
            response.handler(ignored -> {});
            ended.await();
            System.out.println("caller: status " + response.status());
        }
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
JAVA
{
  java -cp 'lib/*' TooLong.java 2>/dev/null
  echo "with invalidMessageHandler:"
  java -cp 'lib/*' TooLong.java with 2>/dev/null
} | tee seen

diff seen - <<'SEEN'
server: a message of 10 bytes
server: a message of 30 bytes
server: the end
caller: status 8
with invalidMessageHandler:
server: a message of 10 bytes
server: MessageSizeOverflowException
server: a message of 30 bytes
server: the end
SEEN
