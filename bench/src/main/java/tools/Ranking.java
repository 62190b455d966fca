// SPDX-License-Identifier: Apache-2.0
package tools;

import java.util.ArrayList;
import java.util.List;

/// Where another is ahead of ours, which is the better of the interface and the object.
///
/// @param transition what an empty call costs by hand, in nanoseconds: most of it is to tell the JVM that a thread is
///                   in C, and that it is back, which other runtimes do not
record Ranking(Calls calls, Runtimes runtimes, double transition) {

    /// Less than that is chance.
    static final double RIVAL = 1.03;

    /// How much faster a runtime without the JVM's transition may be.
    static final double RUNTIME = 1.10;

    static Ranking of(Calls calls, Runtimes runtimes) {
        Calls.Score empty = calls.score("noop", "raw");
        double transition = empty == null ? 0 : empty.median();
        return new Ranking(calls, runtimes, transition);
    }

    /// {@return whether a rival of the JVM's is ahead in a row}
    boolean isAhead(Case row, Face rival) {
        return calls.ours(row) > calls.ratio(row, rival.name()) * RIVAL;
    }

    /// {@return whether a runtime is ahead in a row}
    boolean isRuntimeAhead(Case row, Face runtime) {
        return ours(row) > runtimes.time(row.name(), runtime.name()) * RUNTIME;
    }

    /// {@return whether it is ahead by no more than the transition}
    boolean isByTransition(Case row, Face runtime) {
        return ours(row) - runtimes.time(row.name(), runtime.name()) <= transition;
    }

    /// {@return ours in nanoseconds}
    double ours(Case row) {
        return calls.ours(row) * calls.score(row.baseline(), "raw").median();
    }

    /// {@return lines that say who is ahead in which rows}
    List<String> sentences(List<Case> cases) {
        List<String> rivals = new ArrayList<>();
        List<String> byTransition = new ArrayList<>();
        List<String> others = new ArrayList<>();
        int faced = 0;
        int met = 0;
        for (Case row : cases) {
            Face rival = calls.bestRival(row);
            if (rival != null && !Double.isNaN(calls.ours(row))) {
                faced++;
                if (isAhead(row, rival)) {
                    rivals.add("`" + row.name() + "` (" + rival.title() + ")");
                }
            }
            Face runtime = runtimes.best(row.name());
            if (runtime != null && !Double.isNaN(calls.ours(row))) {
                met++;
                if (isRuntimeAhead(row, runtime)) {
                    List<String> ahead = isByTransition(row, runtime) ? byTransition : others;
                    ahead.add("`" + row.name() + "` (" + runtime.title() + ")");
                }
            }
        }
        List<String> lines = new ArrayList<>();
        if (faced > 0) {
            lines.add("Of " + faced + " rows that a rival on the JVM has, one is ahead by more than 3 % (‡) in "
                    + list(rivals) + ".");
        }
        if (met > 0) {
            lines.add("Of " + met + " rows that Bun, Deno, koffi or ffi-rs has, one is ahead by more than 10 % (§) in "
                    + list(others) + "; and, by no more than the " + Markdown.format("%.1f", transition)
                    + " ns that an empty call costs by hand, which are the JVM's transition, in " + list(byTransition)
                    + ".");
        }
        return lines;
    }

    private static String list(List<String> names) {
        return names.isEmpty() ? "none" : names.size() + ": " + String.join(", ", names);
    }
}
