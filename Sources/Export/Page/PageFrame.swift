/// The parts of the page that are the same for every recording.
enum PageFrame {
  /// The SHA-256 of page.js and page.css, in Base64: only these run. ExportTests checks them.
  static let scriptHash = "xfCXl/76C3wUiFN2yk0Md7jmzZhpXHDTtC1YociYGd8="
  static let styleHash = "95SXEsXhX0cvZfdpXb1XFXSpe8sw0StLxEJvsuXFknU="

  static func start(title: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-\(scriptHash)'; \
    style-src 'sha256-\(styleHash)'; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <title>\(title) - execsnoop-top</title>
    <style>
    """
  }

  static func body(title: String) -> String {
    """
    </style>
    </head>
    <body>
    <header>
    <div class="title"><h1>\(title)</h1><p id="facts"></p></div>
    <div class="tools">
    <div class="searchbox"><input id="search" type="search" placeholder="Search" aria-label="Search" spellcheck="false" \
    autocomplete="off"><span id="count" role="status"></span></div>
    <button id="only" aria-pressed="false" title="Show only matches and their parents (m)">Only matches</button>
    <button id="out" title="Zoom out (-)" aria-label="Zoom out">&minus;</button>
    <button id="in" title="Zoom in (+)" aria-label="Zoom in">+</button>
    <button id="all" title="Show the whole time (0)">All</button>
    <button id="theme" title="Light or dark (t)" aria-label="Light or dark">&#9680;</button>
    <button id="help" title="Keys (?)" aria-label="Keys">?</button>
    </div>
    </header>
    <section id="overview" class="card" title="Drag to zoom, double-click for all" aria-label="Running processes over \
    time"><canvas></canvas><span class="name"></span></section>
    <main>
    <div id="table" class="card">
    <div id="head"><div class="columns"><span>Process</span><span class="number col-pid">PID</span>\
    <span class="number">Run time</span><span class="col-status">Status</span></div><div id="axis"><canvas></canvas></div></div>
    <div id="scroll" tabindex="0" role="tree" aria-label="Processes"><div id="space"></div>\
    <p id="none" hidden>No process is shown.</p></div>
    <canvas id="bars"></canvas>
    <div id="divider" title="Drag to move"></div>
    </div>
    <aside id="detail" class="card" aria-label="Detail" hidden></aside>
    </main>
    <div id="tip" hidden></div>
    <dialog id="keys"><table>
    <tr><td>Up Down, j k</td><td>previous and next process</td></tr>
    <tr><td>Left Right</td><td>fold or go to the parent, unfold</td></tr>
    <tr><td>Enter</td><td>detail of the process</td></tr>
    <tr><td>/</td><td>search by name, pid, arguments, status, user or path</td></tr>
    <tr><td>n N</td><td>next and previous match</td></tr>
    <tr><td>m</td><td>only matches and their parents</td></tr>
    <tr><td>+ - 0</td><td>zoom in, zoom out, whole time; also Ctrl and the wheel</td></tr>
    <tr><td>z</td><td>zoom to the process; also a double-click on its bar</td></tr>
    <tr><td>&lt; &gt;</td><td>earlier and later</td></tr>
    <tr><td>e</td><td>fold or unfold everything</td></tr>
    <tr><td>t</td><td>light or dark</td></tr>
    <tr><td>Esc</td><td>close the detail, then clear the search, then show the whole time</td></tr>
    </table></dialog>
    <noscript>This page needs JavaScript, which is inside of it; it loads nothing.</noscript>
    <script type="application/json" id="data">
    """
  }

  static let script = "</script>\n<script>"
  static let end = "</script>\n</body>\n</html>\n"
}
