import Testing
@testable import Export

@Suite struct FormatTests {
  @Test func `The ending of a file names its format`() {
    for format in ExportFormat.allCases {
      for ending in format.endings { #expect(ExportFormat(ofFile: "a.b\(ending)") == format) }
    }
    #expect(ExportFormat(ofFile: "run.OTLP.JSON") == .otlp)
    #expect(ExportFormat(ofFile: "run.db") == nil)
  }
}
