// SPDX-License-Identifier: Apache-2.0
package users;

/// Loaded anew by each loader of [Loaders].
public enum LoadedMode { READ, WRITE }
