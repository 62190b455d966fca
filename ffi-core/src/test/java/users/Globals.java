// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.CType;
import ffi.core.Critical;
import ffi.core.Global;
import ffi.core.Length;
import ffi.core.IfPresent;
import ffi.core.OrNull;
import ffi.core.Owned;
import ffi.core.Prefix;
import ffi.core.Symbol;

/// Variables of interfaces, as Java users write them.
public final class Globals {

    private Globals() {}

    enum State { IDLE, RUNNING, STOPPED }

    public record Spot(double x, double y) {}

    public interface Counters {
        @Global
        int call_count();

        @Global
        void call_count(int count);

        int count_call();

        @Global
        long ticks();

        @Global
        void ticks(long count);

        @Global
        double ratio();

        @Global
        void ratio(double value);

        @Global
        byte one_byte();

        @Global
        void one_byte(byte value);

        @Global
        @Length(4)
        int[] primes();

        @Global
        void primes(@Length(4) int[] values);

        @Global
        Spot place_of_start();

        @Global
        void place_of_start(Spot spot);

        @Global
        @Symbol("greeting")
        String said();

        @Global
        @OrNull
        String nothing_said();

        @Global
        @Symbol({"api_version_of_old", "api_version"})
        int version();

        @Global
        @Symbol("api_version")
        void setVersion(int version);

        @Global
        @IfPresent
        int not_in_old_versions();
    }

    /// Neither the interface nor the enumeration can be seen from elsewhere.
    interface Hidden {
        @Global
        State state();

        @Global
        void state(State state);
    }

    public static Class<?> hidden() {
        return Hidden.class;
    }

    public static String next(Object bound) {
        Hidden hidden = (Hidden) bound;
        State before = hidden.state();
        hidden.state(State.values()[(before.ordinal() + 1) % 3]);
        return before + " " + hidden.state();
    }

    public interface Wrong {
        @Global
        int call_count(int a, int b);
    }

    public interface WrongOwned {
        @Global
        @Owned
        String greeting();
    }

    public interface WrongCritical {
        @Global
        @Critical
        int call_count();
    }

    public interface Gl {
        int glAdd(int a, int b);
    }

    public interface Confused {
        int call_count();
    }

    public interface Missing {
        @Global
        int absent_variable();

        int absent_function();
    }

    @Prefix("throw_")
    public interface Throwing {
        int in(int value);

        @Symbol("sum")
        int sum(int a, int b);
    }

    @Prefix("api_")
    public interface Api {
        @Global
        @CType("int")
        int version();
    }
}
