package dev.sekisho.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sekisho.arch.PackageSize;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.published.RemoteIngress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;

/// The arrows between the packages of the gateway: wiring, then what is shown, then the edges, then what they stand on.
@AnalyzeClasses(packages = "dev.sekisho.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrows_point_one_way = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("wiring")
            .definedBy("dev.sekisho.gateway")
            .layer("admin")
            .definedBy("dev.sekisho.gateway.admin..")
            .layer("telemetry")
            .definedBy("dev.sekisho.gateway.telemetry..")
            .layer("dns")
            .definedBy("dev.sekisho.gateway.dns..")
            .layer("feed")
            .definedBy("dev.sekisho.gateway.feed..")
            .layer("streams")
            .definedBy("dev.sekisho.gateway.streams..")
            .layer("tunnel")
            .definedBy("dev.sekisho.gateway.tunnel..")
            .layer("relay")
            .definedBy("dev.sekisho.gateway.relay..")
            .layer("balancing")
            .definedBy("dev.sekisho.gateway.balancing..")
            .layer("routes")
            .definedBy("dev.sekisho.gateway.routes..")
            .layer("bounds")
            .definedBy("dev.sekisho.gateway.bounds..")
            .whereLayer("wiring")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("admin")
            .mayOnlyBeAccessedByLayers("wiring")
            // It listens to everybody through interfaces of theirs; nobody knows who listens.
            .whereLayer("telemetry")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("dns")
            .mayOnlyBeAccessedByLayers("wiring", "admin", "telemetry")
            .whereLayer("feed")
            .mayOnlyBeAccessedByLayers("wiring", "admin", "telemetry")
            .whereLayer("streams")
            .mayOnlyBeAccessedByLayers("wiring", "admin", "telemetry")
            .whereLayer("tunnel")
            .mayOnlyBeAccessedByLayers("wiring", "admin", "telemetry", "streams")
            .whereLayer("relay")
            .mayOnlyBeAccessedByLayers("wiring", "streams", "tunnel")
            .whereLayer("balancing")
            .mayOnlyBeAccessedByLayers("streams")
            .whereLayer("routes")
            .mayOnlyBeAccessedByLayers("wiring", "admin", "telemetry", "dns", "feed", "streams", "tunnel", "balancing");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.sekisho.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule decisions_are_plain_functions = noClasses()
            .that()
            .resideInAnyPackage(
                    "..gateway.balancing..", "..gateway.bounds..", "..gateway.routes..", "..gateway.tunnel.frame..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx..",
                    "io.netty.channel..",
                    "io.netty.bootstrap..",
                    "io.netty.handler..",
                    "io.micrometer..",
                    "org.slf4j..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(InstantSource.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Socket.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ServerSocket.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Channel.class);

    @ArchTest
    static final ArchRule only_frames_among_them_know_buffers = noClasses()
            .that()
            .resideInAnyPackage("..gateway.balancing..", "..gateway.routes..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule frames_know_nothing_of_lanes = noClasses()
            .that()
            .resideInAPackage("..gateway.tunnel.frame..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sekisho.gateway.tunnel");

    @ArchTest
    static final ArchRule the_gateway_knows_nothing_of_kubernetes_or_the_control_plane = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.kubernetes..", "dev.sekisho.controlplane..", "dev.sekisho.cli..");

    /// Which backends count, whose policies hold and that both sides agree is decided there and nowhere else.
    @ArchTest
    static final ArchRule streams_ask_the_judge_only = noClasses()
            .should()
            .callMethod(PolicySet.class, "egress", Endpoint.Pod.class, Endpoint.class, Transport.class, int.class)
            .orShould()
            .callMethod(PolicySet.class, "ingress", Endpoint.class, Endpoint.Pod.class, Transport.class, int.class)
            .orShould()
            .callMethod(RemoteIngress.class, "refusal", Endpoint.Pod.class, Transport.class, List.class);

    @ArchTest
    static final ArchRule names_say_what_a_thing_is =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Utils?|Helper)(\\$.*)?");

    @ArchTest
    static final ArchRule packages_can_be_looked_over = classes().should(PackageSize.atMost(30));
}
