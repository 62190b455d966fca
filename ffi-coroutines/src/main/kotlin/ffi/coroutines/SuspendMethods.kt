// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Departure
import ffi.core.Downcall
import ffi.core.Ending
import ffi.core.NativeThreads
import ffi.core.NativeType
import ffi.dsl.Suspension
import java.lang.reflect.Method
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn

/**
 * Makes the calls of suspending methods of interfaces that are bound; a service, which `bind` of ffi-dsl finds.
 *
 * The class file does not say whether the result of a suspending method may be null. Where C may return NULL, the
 * method is annotated [OrNull][ffi.core.OrNull], or NULL is a [NullPointerException].
 */
public class SuspendMethods : Suspension {

    override fun departure(method: Method, threads: NativeThreads): Departure =
        SuspendMethod(threads, method.isAnnotationPresent(Detachable::class.java))
}

/**
 * A suspending method of a bound interface whose caller does not wait for C when it is cancelled, as
 * [SuspendFn.detachable] says.
 */
@Retention(AnnotationRetention.RUNTIME)
@Target(AnnotationTarget.FUNCTION)
public annotation class Detachable

private class SuspendMethod(private val threads: NativeThreads, private val detachable: Boolean) : Departure {

    @Suppress("UNCHECKED_CAST") // the compiler puts the continuation last
    override fun depart(function: Downcall, ending: Ending?, arguments: Array<Any?>): Any? {
        val continuation = arguments.last() as Continuation<Any?>
        val own = arguments.copyOf(arguments.size - 1)
        val call: suspend () -> Any? = {
            offload<Any?>(function, threads, null, ending, detachable, null) {
                val result = function.call(*own)
                if (function.signature().result() == NativeType.VOID) Unit else result
            }
        }
        return call.startCoroutineUninterceptedOrReturn(continuation)
    }
}
