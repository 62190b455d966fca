// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Pointer
import ffi.dsl.Handle
import java.lang.foreign.MemorySegment
import java.util.function.Consumer

/** The `owned` results that came to a scope, and where each was asked for. */
internal class OwnedResults : Consumer<MemorySegment.Scope> {

    private class Result(val scope: MemorySegment.Scope, val site: String)

    private var results: ArrayList<Result>? = null // guarded by this; most scopes have none

    override fun accept(scope: MemorySegment.Scope) {
        val result = Result(scope, CallSite.now() ?: CallSite.OF_CALL.get() ?: "somewhere")
        synchronized(this) {
            val known = results ?: ArrayList<Result>().also { results = it }
            if (known.size >= MANY && known.size.countOneBits() == 1) { // so that it does not grow with what was closed
                known.removeIf { !it.scope.isAlive }
            }
            known += result
        }
    }

    fun open(returned: Any?): List<String> {
        val known = synchronized(this) { results } ?: return emptyList()
        val kept = when (returned) {
            is Pointer<*> -> returned.segment().scope()
            is Handle -> returned.segment.scope()
            is MemorySegment -> returned.scope()
            else -> null
        }
        return synchronized(this) { known.filter { it.scope.isAlive && it.scope != kept }.map { it.site } }
    }

    private companion object {
        const val MANY = 1024
    }
}

/** Where the user's code calls ours. */
internal object CallSite {

    /** Where the call that this thread makes was asked for, if another thread did. */
    val OF_CALL = ThreadLocal<String?>()

    private val WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
    private val OURS = listOf(CallSite::class.java, Handle::class.java, Pointer::class.java).map { placeOf(it) }

    /** Null if no code of the user's is on the stack. */
    fun now(): String? = WALKER.walk { frames ->
        frames.filter { !isOurs(it.declaringClass) }.findFirst().map { it.toStackTraceElement().toString() }
            .orElse(null)
    }

    private fun isOurs(type: Class<*>): Boolean {
        val name = type.name
        return type.isHidden || type.classLoader == null || name.startsWith("kotlin.") ||
            name.startsWith("kotlinx.coroutines.") || placeOf(type) in OURS
    }

    private fun placeOf(type: Class<*>) = type.protectionDomain.codeSource?.location
}
