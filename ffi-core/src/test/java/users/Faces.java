// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.Bindings;
import ffi.core.Owned;
import ffi.core.Symbol;

/// Types that one may well give for a face, some of which can be none.
public final class Faces {

    private Faces() {}

    /// Holds its own implementation, and is initialized by the one that implements it.
    public interface Singleton {
        Singleton INSTANCE = Bindings.bind(Singleton.class, "sum");

        int sum(int a, int b);

        default int twice(int a) {
            return sum(a, a);
        }
    }

    public interface Strange {
        long $address();
    }

    public interface FreedByNobody {
        @Owned("no_such_function")
        @Symbol("counted_copy")
        String copy(String text);
    }

    public abstract static class Extensible {
        public abstract int of(int a, int b);

        public int twice(int a) {
            return of(a, a);
        }
    }

    public abstract static class TakesText {
        protected TakesText(String text) {}

        public abstract int of(int a, int b);
    }

    public abstract static class TwoConstructors {
        protected TwoConstructors() {}

        protected TwoConstructors(int a) {}

        public abstract int of(int a, int b);
    }

    public abstract static class Private {
        private Private() {}

        public abstract int of(int a, int b);
    }

    public abstract static class Hidden {
        public abstract int of(int a, int b);

        abstract int more();
    }

    public abstract class Inner {
        public abstract int of(int a, int b);
    }

    public interface TakesAnyCharacters {
        long of(CharSequence text);
    }
}
