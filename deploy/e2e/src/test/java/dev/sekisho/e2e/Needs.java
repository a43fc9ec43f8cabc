package dev.sekisho.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// What tests need that not every machine has. It is asked for before anything of a test is made: a test that gives up
/// while its parameters are resolved would be an error and not skipped.
final class Needs {
    private Needs() {}

    static final class RealKubernetes implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            // Of a class that runs, each method is asked for, too.
            return context.getTestMethod().isPresent()
                    ? ConditionEvaluationResult.enabled("its class runs")
                    : skippedBy(LabCluster.obstacle(), context);
        }
    }

    /// Asked for after [RealKubernetes].
    static final class NetworkPlugin implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return context.getTestMethod().isPresent()
                    ? ConditionEvaluationResult.enabled("its class runs")
                    : skippedBy(LabCluster.obstacleToNetworkPlugin(), context);
        }
    }

    static final class Programs implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var missing = AnnotationSupport.findAnnotation(context.getElement(), NeedsPrograms.class).stream()
                    .flatMap(needed -> Arrays.stream(needed.value()))
                    .filter(program -> !isInstalled(program))
                    .toList();
            return skippedBy(
                    missing.isEmpty() ? Optional.empty() : Optional.of("not installed: " + String.join(", ", missing)),
                    context);
        }
    }

    static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static ConditionEvaluationResult skippedBy(Optional<String> obstacle, ExtensionContext context) {
        // Maven shows how many tests were skipped, but not why.
        obstacle.ifPresent(why -> System.out.println("Skipped: "
                + context.getRequiredTestClass().getSimpleName()
                + context.getTestMethod().map(method -> "." + method.getName()).orElse("") + ": " + why));
        return obstacle.map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("what it needs is there"));
    }
}
