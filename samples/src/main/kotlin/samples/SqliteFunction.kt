// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.lang.foreign.MemorySegment

class SqlContext(override val segment: MemorySegment) : Handle
class SqlValue(override val segment: MemorySegment) : Handle

/** A function of SQL in Kotlin: it lives until SQLite calls its destroy notify, when the database is closed. */
object SqliteFunction : Library("sqlite3") {
    private val context = handle(::SqlContext)
    val function = callback(context, cInt, array(handle(::SqlValue)).sizedBy(argument = 1)) returns void
    val create = fn("sqlite3_create_function_v2",
        Sqlite.database, cstring, cInt, cInt, address, function, address, address, address) returns cInt
    val text = fn("sqlite3_value_text", handle(::SqlValue)) returns cstring.orNull
    val int = fn("sqlite3_value_int64", handle(::SqlValue)) returns i64
    val result = fn("sqlite3_result_text", context, cstring.orNull, cInt, address) returns void
}

/** What a function of SQL takes is what its lambda does. */
fun Database.define(name: String, body: (List<SqlValue>) -> String?) {
    val (function, data, destroy) = SqliteFunction.function.untilDestroyed { context, _, values ->
        val transient = MemorySegment.ofAddress(-1) // SQLITE_TRANSIENT: it makes a copy
        SqliteFunction.result(context, body(values), -1, transient)
    }
    val none = MemorySegment.NULL // xStep and xFinal are an aggregate's
    check(SqliteFunction.create(this, name, -1, 1, data, function, none, none, destroy) == 0) { Sqlite.message(this) }
}

fun main() = inMemory().use { db ->
    db.define("repeated") { (text, times) -> SqliteFunction.text(text)?.repeat(SqliteFunction.int(times).toInt()) }
    db.exec("select repeated('ab', 3), repeated(null, 3)") { println(it) }
    println(runCatching { db.exec("select repeated('ab', -1)") }.exceptionOrNull()?.message)
}
// Needs: apt install libsqlite3-0
// Output:
// [ababab, null]
// Count 'n' must be non-negative, but was -1.
