// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.OwnThreads;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Where calls are made that may block: daemon threads of the platform.
///
/// C holds on to its thread whatever becomes of who waits for it. So these are not virtual threads, which C pins, and
/// not the few threads of a common pool.
public final class NativeThreads implements Executor, AutoCloseable {

    private static final NativeThreads ELASTIC = new NativeThreads("ffi-call", Integer.MAX_VALUE,
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(),
                    factory("ffi-call")));

    private final String name;
    private final int limit;
    private final ThreadPoolExecutor pool;

    private NativeThreads(String name, int limit, ThreadPoolExecutor pool) {
        this.name = name;
        this.limit = limit;
        this.pool = pool;
        pool.setRejectedExecutionHandler(this::refuse);
    }

    private void refuse(Runnable task, ThreadPoolExecutor closed) {
        throw new RejectedExecutionException(Facts.of("The threads are closed").add("threads", this).toString());
    }

    /// {@return a thread for each call that is under way, kept a minute for the next one}
    ///
    /// There is one such pool, which is never closed.
    public static NativeThreads elastic() {
        return ELASTIC;
    }

    /// {@return threads of which so many calls at once can be made; further ones wait their turn}
    ///
    /// @param name what the threads are named, with a number behind it
    /// @throws IllegalArgumentException if the limit is less than 1
    public static NativeThreads atMost(int limit, String name) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit < 1: " + limit);
        }
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                limit, limit, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name));
        pool.allowCoreThreadTimeOut(true);
        return new NativeThreads(name, limit, pool);
    }

    /// {@return one thread, always the same: for a library that keeps state for each thread, or may be called by one
    /// only}
    ///
    /// It lives until [#close]. What it calls must not wait for another call that it is to make: a callback that joins
    /// a future of the same thread waits for ever.
    ///
    /// @param name what the thread is named, with a number behind it
    public static NativeThreads one(String name) {
        return new NativeThreads(name, 1, new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name)));
    }

    private static ThreadFactory factory(String name) {
        return OwnThreads.factory(name.concat("-"), 1);
    }

    /// {@return how many calls can be made at once}
    public int limit() {
        return limit;
    }

    /// Runs a task in one of these threads, now or when one is free.
    ///
    /// What it throws goes to the thread's uncaught exception handler, and the thread lives on.
    ///
    /// @throws java.util.concurrent.RejectedExecutionException if they are closed
    @Override
    public void execute(Runnable task) {
        pool.execute(new Guarded(Objects.requireNonNull(task, "task"), Thread.currentThread().getContextClassLoader()));
    }

    /// Ends the threads when what was given to them is done, what waits its turn as well. Of [#elastic] it does
    /// nothing.
    ///
    /// It does not wait for that, and may be called again.
    @Override
    public void close() {
        if (this != ELASTIC) {
            pool.shutdown();
        }
    }

    /// Such as `sqlite, at most 4`.
    @Override
    public String toString() {
        return limit == Integer.MAX_VALUE ? name : name + ", at most " + limit;
    }

    /// A pool ends the thread of a task that throws, but [#one] promises the same thread.
    ///
    /// @param loader the context class loader of the caller, which the thread has for this task and no longer
    private record Guarded(Runnable task, ClassLoader loader) implements Runnable {
        @Override
        public void run() {
            Thread thread = Thread.currentThread();
            ClassLoader own = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                task.run();
            } catch (Throwable e) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            } finally {
                thread.setContextClassLoader(own);
            }
        }
    }
}
