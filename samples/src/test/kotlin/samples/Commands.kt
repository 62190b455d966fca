// SPDX-License-Identifier: Apache-2.0
package samples

import java.io.File
import java.nio.file.Path
import java.util.spi.ToolProvider
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.io.path.isDirectory
import kotlin.io.path.isExecutable
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText
import kotlin.io.path.walk

private val PHASES = setOf("process-classes", "package", "verify", "install")
private val MODULE = Regex("<module>(.*)</module>")
private val PROFILE = Regex("<profile>.*?<id>(.*?)</id>", RegexOption.DOT_MATCHES_ALL)
private val LABEL = Regex("""^ {4}(\w+)\)""", RegexOption.MULTILINE)

/** What is wrong with a command that readers are told to give: nothing, or what it names and is not there. */
internal fun faultOf(command: String): String? {
    val words = command.substringBefore(" #").trim().split(Regex(" +"))
    return when (words.first()) {
        "mvn" -> faultOfMaven(words.drop(1))
        "make" -> if (words[1] == "-C" && root.resolve(words[2]).resolve("Makefile").exists()) null else "no Makefile"
        "bench/run" -> faultOfBench(words.drop(1))
        "java" -> faultOfJava(words.drop(1))
        else -> "nobody knows how to check this command"
    }
}

private val parent = root.resolve("pom.xml").readText()
internal val modules: List<String> = MODULE.findAll(parent).map { it.groupValues[1] }.toList()
internal val version: String = parent.substringAfter("<version>").substringBefore("<")

private fun faultOfMaven(words: List<String>): String? {
    val poms = modules.map { root.resolve(it).resolve("pom.xml").readText() } + parent
    val profiles = poms.flatMap { pom -> PROFILE.findAll(pom).map { it.groupValues[1] } }
    val iterator = words.iterator()
    return iterator.asSequence().firstNotNullOfOrNull { word ->
        when (word) {
            "-q", "-B", "-am" -> null
            "-P" -> iterator.next().takeIf { it !in profiles }?.let { "no profile $it" }
            "-pl" -> iterator.next().split(",").firstOrNull { it !in modules }?.let { "no module $it" }
            in PHASES -> null
            else -> faultOfProperty(word)
        }
    }
}

private fun faultOfProperty(word: String): String? = when (word.substringBefore("=")) {
    "-Dtest" -> if (root.walk().any { it.nameWithoutExtension == word.substringAfter("=") }) null else "no such spec"
    "-Dsurefire.failIfNoSpecifiedTests" -> null
    "-Dspecs.required" -> if ("<specs.required>" in parent) null else "no such property"
    else -> "no such phase"
}

private fun faultOfBench(words: List<String>): String? {
    val script: Path = root.resolve("bench/run")
    val labels = LABEL.findAll(script.readText()).map { it.groupValues[1] }.toSet()
    return when {
        !script.isExecutable() -> "not to be run"
        words.isEmpty() || words.first() in labels -> null
        else -> "no ${words.first()}"
    }
}

/** Runs it for real, with a program of ours in the place of the reader's. */
private fun faultOfJava(words: List<String>): String? {
    val main = SumInJava::class.java.name
    val ours = words.map { it.replace("app.aot", cache).replace("app.jar", jars).replace("app.Main", main) }
    val strict = if (words.any { it.startsWith("-XX:AOTCache=") }) listOf("-XX:AOTMode=on") else listOf()
    val printed = run(javaCommand, "-Dffi.library.path=native/target", *(strict + ours).toTypedArray())
    return printed.takeIf { "exit code" in it || "Java:" !in it }
}

private val cache: String = newDirectory().resolve("app.aot").toString()

/** The samples of Java with what they need, in jars: an AOT cache admits nothing else. */
private val jars: String by lazy {
    samplesInJava.joinToString(File.pathSeparator) { if (Path(it).isDirectory()) jarOf(it) else it }
}

private fun jarOf(directory: String): String {
    val jar = newDirectory().resolve("app.jar").toString()
    ToolProvider.findFirst("jar").get().run(System.out, System.err, "--create", "--file", jar, "-C", directory, ".")
    return jar
}
