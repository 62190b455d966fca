// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The names of the numbers that `errno` has, errno(3): the first is that of 1.
public final class ErrnoNames {

    /// Of the kernel's generic numbers, which all machines that run Java have.
    private static final String LINUX = """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY
            EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK
            EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT
            EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME
            ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ
            EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK
            EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT
            EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN
            ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE
            EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED
            EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON
            """;

    private static final String MACOS = """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT ENOTBLK EBUSY
            EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK
            EPIPE EDOM ERANGE EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
            EPROTONOSUPPORT ESOCKTNOSUPPORT ENOTSUP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
            ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
            ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN EHOSTUNREACH ENOTEMPTY EPROCLIM EUSERS EDQUOT ESTALE EREMOTE
            EBADRPC ERPCMISMATCH EPROGUNAVAIL EPROGMISMATCH EPROCUNAVAIL ENOLCK ENOSYS EFTYPE EAUTH ENEEDAUTH EPWROFF
            EDEVERR EOVERFLOW EBADEXEC EBADARCH ESHLIBVERS EBADMACHO ECANCELED EIDRM ENOMSG EILSEQ ENOATTR EBADMSG
            EMULTIHOP ENODATA ENOLINK ENOSR ENOSTR EPROTO ETIME EOPNOTSUPP ENOPOLICY ENOTRECOVERABLE EOWNERDEAD EQFULL
            """;

    /// Of the runtime's `errno.h`, which has what POSIX added from 100 on. Winsock's own numbers are others.
    private static final String WINDOWS = """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT - EBUSY EEXIST
            EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY - EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE
            - EDEADLK - ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY EILSEQ
            - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
            - - - - - - - - - - - - - - - - -
            EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EALREADY EBADMSG ECANCELED ECONNABORTED ECONNREFUSED ECONNRESET
            EDESTADDRREQ EHOSTUNREACH EIDRM EINPROGRESS EISCONN ELOOP EMSGSIZE ENETDOWN ENETRESET ENETUNREACH ENOBUFS
            ENODATA ENOLINK ENOMSG ENOPROTOOPT ENOSR ENOSTR ENOTCONN ENOTRECOVERABLE ENOTSOCK ENOTSUP EOPNOTSUPP -
            EOVERFLOW EOWNERDEAD EPROTO EPROTONOSUPPORT EPROTOTYPE ETIME ETIMEDOUT ETXTBSY EWOULDBLOCK
            """;

    /// A second name for the number of a first.
    private static final Map<String, String> ALIASES =
            Platform.WINDOWS ? Map.of("EDEADLOCK", "EDEADLK")
                    : Platform.MACOS ? Map.of("EWOULDBLOCK", "EAGAIN")
                    : Map.of("EWOULDBLOCK", "EAGAIN", "EDEADLOCK", "EDEADLK", "ENOTSUP", "EOPNOTSUPP");

    private static final String[] NAMES =
            (Platform.MACOS ? MACOS : Platform.WINDOWS ? WINDOWS : LINUX).split("\\s+");

    private ErrnoNames() {}

    /// {@return such as `ENOENT`; `errno 12345` if the number has no name}
    public static String of(int code) {
        boolean known = code > 0 && code <= NAMES.length;
        return known && !NAMES[code - 1].equals("-") ? NAMES[code - 1] : "errno " + code;
    }

    /// {@return all names with their numbers, by number; unmodifiable}
    public static SequencedMap<String, Integer> codes() {
        return Codes.BY_NAME;
    }

    /// Made only where somebody asks for a number.
    private static final class Codes {
        static final SequencedMap<String, Integer> BY_NAME = byName();

        private static SequencedMap<String, Integer> byName() {
            SequencedMap<String, Integer> codes = new LinkedHashMap<>();
            for (int code = 1; code <= NAMES.length; code++) {
                String name = NAMES[code - 1];
                if (!name.equals("-")) {
                    codes.put(name, code);
                    for (Map.Entry<String, String> alias : new TreeMap<>(ALIASES).entrySet()) {
                        if (alias.getValue().equals(name)) {
                            codes.put(alias.getKey(), code);
                        }
                    }
                }
            }
            return Collections.unmodifiableSequencedMap(codes);
        }
    }
}
