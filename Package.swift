// swift-tools-version: 6.2
import PackageDescription

let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// Modules whose tests compare random events with slow oracles, and these tests, are optimised in debug builds too. They
// keep their assertions.
let tested: [SwiftSetting] =
  house + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

// Functions that run for each event and each process are specialised and inlined across these modules too. The compiler
// serialises only public ones.
let inlined: [SwiftSetting] =
  tested + [
    .unsafeFlags(
      ["-cross-module-optimization", "-Xfrontend", "-enable-cmo-everything"], .when(configuration: .release))
  ]

// `make release` links everything in, the C libraries too.
let linking: [LinkerSetting] =
  Context.environment["EXECSNOOP_TOP_STATIC"] == "1" ? [.unsafeFlags(["-static-executable"])] : []

let package = Package(
  name: "execsnoop-top",
  products: [.executable(name: "execsnoop-top", targets: ["execsnoop-top"])],
  dependencies: [
    // Exact, so that every clone builds the same: Package.resolved is not committed. `make update` raises them.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    // Needed by Histogram only, which leaves its version open.
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
  ],
  targets: [
    // Pure rooms: values in, values out.
    .target(name: "Events", swiftSettings: inlined),
    .target(
      name: "Filtering", dependencies: ["Events", "CPCRE2"], swiftSettings: inlined),
    .target(
      name: "Tree",
      dependencies: [
        "Events", "Filtering",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "Numerics", package: "swift-numerics"),
      ],
      swiftSettings: inlined),
    .target(name: "TUI", dependencies: ["Events", "Filtering", "Tree", "Comparison"], swiftSettings: tested),
    .target(name: "Masking", dependencies: ["Events"], swiftSettings: inlined),
    .target(name: "Comparison", dependencies: ["Events", "Tree"], swiftSettings: tested),

    // What all effects do to files.
    .target(name: "Files", dependencies: ["CLinux"], swiftSettings: house),

    // Effects: one room for each outside world.
    .target(
      name: "Terminal", dependencies: ["TUI", "Events", "Files", "CNcurses", "CTerminal", "CLinux"],
      swiftSettings: house),
    .target(
      name: "Trace", dependencies: ["Events", "Files", "CLibBPF", "CExecsnoop", "CLinux"], swiftSettings: house),
    .target(
      name: "Recording",
      dependencies: [
        "Events", "Files", "CSQLite", "CZlib", "CZstd", .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: tested),
    .target(name: "TreeLines", dependencies: ["Events", "Tree", "Recording", "Comparison"], swiftSettings: tested),
    // Formats of other programs.
    .target(
      name: "Export", dependencies: ["Events", "Filtering", "Tree", "TUI", "Recording", "TreeLines"],
      resources: [.embedInCode("Page/page.css"), .embedInCode("Page/page.js")], swiftSettings: tested),
    .target(name: "SettingsFile", dependencies: ["TUI", "Files", "CTOML"], swiftSettings: tested),

    // C: system libraries, the two sides of the wire, the Linux calls that Glibc's overlay leaves out, and
    // what has to run inside a signal handler.
    .systemLibrary(
      name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(
      name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(
      name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CLibBPF", providers: [.apt(["libbpf-dev", "libelf-dev", "zlib1g-dev"])]),
    .target(
      name: "CExecsnoop", path: "bpf",
      // SwiftPM takes no notice of headers, so a new one needs no line here.
      exclude: ["execsnoop.bpf.c", "execsnoop.bpf.o", "execsnoop.loop.bpf.o"],
      sources: ["object.c"], publicHeadersPath: "include"),
    .target(name: "CLinux"),
    .target(name: "CTerminal"),
    // C++ behind a C header, over toml++ (Debian: libtomlplusplus-dev).
    .target(name: "CTOML"),

    .executableTarget(
      name: "execsnoop-top",
      dependencies: [
        "Events", "Filtering", "Tree", "TUI", "Terminal", "Trace", "Recording", "TreeLines", "Export", "SettingsFile",
        "Files", "CLinux", "Masking", "Comparison",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house, linkerSettings: linking),

    // What several test rooms need.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: tested),
    .testTarget(name: "EventsTests", dependencies: ["Events", "TestSupport"], swiftSettings: tested),
    // What a filter finds is asked of a tree.
    .testTarget(
      name: "FilteringTests", dependencies: ["Filtering", "Events", "Tree", "TestSupport"], exclude: ["matches.txt"],
      swiftSettings: tested),
    .testTarget(
      name: "TreeTests", dependencies: ["Tree", "Events", "Filtering", "TestSupport"], swiftSettings: tested),
    .testTarget(
      name: "TUITests",
      dependencies: ["TUI", "Events", "Filtering", "Tree", "Recording", "TreeLines", "Comparison", "TestSupport"],
      exclude: ["Goldens"], swiftSettings: tested),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "TUI", "Events", "TestSupport"], swiftSettings: house),
    .testTarget(
      name: "SettingsFileTests", dependencies: ["SettingsFile", "TUI", "Files", "TestSupport"], swiftSettings: tested),
    .testTarget(
      name: "RecordingTests", dependencies: ["Recording", "Events", "TestSupport"], swiftSettings: tested),
    .testTarget(
      name: "ImportTests", dependencies: ["Recording", "Events", "TestSupport"], exclude: ["Scene"],
      swiftSettings: tested),
    .testTarget(
      name: "MaskingTests", dependencies: ["Masking", "Events", "TestSupport"], exclude: ["Corpus"],
      swiftSettings: tested),
    .testTarget(
      name: "ComparisonTests", dependencies: ["Comparison", "Events", "Tree", "TestSupport"], swiftSettings: tested),
    .testTarget(
      name: "TreeLinesTests", dependencies: ["TreeLines", "Events", "Tree", "Recording", "Comparison", "TestSupport"],
      swiftSettings: tested),
    .testTarget(
      name: "ExportTests",
      dependencies: ["Export", "Events", "Filtering", "Tree", "TUI", "Recording", "TreeLines", "Files", "TestSupport"],
      exclude: ["Readers"], swiftSettings: tested),
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
      name: "StormTruth", dependencies: ["Events", "Tree", "Trace", "CLinux"], path: "Benchmarks/StormTruth",
      swiftSettings: house),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Events", "Filtering", "Tree", "TUI", "Trace", "Recording", "Export", "StormTruth", "Files", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/bench", swiftSettings: house),
    // Lines of a fleet of simulated machines, for Tools/fleet-check.
    .executableTarget(
      name: "fleet-events", dependencies: ["Events", "Recording", "Files"], path: "Benchmarks/fleet-events",
      swiftSettings: tested),
    .testTarget(
      name: "TraceTests",
      dependencies: [
        "Trace", "Events", "Filtering", "Tree", "Recording", "CExecsnoop", "CLinux", "StormTruth", "TestSupport",
      ],
      swiftSettings: house),
    // Looks at what other kernels showed in a virtual machine (Tools/kernel-matrix).
    .executableTarget(
      name: "kernel-matrix", dependencies: ["Recording", "Events", "Tree", "Files"], path: "Tests/KernelMatrix",
      swiftSettings: house),
    .testTarget(name: "EndToEndTests", dependencies: ["TUI", "TestSupport", "Files"], swiftSettings: house),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x,
  cxxLanguageStandard: .cxx17
)
