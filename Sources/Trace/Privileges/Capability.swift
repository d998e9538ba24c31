/// Capability numbers of include/uapi/linux/capability.h, which C defines as macros.
enum Capability {
  static let admin: Int32 = 21  // CAP_SYS_ADMIN, which includes the two below
  static let perfmon: Int32 = 38  // CAP_PERFMON
  static let bpf: Int32 = 39  // CAP_BPF
}
