// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.lang.foreign.MemorySegment.NULL

/** A hook that C keeps: it lives as long as the arena around. */
object SqliteTrace : Library("sqlite3") {
    val hook = callback(cUInt, address, address, cstring) returns cInt
    val trace = fn("sqlite3_trace_v2", Sqlite.database, cUInt, hook.orNull, address) returns cInt
}

fun main() = inMemory().use { db ->
    arena {
        val hook = SqliteTrace.hook.stub { _, _, _, sql -> println("  runs: $sql").let { 0 } }
        SqliteTrace.trace(db, 1u, hook, NULL) // SQLITE_TRACE_STMT
        db.exec("select 6 * 7") { println(it) }
        SqliteTrace.trace(db, 0u, null, NULL) // or SQLite would call what has ended
    }
    db.exec("select 'untraced'") { println(it) }
}

// Needs: apt install libsqlite3-0
// Output:
//   runs: select 6 * 7
// [42]
// [untraced]
