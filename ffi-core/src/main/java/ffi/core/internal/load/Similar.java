// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/// Which names somebody may have meant who wrote another one.
public final class Similar {

    private static final int AT_MOST = 5;
    private static final int FAR = 1000;

    private Similar() {}

    private record Ranked(String name, int distance) {}

    /// {@return the names nearest to a word, the nearest first, five at most}
    ///
    /// Near is what differs in one letter, or in a third of its letters; what differs in case or underscores only is
    /// nearer than that, what continues the word or contains it is further.
    public static List<String> to(String word, Collection<String> names) {
        List<Ranked> near = new ArrayList<>();
        for (String name : new LinkedHashSet<>(names)) {
            int distance = distance(word, name);
            if (distance < FAR) {
                near.add(new Ranked(name, distance));
            }
        }
        near.sort(Comparator.comparingInt(Ranked::distance)
                .thenComparing(ranked -> !ranked.name().startsWith(word) && !word.startsWith(ranked.name()))
                .thenComparingInt(ranked -> Math.abs(ranked.name().length() - word.length()))
                .thenComparing(Ranked::name));
        return near.stream().limit(AT_MOST).map(Ranked::name).toList();
    }

    /// {@return how far a name is from a word, or [#FAR]}
    static int distance(String word, String name) {
        String plainWord = plain(word);
        String plainName = plain(name);
        if (plainWord.isEmpty() || plainName.isEmpty() || word.length() > 1000) {
            return FAR;
        }
        if (plainWord.equals(plainName)) {
            return 0;
        }
        int allowed = Math.max(1, plainWord.length() / 3);
        boolean comparable = plainWord.length() > 1 && Math.abs(plainName.length() - plainWord.length()) <= allowed;
        int edits = comparable ? edits(plainWord, plainName) : FAR;
        if (edits <= allowed) {
            return edits;
        }
        if (plainWord.length() < 3) {
            return FAR;
        }
        return plainName.startsWith(plainWord) ? 100 : plainName.contains(plainWord) ? 200 : FAR;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "");
    }

    /// Letters to insert, delete, replace or swap with their neighbour.
    private static int edits(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            before = last;
            last = row;
        }
        return last[b.length()];
    }
}
