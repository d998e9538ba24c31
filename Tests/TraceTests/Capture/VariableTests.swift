import CExecsnoop
import Testing

@testable import Trace

extension KernelTests {
  /// Where the variables of the kernel side are is looked up in the real object, and never assumed.
  @Suite struct VariableTests {
    @Test(arguments: Kernel.flavours)
    func `The counters and the settings are found by name and size`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      let trace = try KernelTrace(settings)
      let size = MemoryLayout<est_counters>.size
      _ = try KernelVariable("counters", size: size, section: ".bss", of: trace.object)
      _ = try KernelVariable("settings", size: MemoryLayout<est_settings>.size, section: ".rodata", of: trace.object)
      // Another variable of the same section is somewhere else.
      let counters = try KernelVariable("counters", size: size, section: ".bss", of: trace.object)
      let cgroup = try KernelVariable("last_announced_cgroup", size: 8, section: ".bss", of: trace.object)
      #expect(cgroup.offset >= counters.offset + size || cgroup.offset + 8 <= counters.offset)

      let missing = TraceError(.findVariable("counters"), errno: 0)
      for (size, section) in [(size - 8, ".bss"), (size, ".rodata"), (size, ".data")] {
        #expect(throws: missing) { _ = try KernelVariable("counters", size: size, section: section, of: trace.object) }
      }
      #expect(throws: TraceError(.findVariable("count"), errno: 0)) {
        _ = try KernelVariable("count", size: size, section: ".bss", of: trace.object)
      }
      #expect(missing.description.contains("`counters`") && missing.description.contains("make clean build"))
      #expect(trace.attachedAt > 0, "and the trace must live until here")
    }
  }
}
