// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.coroutines.awaits
import ffi.dsl.*
import java.lang.foreign.MemorySegment.NULL
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.withTimeoutOrNull

/** Who waits for a query suspends, and may give up: then SQLite is told to, and has done so when the caller goes on. */
object SqliteInterrupt : Library("sqlite3") {
    private val interrupt = fn("sqlite3_interrupt", Sqlite.database) returns void
    private val row = callback(address, cInt, address, address) returns cInt
    val exec = (fn("sqlite3_exec", Sqlite.database, cstring, row.orNull, address, address) awaits cInt)
        .cancelledBy { db, _, _, _, _ -> interrupt(db) }
}

suspend fun Database.awaitExec(sql: String) {
    val code = SqliteInterrupt.exec(this, sql, null, NULL, NULL)
    check(code == 0) { Sqlite.message(this) }
}

fun count(to: Long) = "with recursive n(x) as (select 1 union all select x + 1 from n limit $to) select max(x) from n"

suspend fun main() = inMemory().use { db ->
    db.exec("create table result(n)")
    db.awaitExec("insert into result ${count(1000)}")
    println(withTimeoutOrNull(50.milliseconds) { db.awaitExec("insert into result ${count(Long.MAX_VALUE)}") })
    db.exec("select * from result") { println(it) } // it is as it was
}

// Needs: apt install libsqlite3-0
// Output:
// null
// [1000]
