package dev.sekisho.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// The tests of a class need a [LabCluster], of their own or as a part of the [Clusterset], and are skipped as one,
/// with the reason, where it cannot be had. `.ci/run` finds them by this annotation.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Needs.RealKubernetes.class)
public @interface OnRealKubernetes {}
