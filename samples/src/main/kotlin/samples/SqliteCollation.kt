// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.text.Collator
import java.util.Locale

/** An order of texts in Kotlin; the collator is SQLite's user data, and comes back as the object that it is. */
object SqliteCollation : Library("sqlite3") {
    private val bytes = array(i8)
    val compare = callback(
        userData<Collator>(), cInt, bytes.sizedBy(argument = 1), cInt, bytes.sizedBy(argument = 3), // no NUL ends them
    ) returns cInt
    val create =
        fn("sqlite3_create_collation_v2", Sqlite.database, cstring, cInt, address, compare, address) returns cInt
}

fun Database.collate(name: String, collator: Collator) {
    val (function, data, destroy) = SqliteCollation.compare.untilDestroyed(collator) { by, _, a, _, b ->
        by.compare(a.decodeToString(), b.decodeToString())
    }
    check(SqliteCollation.create(this, name, 1, data, function, destroy) == 0) { Sqlite.message(this) }
}

fun main() = inMemory().use { db ->
    db.collate("german", Collator.getInstance(Locale.GERMAN))
    db.collate("swedish", Collator.getInstance(Locale.of("sv")))
    db.exec("create table words(word); insert into words values ('Zebra'), ('ähnlich'), ('Apfel'), ('zahm')")
    for (order in listOf("binary", "german", "swedish")) {
        val words = buildList { db.exec("select word from words order by word collate $order") { add(it[0]) } }
        println("$order: $words")
    }
}

// Needs: apt install libsqlite3-0
// Output:
// binary: [Apfel, Zebra, zahm, ähnlich]
// german: [ähnlich, Apfel, zahm, Zebra]
// swedish: [Apfel, zahm, Zebra, ähnlich]
