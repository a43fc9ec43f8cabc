package dev.sekisho.controlplane;

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
import java.net.Socket;
import java.nio.channels.Channel;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;

/// The arrows between the packages of the control plane: edges know the core, the core knows no edge, edges do not know
/// each other.
@AnalyzeClasses(packages = "dev.sekisho.controlplane", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule decisions_are_plain_functions = noClasses()
            .that()
            .resideInAnyPackage("..controlplane.clusterset..", "..controlplane.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.fabric8..", "io.netty..", "io.micrometer..", "org.slf4j..")
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
            .areAssignableTo(Channel.class);

    @ArchTest
    static final ArchRule decisions_know_nothing_of_whoever_acts_on_them = noClasses()
            .that()
            .resideInAPackage("..controlplane.clusterset..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..controlplane.reconcile..",
                    "..controlplane.feed..",
                    "..controlplane.peers..",
                    "..controlplane.standalone..",
                    "..controlplane.kubernetes..",
                    "..controlplane.kinds..",
                    "..controlplane.admin..",
                    "..controlplane.explain..",
                    "..controlplane.telemetry..");

    @ArchTest
    static final ArchRule decisions_have_floors = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("plan")
            .definedBy("..controlplane.clusterset.plan")
            .layer("placement")
            .definedBy("..controlplane.clusterset.placement")
            .layer("truth")
            .definedBy("..controlplane.clusterset")
            .whereLayer("plan")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("placement")
            .mayOnlyBeAccessedByLayers("plan");

    @ArchTest
    static final ArchRule the_reconciler_knows_its_edges_by_interface_alone = noClasses()
            .that()
            .resideInAPackage("..controlplane.reconcile..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..controlplane.feed..",
                    "..controlplane.peers..",
                    "..controlplane.standalone..",
                    "..controlplane.kubernetes..",
                    "..controlplane.kinds..",
                    "..controlplane.admin..",
                    "..controlplane.explain..",
                    "io.fabric8..");

    @ArchTest
    static final ArchRule edges_do_not_know_each_other = slices().matching(
                    "dev.sekisho.controlplane.(feed|peers|standalone|kubernetes)..")
            .namingSlices("edge $1")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule what_is_said_of_exports_is_decided_without_a_socket = noClasses()
            .that()
            .resideInAPackage("..controlplane.peers.records..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "..controlplane.peers");

    @ArchTest
    static final ArchRule watching_knows_nothing_of_what_is_written = noClasses()
            .that()
            .resideInAPackage("..controlplane.kubernetes")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..controlplane.kubernetes.write..", "..controlplane.kubernetes.home..");

    @ArchTest
    static final ArchRule results_and_our_own_namespace_do_not_know_each_other = slices().matching(
                    "dev.sekisho.controlplane.kubernetes.(write|home)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.sekisho.controlplane.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_within_packages_have_none_either =
            slices().matching("dev.sekisho.controlplane.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_can_be_looked_over = classes().should(PackageSize.atMost(30));

    @ArchTest
    static final ArchRule only_the_wiring_knows_everything = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sekisho.controlplane")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sekisho.controlplane");

    @ArchTest
    static final ArchRule the_control_plane_knows_nothing_of_gateways =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("dev.sekisho.gateway..", "dev.sekisho.cli..");

    /// Which backends count, whose policies hold and that both sides agree is decided there and nowhere else.
    @ArchTest
    static final ArchRule whoever_speaks_of_calls_asks_the_judge = noClasses()
            .should()
            .callMethod(PolicySet.class, "egress", Endpoint.Pod.class, Endpoint.class, Transport.class, int.class)
            .orShould()
            .callMethod(PolicySet.class, "ingress", Endpoint.class, Endpoint.Pod.class, Transport.class, int.class)
            .orShould()
            .callMethod(RemoteIngress.class, "refusal", Endpoint.Pod.class, Transport.class, List.class);

    @ArchTest
    static final ArchRule names_say_what_a_thing_is =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Utils?|Helper)(\\$.*)?");
}
