// SPDX-License-Identifier: Apache-2.0
package bench;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Benchmark;

/// Calls every benchmark some times and compares the faces: a number is worth nothing if it is of other work.
public final class Check {
    private static final int CALLS = 8; // twice around a call site that serves four functions

    private Check() {}

    /// {@return what each case gave, by face}
    public static Map<String, Map<String, List<Object>>> results(Class<?> benchmarks)
            throws ReflectiveOperationException {
        Map<String, Map<String, List<Object>>> cases = new TreeMap<>();
        for (Method method : benchmarks.getMethods()) {
            if (method.isAnnotationPresent(Benchmark.class)) {
                String[] caseAndFace = method.getName().split("_");
                Object inputs = benchmarks.getDeclaredConstructor().newInstance(); // takes its turns from the first on
                List<Object> results = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    results.add(method.invoke(inputs));
                }
                cases.computeIfAbsent(caseAndFace[0], _ -> new TreeMap<>()).put(caseAndFace[1], results);
            }
        }
        return cases;
    }
}
