// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Of what carriers the arguments of a function and its result are made.
///
/// A scalar has one carrier. A struct is passed as the ABI passes it: on System V for x86-64 its words are carriers of
/// their own where all of them find a register, so that no segment is needed, and functions of structs share their
/// shape with functions of numbers; a result that goes by memory is one more argument, its address. Elsewhere, and
/// where the registers are used up, a struct is a segment and the JDK does the rest.
///
/// A carrier is written as a letter, as in a method's descriptor: `J`, `D`, `F`, `A` for a segment, `V`; and `S3$` for
/// the struct of [Linking#struct] with this number.
final class Passing {

    /// The result is a struct whose address is the first argument.
    static final String BY_ADDRESS = "@";

    private static final int GENERAL_REGISTERS = 6;
    private static final int FLOATING_REGISTERS = 8;

    /// Whether structs are passed by words.
    static final boolean SYSTEM_V = Platform.ARCH.equals("x86_64") && !Platform.WINDOWS
            && !"false".equals(System.getProperty("ffi.flatten")); // to hear what the JDK says of a struct

    final String[] parameters;
    final String result;
    private final boolean critical;
    private final int fixed;
    final Capture capture;
    private int general = GENERAL_REGISTERS;
    private int floating = FLOATING_REGISTERS;

    /// @param fixed as in [Call]
    Passing(Passage result, List<Passage> parameters, boolean critical, int fixed) {
        this.critical = critical;
        this.fixed = fixed;
        capture = result.capture();
        this.result = result(result, parameters);
        this.parameters = new String[parameters.size()];
        boolean widens = Linking.widens(parameters);
        for (int i = 0; i < this.parameters.length; i++) {
            Passage parameter = parameters.get(i);
            this.parameters[i] = parameter.conversion() instanceof Conversion.OfStruct struct
                    ? struct(struct.structure()) : scalar(Linking.carrier(parameter.carrier(), widens));
        }
    }

    private String result(Passage result, List<Passage> parameters) {
        if (!(result.conversion() instanceof Conversion.OfStruct struct)) {
            return letter(Linking.carrier(result.carrier(), Linking.widens(parameters)));
        }
        Structure structure = struct.structure();
        if (!SYSTEM_V) {
            return Linking.struct(structure.layout());
        }
        if (structure.isInMemory()) {
            general--;
            return BY_ADDRESS;
        }
        return structure.classes().length() == 1 ? structure.classes() : Linking.struct(structure.words());
    }

    private String scalar(Class<?> carrier) {
        if (carrier == double.class || carrier == float.class) {
            floating--;
        } else {
            general--;
        }
        return letter(carrier);
    }

    private String struct(Structure structure) {
        if (!SYSTEM_V) {
            return Linking.struct(structure.layout());
        }
        int general = structure.count('J');
        int floating = structure.count('D');
        if (structure.isInMemory() || general > this.general || floating > this.floating) {
            return Linking.struct(structure.words()); // by the stack, which the JDK finds as we did
        }
        this.general -= general;
        this.floating -= floating;
        return structure.classes();
    }

    private static String letter(Class<?> carrier) {
        return carrier == MemorySegment.class ? "A" : carrier.descriptorString();
    }

    /// Whether a struct is named here, and not a short.
    static boolean isStruct(String carriers, int at) {
        return carriers.charAt(at) == 'S' && at + 1 < carriers.length() && Character.isDigit(carriers.charAt(at + 1));
    }

    /// {@return the name of the shape: all carriers, the result's last, such as `JJ_J`}
    String shape() {
        StringBuilder name = new StringBuilder(critical ? Linking.CRITICAL : "");
        if (capture != null) {
            name.append(capture.mark);
        }
        if (fixed >= 0) {
            name.append(Linking.VARIADIC).append(carriersBefore(fixed)).append('+');
        }
        if (result.equals(BY_ADDRESS)) {
            name.append('J');
        }
        for (String parameter : parameters) {
            name.append(parameter);
        }
        return name.append('_').append(result.equals(BY_ADDRESS) ? "V" : result).toString();
    }

    /// {@return the shape that is linked for it: with a `long` where nothing or a pointer comes back}
    ///
    /// All three are what one register holds when C returns, so that one handle does for functions of each. What a
    /// function of `void` has left there is dropped.
    String linkedShape() {
        String shape = shape();
        int last = shape.length() - 1;
        return shape.charAt(last) == 'V' || shape.charAt(last) == 'A' ? shape.substring(0, last).concat("J") : shape;
    }

    /// {@return how many carriers the first parameters have}
    private int carriersBefore(int parameter) {
        int carriers = result.equals(BY_ADDRESS) ? 1 : 0;
        for (int i = 0; i < parameter; i++) {
            carriers += isStruct(parameters[i], 0) ? 1 : parameters[i].length();
        }
        return carriers;
    }

    /// {@return the same of a function that C calls: it returns the address at which it has put a struct}
    String upcallShape() {
        String shape = shape();
        return result.equals(BY_ADDRESS) ? shape.substring(0, shape.length() - 1) + "J" : shape;
    }
}
