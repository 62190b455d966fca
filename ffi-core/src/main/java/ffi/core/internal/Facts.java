// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// The shape of every message: a headline, then one `key: value` line per fact, and last a hint.
///
/// ```
/// Symbol not found: "summ"
///   library: native/target/libsum.so
///   similar: sum, sum8
///   hint: C++ exports a function under its own name only when it is declared extern "C"
/// ```
public final class Facts {

    private static final int LONGEST_WORD = 200;

    private final StringBuilder text;

    private Facts(String headline) {
        text = new StringBuilder(headline);
    }

    /// {@return a message that so far is only its headline}
    public static Facts of(String headline) {
        Facts facts = new Facts("");
        escape(headline, false, facts.text);
        return facts;
    }

    /// {@return a message to which there is more to say}
    public static Facts again(String message) {
        return new Facts(message);
    }

    /// {@return a message whose headline is a fault and the user's own word, which is put in quotes}
    public static Facts of(String fault, String word) {
        return new Facts(fault + ": " + quoted(word));
    }

    /// {@return the first line}
    String headline() {
        int end = text.indexOf("\n");
        return end < 0 ? text.toString() : text.substring(0, end);
    }

    /// Adds one fact; a value of null adds nothing.
    public Facts add(String key, Object value) {
        if (value != null) {
            text.append("\n  ").append(key).append(": ");
            escape(value.toString(), false, text);
        }
        return this;
    }

    /// Adds a key with several values, each on a line of its own.
    public Facts addEach(String key, Iterable<?> values) {
        for (Object value : values) {
            add(key, value);
        }
        return this;
    }

    /// Adds a key with several values on one line; no values add nothing.
    public Facts addAll(String key, Iterable<String> values) {
        String joined = String.join(", ", values);
        return joined.isEmpty() ? this : add(key, joined);
    }

    /// Adds what is likely to be the remedy; null adds nothing.
    public Facts hint(String remedy) {
        return add("hint", remedy);
    }

    /// {@return a text in quotes, on one line whatever it contains, and shortened as [#shortened] does it}
    public static String quoted(String word) {
        StringBuilder quoted = new StringBuilder("\"");
        escape(ellipsis(word), true, quoted);
        return quoted.append('"').append(length(word)).toString();
    }

    /// {@return a text, or of a long one the beginning, the end and the length}
    public static String shortened(String word) {
        return ellipsis(word).concat(length(word));
    }

    /// {@return a text on one line whatever it contains, and shortened as [#shortened] does it}
    public static String line(String word) {
        StringBuilder line = new StringBuilder();
        escape(ellipsis(word), false, line);
        return line.append(length(word)).toString();
    }

    private static String ellipsis(String word) {
        if (word.length() <= LONGEST_WORD) {
            return word;
        }
        int end = LONGEST_WORD / 2;
        int start = word.length() - LONGEST_WORD / 2;
        return word.substring(0, Character.isHighSurrogate(word.charAt(end - 1)) ? end - 1 : end) + "…"
                + word.substring(Character.isLowSurrogate(word.charAt(start)) ? start + 1 : start);
    }

    private static String length(String word) {
        return word.length() <= LONGEST_WORD ? "" : " (" + word.length() + " characters)";
    }

    private static void escape(String word, boolean quoted, StringBuilder to) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            switch (c) {
                case '"', '\\' -> to.append(quoted ? "\\" : "").append(c);
                case '\n' -> to.append("\\n");
                case '\0' -> to.append("\\0");
                default -> {
                    if (Character.isISOControl(c) || Character.isSurrogate(c) && !isPair(word, i)) {
                        to.append(String.format("\\u%04x", (int) c));
                    } else {
                        to.append(c);
                    }
                }
            }
        }
    }

    private static boolean isPair(String word, int i) {
        return Character.isHighSurrogate(word.charAt(i))
                ? i + 1 < word.length() && Character.isLowSurrogate(word.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(word.charAt(i - 1));
    }

    /// {@return the whole message}
    @Override
    public String toString() {
        return text.toString();
    }
}
