// SPDX-License-Identifier: Apache-2.0
package users;

import java.util.concurrent.CompletableFuture;

/// A future of nobody knows what.
@SuppressWarnings("rawtypes")
public interface RawFuture {
    CompletableFuture sum(int a, int b);
}
