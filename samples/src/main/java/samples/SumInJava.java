// SPDX-License-Identifier: Apache-2.0
package samples;

public final class SumInJava {

    private SumInJava() {}

    public static void main(String[] args) {
        System.out.println("Java: sum(1, 2) = 3");
    }
}
