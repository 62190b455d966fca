// SPDX-License-Identifier: Apache-2.0
package samples;

import static ffi.core.NativeType.*;

import ffi.core.*;
import java.lang.foreign.Arena;

/// A record travels by value; a struct that C keeps is viewed in place, by the fields of its type.
public final class StructsInJava {
    record Point(double x, double y) {}

    static final class Person {
        static final StructType<Person> TYPE = StructType.of("Person");
        static final Field<Person, Integer> AGE = TYPE.field("age", I32);
        static final Field<Person, String> NAME = TYPE.field("name", CSTRING.orNull());
    }

    interface LibSum {
        double distance(Point a, Point b);
        void move_all(Point[] points, @CType("size_t") long count, double dx, double dy);
        void birthday(Pointer<Ref<Person>> person);
    }

    public static void main(String[] args) {
        LibSum libSum = Bindings.bind(LibSum.class, "sum");
        Point[] points = {new Point(1, 2), new Point(4, 6)};
        libSum.move_all(points, 2, 10, 0);
        System.out.println(points[1] + " is " + libSum.distance(points[0], points[1]) + " away");
        try (Arena arena = Arena.ofConfined()) {
            Ref<Person> eve = Person.TYPE.allocate(arena);
            eve.set(Person.NAME, "eve");
            libSum.birthday(eve.pointer());
            System.out.println(eve);
        }
    }
}
// Output:
// Point[x=14.0, y=6.0] is 5.0 away
// Person{age=1, name="eve"}
