package dev.sekisho;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;

/// What the packages of the contracts may know of each other and of the world.
@AnalyzeClasses(
        packages = "dev.sekisho",
        importOptions = {ImportOption.DoNotIncludeTests.class, ProtoArchitectureTest.HandWritten.class})
class ProtoArchitectureTest {
    /// Leaves out the generated stubs, packages `dev.sekisho.*.v1`.
    static final class HandWritten implements ImportOption {
        private static final Pattern GENERATED = Pattern.compile(".*/v\\d+/.*");

        @Override
        public boolean includes(Location location) {
            return !location.matches(GENERATED);
        }
    }

    @ArchTest
    static final ArchRule policy_is_a_plain_function_of_its_input = noClasses()
            .that()
            .resideInAPackage("dev.sekisho.policy..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "io.vertx..",
                            "io.netty..",
                            "org.slf4j..",
                            "java.nio.channels..",
                            "java.nio.file..",
                            "dev.sekisho.identity..")
                    // What was answered is remembered, without waiting for anybody.
                    .or(resideInAPackage("java.util.concurrent..").and(not(belongToAnyOf(AtomicReferenceArray.class))))
                    .or(resideInAPackage("java.io..")
                            .and(not(belongToAnyOf(IOException.class, UncheckedIOException.class))))
                    .or(resideInAPackage("java.net..")
                            .and(not(belongToAnyOf(
                                    InetAddress.class,
                                    Inet4Address.class,
                                    Inet6Address.class,
                                    InetSocketAddress.class,
                                    UnknownHostException.class))))
                    .or(belongToAnyOf(Clock.class, InstantSource.class))
                    .as("do I/O, log, wait or tell the time"));

    @ArchTest
    static final ArchRule names_know_nothing_but_the_wire_enum = noClasses()
            .that()
            .resideInAPackage("dev.sekisho.names..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sekisho.identity..", "dev.sekisho.policy", "io.vertx..", "io.netty..");

    @ArchTest
    static final ArchRule identity_opens_no_connection = noClasses()
            .that()
            .resideInAPackage("dev.sekisho.identity..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx..",
                    "io.netty..",
                    "javax.net",
                    "java.net.http..",
                    "dev.sekisho.policy..",
                    "dev.sekisho.feed..");

    @ArchTest
    static final ArchRule time_comes_in_from_outside = noClasses()
            .should()
            .callMethodWhere(target(name("now")).and(target(owner(resideInAPackage("java.time..")))))
            .orShould()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.sekisho.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule names_of_classes_say_what_they_are =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Utils?|Helper)(\\$.*)?");
}
