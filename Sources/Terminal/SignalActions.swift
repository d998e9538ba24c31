import Glibc

/// What the process does on some signals, to be put back later. The corresponding C function is `sigaction`.
struct SignalActions {
  private var saved: [(signal: CInt, action: sigaction)] = []

  init(of signals: [CInt]) {
    for signal in signals {
      var action = sigaction()
      if sigaction(signal, nil, &action) == 0 { saved.append((signal, action)) }
    }
  }

  func restore() {
    for (signal, action) in saved {
      var action = action
      sigaction(signal, &action, nil)
    }
  }
}
