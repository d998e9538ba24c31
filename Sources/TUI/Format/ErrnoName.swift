// The only thing taken from Glibc here are the names of constants: nothing is called, so the room stays pure.
internal import Glibc

/// The names of the errors that an execve or execveat can end with, by `errno(3)`.
enum ErrnoName {
  static func name(of errno: Int32) -> DisplayText { names[errno] ?? "errno \(errno)" }

  private static let names: [Int32: DisplayText] = [
    E2BIG: "E2BIG", EACCES: "EACCES", EAGAIN: "EAGAIN", EBADF: "EBADF", EBUSY: "EBUSY", ECANCELED: "ECANCELED",
    EFAULT: "EFAULT", EFBIG: "EFBIG", EINTR: "EINTR", EINVAL: "EINVAL", EIO: "EIO", EISDIR: "EISDIR",
    ELIBBAD: "ELIBBAD", ELOOP: "ELOOP", EMFILE: "EMFILE", ENAMETOOLONG: "ENAMETOOLONG", ENFILE: "ENFILE",
    ENODEV: "ENODEV", ENOENT: "ENOENT", ENOEXEC: "ENOEXEC", ENOMEM: "ENOMEM", ENOSPC: "ENOSPC", ENOSYS: "ENOSYS",
    ENOTDIR: "ENOTDIR", ENXIO: "ENXIO", EPERM: "EPERM", ESTALE: "ESTALE", ETIMEDOUT: "ETIMEDOUT",
    ETXTBSY: "ETXTBSY",
  ]
}
