package dev.sekisho.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Whoever lacks what some tests need sees these skipped.
class NeedsTest {
    private static final DescribedPredicate<JavaClass> A_REAL_CLUSTER =
            assignableTo(LabCluster.class).or(assignableTo(ApiServer.class)).or(assignableTo(Clusterset.class));

    @Test
    void whatever_uses_a_real_cluster_is_skipped_as_a_class_where_there_is_none() {
        var tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("dev.sekisho")
                .that(simpleNameEndingWith("Test").and(not(equivalentTo(NeedsTest.class))));

        classes()
                .that(DescribedPredicate.describe(
                        "use a real cluster",
                        test -> test.getDirectDependenciesFromSelf().stream()
                                .anyMatch(dependency -> A_REAL_CLUSTER.test(dependency.getTargetClass()))))
                .should(beAnnotatedWith(OnRealKubernetes.class))
                .check(tests);
    }
}
