// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The memory of a call's temporaries: a stack of native memory that each thread has for itself.
///
/// A call is a frame: it notes the [#top], allocates above it, and ends with [#leave], which puts the top back. Frames
/// nest when C calls back and the callback calls down again. What a block can not hold goes to a further block, as
/// large as it needs to be, that is given back with the frame that asked for it.
///
/// A virtual thread does not keep a stack, there may be millions of them: each of its frames borrows one.
public final class Scratch {

    private static final int BLOCK = 64 * 1024;
    private static final int SPARE = 256 * 1024; // the one further block that is kept for the next need

    private static final ThreadLocal<Scratch> OF_THREAD = new ThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return Thread.currentThread().isVirtual() ? null : new Scratch(false);
        }
    };
    private static final Queue<Scratch> LENT = new ConcurrentLinkedQueue<>();

    /// The stacks of some threads, each at the place that its thread's number says: to look there takes two loads less
    /// than a thread local does, which is a twentieth of a call with text. A place is written once for each thread that
    /// has it, so that threads do not take it from each other, nor the line of the cache that it is on.
    private static final Scratch[] NEAR = new Scratch[64];

    private final long thread = Thread.currentThread().threadId();
    private final WeakReference<Thread> owner = new WeakReference<>(Thread.currentThread());
    private final Block first = new Block(BLOCK, Arena.ofAuto());
    private Block current = first;
    boolean ascii = true; // whether the last text was

    /// Allocates on this stack.
    public final Room allocator = new Room(this, null);

    /// A stack as the JDK's API has it: a record, since the JIT trusts its field.
    ///
    /// @param sharing has the copies of a call in which objects share them; else null
    public record Room(Scratch scratch, Sharing sharing) implements SegmentAllocator {
        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            return Memory.ALL.asSlice(scratch.allocate(bytes, alignment), bytes);
        }
    }

    /// Where a struct comes back that was in registers: always the same place, from which it is taken at once.
    public final Registers registers = new Registers(first.memory.asSlice(0, Registers.BYTES));

    /// The two words of a struct, kept so that no segment need be made for them.
    public record Registers(MemorySegment segment) implements SegmentAllocator {
        static final int BYTES = 16;

        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            return segment;
        }
    }
    private final long captured = first.base + Registers.BYTES; // what a call left behind, read before anything else
    private long errno; // where C has this thread's, once it was needed
    private final boolean lent;
    private long simple; // a frame that ends while this is the limit has nothing to give back
    private Ring[] rings = {}; // by the index of the shape
    private Lent[] held = new Lent[4];
    private int heldCount;
    private Block spare;
    private boolean spareTaken;
    private long limit = first.limit;
    private long top = first.base + Registers.BYTES + Capture.BYTES;

    private Scratch(boolean lent) {
        this.lent = lent;
        simple = lent ? 0 : first.limit;
    }

    /// {@return this thread's stack, to be given to [#leave] in the end}
    public static Scratch enter() {
        long thread = Thread.currentThread().threadId();
        Scratch near = NEAR[(int) thread & NEAR.length - 1];
        return near != null && near.thread == thread ? near : far((int) thread & NEAR.length - 1);
    }

    private static Scratch far(int place) {
        Scratch own = OF_THREAD.get();
        if (own == null) {
            return borrow();
        }
        Scratch near = NEAR[place];
        if (near == null || !near.isOwned()) {
            NEAR[place] = own; // who reads it while another writes finds a stack that is not its own
        }
        return own;
    }

    /// Whether it is another thread's as soon as its frame has ended.
    boolean isLent() {
        return lent;
    }

    private boolean isOwned() {
        Thread alive = owner.get();
        return alive != null && alive.isAlive();
    }

    private static Scratch borrow() {
        Scratch free = LENT.poll();
        return free != null ? free : new Scratch(true);
    }

    /// Has C begin without an error, as protocols ask for whose results do not tell: strtol(3), readdir(3).
    ///
    /// Newer JDKs write the captured number to C's before the call, older ones do not: so both are cleared.
    ///
    /// Behind this the JVM may still stop the thread, as long as the call is not compiled as one piece, and links a
    /// call's first time. Its wait on Linux, a futex(2), leaves EAGAIN if what it waits for has ended meanwhile, by its
    /// source.
    public void clearErrno() {
        Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, captured, 0);
        long at = errno;
        if (at == 0) {
            at = Errors.location();
            errno = lent ? 0 : at; // a virtual thread runs by another one each time
        }
        if (at > 0) {
            Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, at, 0);
        }
    }

    /// {@return where the JDK puts what a call left behind}
    ///
    /// Made of all memory for each call, which the JIT does away with: a segment of this stack's would have its arena
    /// asked whether it lives, and a function of so much code is no longer put in the place of its call.
    public MemorySegment capture() {
        return Memory.ALL.asSlice(captured, Capture.BYTES);
    }

    /// {@return the number that the last call left behind}
    public int captured(long offset) {
        return Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, captured + offset);
    }

    /// {@return where the next allocation begins, and so the mark of a frame}
    public long top() {
        return top;
    }

    /// Frees all that was allocated since the mark.
    public void leave(long mark) {
        if (limit == simple) {
            top = mark;
        } else {
            release(mark);
        }
    }

    /// {@return the address of so many bytes, which hold anything}
    public long allocate(long bytes, long alignment) {
        long start = top + alignment - 1 & -alignment;
        if (bytes > limit - start) { // which does not overflow
            return grow(bytes, alignment);
        }
        top = start + bytes;
        return start;
    }

    private long grow(long bytes, long alignment) {
        long need = Math.addExact(bytes, alignment);
        Block block;
        if (need <= SPARE && !spareTaken) {
            if (spare == null) {
                spare = new Block(SPARE, Arena.ofAuto());
            }
            block = spare;
            spareTaken = true;
        } else {
            block = new Block(Math.max(need, BLOCK), Arena.ofConfined()); // it ends with its frame, in its thread
        }
        block.below = current;
        current = block;
        limit = block.limit;
        top = block.base;
        return allocate(bytes, alignment);
    }

    /// {@return a function pointer until the frame ends}
    Slot lend(Stubs stubs) {
        int index = stubs.index;
        if (index >= rings.length) {
            rings = Arrays.copyOf(rings, index + 8);
        }
        Ring ring = rings[index];
        if (ring == null) {
            rings[index] = ring = stubs.ring();
        }
        Lent lent = hold();
        Slot slot = ring.take(); // if that throws, the frame ends without it
        lent.slot = slot;
        lent.ring = ring;
        return slot;
    }

    /// {@return a number for an object until the frame ends}
    long lend(Object object) {
        long token = Tokens.give(object, null);
        hold().token = token;
        return token;
    }

    private Lent hold() {
        if (heldCount >= Headroom.DEEP) {
            Headroom.require();
        }
        if (heldCount == held.length) {
            held = Arrays.copyOf(held, 2 * heldCount);
        }
        Lent lent = held[heldCount];
        if (lent == null) {
            held[heldCount] = lent = new Lent();
        }
        lent.at = allocate(16, 16); // so that the frames within have other marks
        lent.block = current;
        heldCount++;
        simple = 0;
        return lent;
    }

    private void giveBack(Block block, long mark) {
        while (heldCount > 0 && held[heldCount - 1].block == block && held[heldCount - 1].at >= mark) {
            Lent lent = held[--heldCount];
            if (lent.token != 0) {
                Tokens.end(lent.token);
                lent.token = 0;
            } else if (lent.slot != null) {
                lent.slot.bury();
                lent.ring.give(lent.slot);
                lent.slot = null;
            }
        }
        if (heldCount == 0 && !lent) {
            simple = first.limit;
        }
    }

    /// Wherever a stack overflow may come, top and limit are of one block: the worst is that a block is left over.
    private void release(long mark) {
        while (!current.holds(mark)) {
            Block last = current;
            Block below = last.below;
            giveBack(last, last.base);
            current = below;
            top = below.limit;
            limit = below.limit;
            if (last == spare) {
                spareTaken = false;
            } else {
                last.arena.close();
            }
        }
        giveBack(current, mark);
        top = mark;
        if (lent) {
            LENT.add(this);
        }
    }

    /// A function pointer that a frame has, or the number of an object.
    private static final class Lent {
        long token;
        Slot slot;
        Ring ring;
        Block block;
        long at;
    }

    /// Memory that ends with its arena: by hand, or with the stack of a thread that ended, by the collector.
    private static final class Block {
        final Arena arena;
        final MemorySegment memory;
        final long base;
        final long limit;
        Block below;

        Block(long bytes, Arena arena) {
            this.arena = arena;
            memory = arena.allocate(bytes, 16);
            base = memory.address();
            limit = base + bytes;
        }

        boolean holds(long mark) {
            return base <= mark && mark <= limit;
        }
    }
}
