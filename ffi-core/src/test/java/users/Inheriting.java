// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.CType;
import ffi.core.Global;
import ffi.core.OrNull;
import ffi.core.Owned;
import ffi.core.Prefix;
import ffi.core.Symbol;

import java.lang.foreign.Arena;

/// Interfaces that extend others, as Java users write them.
public final class Inheriting {

    private Inheriting() {}

    public interface Root {
        int sum(int a, int b);

        @Symbol("doubleSum")
        double add(double a, double b);

        @CType("size_t")
        long text_bytes(@CType("const char *") String text);

        default int twice(int a) {
            return sum(a, a);
        }

        static int three() {
            return 3;
        }
    }

    public interface Left extends Root {
        @Owned
        String concatenateStrings(String a, String b);
    }

    public interface Right extends Root {
        boolean return_opposite(boolean value);
    }

    /// Root is there twice.
    public interface Diamond extends Left, Right {
        @Override
        default int twice(int a) {
            return Left.super.twice(a) + 1;
        }
    }

    public interface Answering extends Root {
        @Override
        default int sum(int a, int b) {
            return 42;
        }
    }

    /// The default method of one parent is more specific than what the other one inherits.
    public interface AnsweringDiamond extends Left, Answering {}

    /// Native again.
    public interface Asking extends Answering {
        @Override
        int sum(int a, int b);
    }

    /// Another annotation, and what an overridden one said is gone.
    public interface Renaming extends Root {
        @Override
        @Symbol("sum2")
        int sum(int a, int b);

        @Override
        double add(double a, double b);
    }

    public interface Broad {
        @OrNull
        CharSequence latin1_text();

        Object echo_text(String text);
    }

    /// The compiler writes a method of the old type, which calls that of the new one.
    public interface Narrow extends Broad {
        @Override
        @CType("char *")
        String latin1_text();

        @Override
        String echo_text(String text);
    }

    public interface Source<T> {
        T get();

        int count(T value);
    }

    public interface OfTexts extends Source<String> {
        @Override
        @Symbol("echo_text")
        String get();
    }

    public interface Raw<T> {
        T echo_text(T text);
    }

    public interface OfText extends Raw<String> {}

    public interface Narrowed extends Raw<String> {
        @Override
        String echo_text(String text);
    }

    public interface Boxed {
        Integer min_i32();
    }

    public interface Generic {
        <T extends Number> int sum(int a, int b);
    }

    public interface Adding {
        @Symbol("sum")
        int combine(int a, int b);
    }

    public interface Multiplying {
        @Symbol("multiply")
        int combine(int a, int b);
    }

    public interface Summing {
        @Symbol("sum")
        int combine(int a, int b);
    }

    public interface Either extends Adding, Multiplying {}

    public interface Other extends Multiplying, Adding {}

    public interface Deep extends Either {}

    public interface Alike extends Adding, Summing {}

    public interface Settled extends Adding, Multiplying {
        @Override
        @Symbol("sum3")
        int combine(int a, int b);
    }

    public interface OwnedText {
        @Owned
        String concatenateStrings(String a, String b);
    }

    public interface LentText {
        String concatenateStrings(String a, String b);
    }

    public interface WhoseText extends OwnedText, LentText {}

    public interface SizeOfText {
        @CType("size_t")
        long text_bytes(String text);
    }

    public interface LengthOfText {
        long text_bytes(String text);
    }

    public interface WhichText extends SizeOfText, LengthOfText {}

    public interface Counting {
        @Global
        int call_count();

        @Global
        void call_count(int count);
    }

    public interface CountingCalls extends Counting {
        int count_call();
    }

    @Prefix("call_")
    public interface OfCalls {
        @Global
        int count();
    }

    /// Each parent has its prefix, and this one has none.
    @Prefix("throw_")
    public interface Prefixed extends OfCalls {
        int in(int value);
    }

    interface Near {
        int sum(int a, int b);
    }

    public interface Far extends Near {}

    /// Binds an interface with a parent that only this package can see.
    public static int hiddenParent() {
        try (Arena arena = Arena.ofConfined()) {
            return ffi.core.Bindings.bind(Far.class, "sum", arena).sum(1, 2);
        }
    }
}
