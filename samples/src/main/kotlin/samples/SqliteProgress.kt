// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.coroutines.awaits
import ffi.coroutines.nativeFlow
import ffi.dsl.*
import java.lang.foreign.MemorySegment.NULL
import kotlinx.coroutines.flow.*

/** SQLite's progress handler is a flow: it goes on when the collector is done, and ends when that takes no more. */
object SqliteProgress : Library("sqlite3") {
    val handler = callback(address).returns(cInt, onError = 1) // 1 ends the query
    val progress = fn("sqlite3_progress_handler", Sqlite.database, cInt, handler.orNull, address) returns void
    val exec = fn("sqlite3_exec", Sqlite.database, cstring, address, address, address) awaits cInt
}

/** 1, 2, 3, … while SQLite runs, each after so many instructions of its machine. */
fun Database.steps(sql: String, instructions: Int): Flow<Int> = nativeFlow(capacity = 0) {
    var steps = 0
    val handler = stub(SqliteProgress.handler) { _ -> send(++steps).let { 0 } }
    SqliteProgress.progress(this@steps, instructions, handler, NULL)
    onClose { SqliteProgress.progress(this@steps, 0, null, NULL) }
    check(SqliteProgress.exec(this@steps, sql, NULL, NULL, NULL) == 0) { Sqlite.message(this@steps) }
    end()
}

suspend fun main() = inMemory().use { db ->
    val all = db.steps(count(100_000), 1000).count()
    val bar = db.steps(count(100_000), 1000).map { it * 20 / all }.distinctUntilChanged()
    bar.filter { it in 1..20 }.collect { print("#") } // in the terminal, while SQLite runs
    println()
    println(db.steps(count(Long.MAX_VALUE), 1000).take(3).toList())
}

// Needs: apt install libsqlite3-0
// Output:
// ####################
// [1, 2, 3]
