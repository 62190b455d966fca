// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.lang.foreign.MemorySegment
import java.lang.foreign.MemorySegment.NULL

class Database(segment: MemorySegment) : OwnedHandle(segment)

/** SQLite calls a function for each row. */
object Sqlite : Library("sqlite3") {
    val database = handle(::Database)
    val close = fn("sqlite3_close_v2", database) returns cInt
    val open = fn("sqlite3_open", cstring, out(database.owned(close))) returns cInt
    val message = fn("sqlite3_errmsg", database) returns cstring
    private val texts = array(cstring.orNull).sizedBy(argument = 1) // char **, as many as its argument 1 says
    private val row = callback(address, cInt, texts, texts).returns(cInt, onError = 1) // 1 ends the query
    val exec = fn("sqlite3_exec", database, cstring, row, address, address) returns cInt
}

fun inMemory(): Database = Out<Database>().also { check(Sqlite.open(":memory:", it) == 0) }.value

fun Database.exec(sql: String, row: (List<String?>) -> Unit = {}) {
    val code = Sqlite.exec(this, sql, { _, _, values, _ -> row(values).let { 0 } }, NULL, NULL)
    check(code == 0) { Sqlite.message(this) }
}

fun main() = inMemory().use { db ->
    db.exec("create table fruit(name, grams); insert into fruit values ('fig', 50), ('pear', null), ('plum', 40)")
    db.exec("select * from fruit") { println(it) }
    println(runCatching { db.exec("select * from fruits") })
    println(runCatching { db.exec("select * from fruit") { error("${it[0]} is enough") } }) // is thrown here
}
// Needs: apt install libsqlite3-0
// Output:
// [fig, 50]
// [pear, null]
// [plum, 40]
// Failure(java.lang.IllegalStateException: no such table: fruits)
// Failure(java.lang.IllegalStateException: fig is enough)
