// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes down how the Maven build would launch Java, two lines for `bench/run`: the JDK, and the class path.
public final class Launch {

    private Launch() {}

    public static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[0]),
                List.of(System.getProperty("java.home"), System.getProperty("java.class.path")));
    }
}
