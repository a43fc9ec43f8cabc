package dev.sekisho;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sekisho.arch.PackageSize;

/// The arrows between the packages that both programs share.
@AnalyzeClasses(
        packages = {"dev.sekisho.identity", "dev.sekisho.lookup", "dev.sekisho.names", "dev.sekisho.policy"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule policy_has_floors = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("call")
            .definedBy("dev.sekisho.policy.call")
            .layer("published")
            .definedBy("dev.sekisho.policy.published")
            .layer("compiled")
            .definedBy("dev.sekisho.policy.compiled")
            .layer("codec")
            .definedBy("dev.sekisho.policy.codec")
            .layer("words")
            .definedBy("dev.sekisho.policy")
            .whereLayer("call")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("published")
            .mayOnlyBeAccessedByLayers("call")
            .whereLayer("compiled")
            .mayOnlyBeAccessedByLayers("published", "call")
            .whereLayer("codec")
            .mayOnlyBeAccessedByLayers("compiled", "published", "call");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.sekisho.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_can_be_looked_over = classes().should(PackageSize.atMost(30));
}
