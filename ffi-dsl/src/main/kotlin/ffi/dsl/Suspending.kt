// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Departure
import ffi.core.NativeThreads
import java.lang.reflect.Method
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.WildcardType
import java.util.ServiceLoader
import kotlin.coroutines.Continuation

/**
 * Makes the calls of suspending methods of interfaces that are bound. The module ffi-coroutines has one, which is found
 * as a service.
 */
public interface Suspension {

    /** How the calls of a [method] are made, in these [threads]. */
    public fun departure(method: Method, threads: NativeThreads): Departure
}

/** What the JVM does not say of suspending methods. */
internal object Suspending {

    fun isSuspending(method: Method): Boolean {
        val count = method.parameterCount
        return count > 0 && method.parameterTypes[count - 1] == Continuation::class.java
    }

    /** What the method returns to who calls it in Kotlin; null if it does not suspend. */
    fun resultOf(method: Method): Type? {
        if (!isSuspending(method)) {
            return null
        }
        val continuation = method.genericParameterTypes.last() as? ParameterizedType
        val result = continuation?.actualTypeArguments?.first()
        return (result as? WildcardType)?.lowerBounds?.firstOrNull() ?: result ?: Any::class.java
    }

    /** Null if there is no ffi-coroutines. */
    val suspension: Suspension? by lazy {
        ServiceLoader.load(Suspension::class.java, Suspension::class.java.classLoader).firstOrNull()
    }
}
