// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.List;

/// How the values of one call pass: what the code for it is written from, and what makes two calls the same code.
///
/// No record, since it keeps what functions that share it would each find out.
public final class Call {

    private final Passage result;
    private final List<Passage> parameters;
    private final boolean critical;
    private final int fixed;
    private boolean linked;
    private String shape;
    private Boolean registered;
    private boolean shares;
    private List<Sharers.Pair> pairs;

    /// @param fixed how many parameters C's declaration names, if it takes more than these; else -1
    public Call(Passage result, List<Passage> parameters, boolean critical, int fixed) {
        this.result = result;
        this.parameters = parameters;
        this.critical = critical;
        this.fixed = fixed;
    }

    public Call(Passage result, List<Passage> parameters, boolean critical) {
        this(result, parameters, critical, -1);
    }

    public Passage result() {
        return result;
    }

    public List<Passage> parameters() {
        return parameters;
    }

    public boolean critical() {
        return critical;
    }

    /// {@return the same call with one copy of each object, by [Sharing]}
    Call sharing() {
        Call sharing = new Call(result, parameters, critical, fixed);
        sharing.shares = true;
        return sharing;
    }

    /// {@return whether its arguments are lowered by [Sharing]}
    boolean shares() {
        return shares;
    }

    /// {@return the parameters to be compared, since they may be one object; none for a call that shares anyway}
    List<Sharers.Pair> pairs() {
        List<Sharers.Pair> known = pairs;
        if (known == null) {
            pairs = known = shares || parameters.size() < 2 || Sharers.areNested(parameters) ? List.of()
                    : Sharers.pairs(parameters);
        }
        return known;
    }

    Passing passing() {
        return new Passing(result, parameters, critical, fixed);
    }

    /// {@return whether it needs memory until it returns}
    boolean allocates(Passing passing) {
        if (result.conversion() instanceof Conversion.OfStruct || passing.capture != null) {
            return true;
        }
        for (int i = 0; i < passing.parameters.length; i++) {
            if (allocates(passing, i)) {
                return true;
            }
        }
        return false;
    }

    /// {@return whether nothing but functions needs memory, and even those only if C has no address of them yet}
    boolean onlyLends(Passing passing) {
        for (int i = 0; i < passing.parameters.length; i++) {
            if (allocates(passing, i) && !parameters.get(i).conversion().lends()) {
                return false;
            }
        }
        return !(result.conversion() instanceof Conversion.OfStruct) && passing.capture == null;
    }

    private boolean allocates(Passing passing, int parameter) {
        return parameters.get(parameter).conversion() instanceof Conversion.OfStruct struct
                ? !StructArguments.isDirect(struct, passing.parameters[parameter])
                : parameters.get(parameter).allocates();
    }

    /// Links what a call of this kind needs.
    ///
    /// @throws IllegalCallerException if native access is not enabled
    public void link() {
        if (!linked) {
            Linking.handle(shape());
            linked = true;
        }
    }

    /// {@return whether that is done, by whichever function}
    boolean isLinked() {
        return linked || (linked = Linking.isLinked(shape()));
    }

    private String shape() {
        String known = shape;
        if (known == null) {
            shape = known = passing().linkedShape();
        }
        return known;
    }

    /// {@return whether a function may be called by [Rare] for now}
    public boolean isRare() {
        return Passing.SYSTEM_V && isRegistered() && isRareReady() && !isLinked();
    }

    private boolean isRareReady() {
        Headstart.await();
        boolean floating = result.carrier() == double.class || result.carrier() == float.class;
        return Linking.count() >= Rare.LINKED_AT_ONCE || Linking.isLinked(floating ? Rare.FLOATING : Rare.GENERAL);
    }

    /// {@return whether it has numbers and addresses only, which all travel in registers}
    boolean isRegistered() {
        Boolean known = registered;
        if (known == null) {
            registered = known = !critical && fixed < 0 && PlainCall.suits(this) && areRegistersEnough();
        }
        return known;
    }

    private boolean areRegistersEnough() {
        int floating = 0;
        for (int i = 0; i < parameters.size(); i++) {
            Class<?> carrier = parameters.get(i).carrier();
            floating += carrier == double.class || carrier == float.class ? 1 : 0;
        }
        return floating <= Rare.FLOATING_REGISTERS && parameters.size() - floating <= Rare.GENERAL_REGISTERS;
    }

    /// {@return whether native code calls a function of this kind exactly as one of the other kind}
    ///
    /// Only what is passed counts, not what Java or Kotlin make of it.
    boolean isCalledLike(Call other) {
        if (parameters.size() != other.parameters.size() || !passesLike(result, other.result)) {
            return false;
        }
        for (int i = 0; i < parameters.size(); i++) {
            if (!passesLike(parameters.get(i), other.parameters.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// {@return whether the other kind is this one but for the functions that make and take apart handles}
    ///
    /// A handle is a pointer, whoever wraps it.
    public boolean isLike(Call other) {
        if (equals(other)) {
            return true;
        }
        boolean like = critical == other.critical && fixed == other.fixed
                && parameters.size() == other.parameters.size() && isLike(result, other.result);
        for (int i = 0; like && i < parameters.size(); i++) {
            like = isLike(parameters.get(i), other.parameters.get(i));
        }
        return like;
    }

    private static boolean isLike(Passage one, Passage other) {
        return one.equals(other) || one.mappings().isEmpty() && other.mappings().isEmpty()
                && one.failure() == null && other.failure() == null
                && one.conversion() instanceof Pointers.OfHandle handle
                && other.conversion() instanceof Pointers.OfHandle another && handle.isLike(another);
    }

    private static boolean passesLike(Passage one, Passage other) {
        boolean isStruct = one.conversion() instanceof Conversion.OfStruct;
        if (isStruct || other.conversion() instanceof Conversion.OfStruct) {
            return isStruct && other.conversion() instanceof Conversion.OfStruct struct && Layouts.areAlike(
                    ((Conversion.OfStruct) one.conversion()).structure().layout(), struct.structure().layout());
        }
        return Layouts.areAlike(one.layout(), other.layout());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Call call && call.critical == critical && call.fixed == fixed
                && call.result.equals(result)
                && call.parameters.equals(parameters);
    }

    @Override
    public int hashCode() {
        return 31 * parameters.hashCode() + result.hashCode();
    }

    /// {@return whether the code of an argument's conversion would make that of the call too large for the JIT to see
    /// that nobody keeps the objects that C's values are put into}
    boolean isLarge(Conversion conversion) {
        if (!(conversion instanceof Text || conversion instanceof ArrayPassing)) {
            return false;
        }
        for (Passage parameter : parameters) {
            if (parameter.conversion() instanceof Conversion.OfLong place && place.isParameter() && place.comesBack()) {
                return true;
            }
        }
        return false;
    }
}
