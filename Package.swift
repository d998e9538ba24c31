// swift-tools-version: 6.2
import PackageDescription

let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// `make release` links everything in, the C libraries too.
let linking: [LinkerSetting] =
  Context.environment["EXECSNOOP_TOP_STATIC"] == "1" ? [.unsafeFlags(["-static-executable"])] : []

let package = Package(
  name: "execsnoop-top",
  products: [.executable(name: "execsnoop-top", targets: ["execsnoop-top"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", .upToNextMinor(from: "0.2.0")),
  ],
  targets: [
    // Pure rooms: values in, values out.
    .target(
      name: "ProcessTree",
      dependencies: [
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        "CPCRE2",
      ],
      swiftSettings: house),
    .target(name: "TUI", dependencies: ["ProcessTree"], swiftSettings: house),

    // Effects: one room for each outside world.
    .target(
      name: "Terminal", dependencies: ["TUI", "ProcessTree", "CNcurses", "CTerminal", "CLinux"], swiftSettings: house),
    .target(
      name: "Trace", dependencies: ["ProcessTree", "CLibBPF", "CExecsnoop", "CLinux"], swiftSettings: house),
    .target(name: "Recording", dependencies: ["ProcessTree"], swiftSettings: house),
    .target(name: "Settings", dependencies: ["TUI"], swiftSettings: house),

    // C: system libraries, the two sides of the wire, the Linux calls that Glibc's overlay leaves out, and
    // what has to run inside a signal handler.
    .systemLibrary(
      name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(
      name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(
      name: "CLibBPF", providers: [.apt(["libbpf-dev", "libelf-dev", "zlib1g-dev"])]),
    .target(
      name: "CExecsnoop", path: "bpf",
      exclude: [
        "execsnoop.bpf.c", "vmlinux.h", "maps.bpf.h", "cast.bpf.h", "own.bpf.h", "facts.bpf.h", "paths.bpf.h",
        "cgroups.bpf.h", "strings.bpf.h", "buffers.bpf.h",
        "program.bpf.h", "failed.bpf.h", "compat.bpf.h",
        "reaper.bpf.h", "cpu_clock.bpf.h", "end.bpf.h", "scope.bpf.h", "losses.bpf.h", "census.bpf.h",
        "standby.bpf.h",
        "execsnoop.bpf.o", "execsnoop.loop.bpf.o",
      ],
      sources: ["object.c"], publicHeadersPath: "include"),
    .target(name: "CLinux"),
    .target(name: "CTerminal"),

    .executableTarget(
      name: "execsnoop-top",
      dependencies: [
        "ProcessTree", "TUI", "Terminal", "Trace", "Recording", "Settings", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house, linkerSettings: linking),

    // What several test rooms need.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: house),
    .testTarget(
      name: "ProcessTreeTests", dependencies: ["ProcessTree", "TestSupport"], exclude: ["Filter/matches.txt"],
      swiftSettings: house),
    .testTarget(
      name: "TUITests", dependencies: ["TUI", "ProcessTree", "Recording", "TestSupport"], exclude: ["Goldens"],
      swiftSettings: house),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal", "TUI", "ProcessTree"], swiftSettings: house),
    .testTarget(name: "SettingsTests", dependencies: ["Settings", "TUI", "TestSupport"], swiftSettings: house),
    .testTarget(name: "RecordingTests", dependencies: ["Recording", "ProcessTree"], swiftSettings: house),
    // A program of exact shapes to trace. Static, so that thousands of it start as fast as the machine can.
    .executableTarget(
      name: "trace-fixture", path: "Tests/Fixtures/trace-fixture", publicHeadersPath: ".",
      linkerSettings: [.unsafeFlags(["-static-executable", "-nostartfiles"])]),
    .executableTarget(
      name: "storm-child", path: "Tests/Fixtures/storm-child", publicHeadersPath: ".",
      // No C library: loops must not become calls of it.
      cSettings: [.unsafeFlags(["-ffreestanding", "-fno-stack-protector"])],
      linkerSettings: [.unsafeFlags(["-static-executable", "-nostartfiles", "-Xclang-linker", "-nostdlib"])]),
    // What a storm says of its children, held against the tree: for the tests, and for `make bench`.
    .target(
      name: "StormTruth", dependencies: ["ProcessTree", "Trace", "CLinux"], path: "Benchmarks/StormTruth",
      swiftSettings: house),
    .executableTarget(
      name: "bench",
      dependencies: [
        "ProcessTree", "TUI", "Trace", "StormTruth", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/bench", swiftSettings: house),
    .testTarget(
      name: "TraceTests",
      dependencies: ["Trace", "ProcessTree", "Recording", "CExecsnoop", "CLinux", "StormTruth", "TestSupport"],
      swiftSettings: house),
    // Looks at what other kernels showed in a virtual machine (Tools/kernel-matrix).
    .executableTarget(
      name: "kernel-matrix", dependencies: ["Recording", "ProcessTree"], path: "Tests/KernelMatrix",
      swiftSettings: house),
    .testTarget(name: "EndToEndTests", dependencies: ["ProcessTree", "TUI"], swiftSettings: house),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x
)
