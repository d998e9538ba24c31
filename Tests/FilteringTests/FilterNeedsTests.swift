import Filtering
import Testing

/// The data that a filter needs.
@Suite
struct FilterNeedsTests {
  @Test(arguments: ["env:x", "has:env", "!env=A=b", "make or env~x", "under:(env:x)", "child:(parent:(has:env))"])
  func `Environments`(_ text: String) throws { #expect(try Filter.parse(text).needsEnvironment) }

  @Test(arguments: ["", "comm=env", "env", "/env/", "argv:env", "under:(comm=env)", "exe:/usr/bin/env or ret<0"])
  func `No environments`(_ text: String) throws { #expect(try !Filter.parse(text).needsEnvironment) }
}
