package dev.sekisho.arch;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.TreeMap;

/// Whether one can look over the packages of a module: how many classes each has, those in files of their own.
public final class PackageSize extends ArchCondition<JavaClass> {
    private final int most;
    private final Map<String, Integer> sizes = new TreeMap<>();

    private PackageSize(int most) {
        super("be in packages of at most " + most + " classes");
        this.most = most;
    }

    public static PackageSize atMost(int classes) {
        return new PackageSize(classes);
    }

    @Override
    public void check(JavaClass each, ConditionEvents events) {
        if (each.isTopLevelClass() && !each.getSimpleName().equals("package-info")) {
            sizes.merge(each.getPackageName(), 1, Integer::sum);
        }
    }

    @Override
    public void finish(ConditionEvents events) {
        sizes.forEach((name, size) -> events.add(
                new SimpleConditionEvent(name, size <= most, "package " + name + " has " + size + " classes")));
    }
}
