// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.classfile.CodeBuilder;
import java.util.function.Consumer;

/// A piece of generated code.
///
/// The pieces are classes, not lambdas: the first call of a program pays for each lambda by the class that the JVM then
/// makes, and three times what it costs to load one.
interface Emit extends Consumer<CodeBuilder> {}
