"use strict";
// The page of `execsnoop-top export --format html`. Text of processes arrives escaped for display, and is only ever
// given to `textContent` and to a canvas.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const texts = data.strings, rows = data.rows, count = rows.length, length = Math.max(data.length, 1);
  const height = 24;
  // The members of a row, and the kinds of its state.
  const PARENT = 0, PID = 1, START = 2, TIME = 3, KIND = 4, COMM = 5, COMMAND = 6, STATUS = 7, EXE = 8, CWD = 9,
    USER = 10, UID = 11, CPU = 12, MEMORY = 13, MARKS = 14, PROGRAMS = 15, FAILURES = 16;
  const kinds = ["ok", "failed", "running", "lost", "unseen", "host"];
  const signs = ["○", "✗", "●", "◐", "?", "■"];
  const kind = (i) => rows[i][KIND] & 7;
  const isContext = (i) => (rows[i][KIND] & 8) !== 0;
  const nameOf = (i) => (kind(i) === 4 ? "(seen only as a parent)" : text(rows[i][COMM]));
  const text = (number) => (number < 0 ? "" : texts[number]);

  // The row after the last descendant of each row.
  const depth = new Int32Array(count), after = new Int32Array(count), children = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    after[i] = i + 1;
    if (rows[i][PARENT] >= 0) {
      depth[i] = depth[rows[i][PARENT]] + 1;
      children[rows[i][PARENT]]++;
    }
  }
  for (let i = count - 1; i >= 0; i--) {
    const parent = rows[i][PARENT];
    if (parent >= 0 && after[parent] < after[i]) after[parent] = after[i];
  }

  // What is shown.
  const folded = new Uint8Array(count), found = new Uint8Array(count), keeps = new Uint8Array(count);
  let shown = new Int32Array(count), shownCount = 0;
  let chosen = -1, matches = [], onlyMatches = false, view = [0, length], detailIsOpen = false;

  const at = (id) => document.getElementById(id);
  const make = (name, kindOf, content) => {
    const element = document.createElement(name);
    if (kindOf) element.className = kindOf;
    if (content !== undefined) element.textContent = content;
    return element;
  };
  const scroll = at("scroll"), space = at("space"), bars = at("bars"), axis = at("axis").firstElementChild;
  const overview = at("overview"), area = overview.querySelector("canvas"), detail = at("detail"), tip = at("tip");

  // --- Text

  const grouped = (number) => number.toLocaleString("en");
  function duration(ns) {
    if (ns < 0) return "–" + duration(-ns);
    if (ns < 1e3) return ns + " ns";
    if (ns < 1e6) return (ns / 1e3).toFixed(ns < 1e4 ? 1 : 0) + " µs";
    if (ns < 1e9) return (ns / 1e6).toFixed(ns < 1e7 ? 1 : 0) + " ms";
    const seconds = ns / 1e9;
    if (seconds < 60) return seconds.toFixed(seconds < 10 ? 2 : 1) + " s";
    const whole = Math.floor(seconds), two = (n) => String(n).padStart(2, "0");
    if (whole < 3600) return Math.floor(whole / 60) + ":" + two(whole % 60) + " min";
    if (whole < 172800) return Math.floor(whole / 3600) + ":" + two(Math.floor(whole / 60) % 60) + " h";
    return Math.floor(whole / 86400) + " d";
  }
  // A trace of another program may have no times.
  const isEndless = (i) => kind(i) === 2 && / no-exits /.test(" " + text(rows[i][MARKS]) + " ");
  const runTime = (i) =>
    isEndless(i) || / no-times /.test(" " + text(rows[i][MARKS]) + " ") ? "?" : duration(rows[i][TIME]);
  function bytes(number) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (number >= 1024 && unit < 4) { number /= 1024; unit++; }
    return (unit === 0 || number >= 100 ? Math.round(number) : number.toFixed(1)) + " " + units[unit];
  }
  function wallTime(ns, withDate) {
    if (data.start === null) return "";
    const time = new Date(data.start + ns / 1e6);
    const two = (n, width = 2) => String(n).padStart(width, "0");
    const clock = two(time.getHours()) + ":" + two(time.getMinutes()) + ":" + two(time.getSeconds());
    const date = time.getFullYear() + "-" + two(time.getMonth() + 1) + "-" + two(time.getDate());
    return (withDate ? date + " " : "") + clock + (withDate ? "" : "." + two(time.getMilliseconds(), 3));
  }

  // --- Which rows are shown

  function arrange() {
    shownCount = 0;
    const isNarrowed = onlyMatches && matches.length > 0;
    for (let i = 0; i < count;) {
      if (isNarrowed && !keeps[i]) { i = after[i]; continue; }
      shown[shownCount++] = i;
      i = folded[i] ? after[i] : i + 1;
    }
    space.style.height = shownCount * height + "px";
    at("none").hidden = shownCount > 0;
    draw();
  }
  function place(i) {
    let low = 0, high = shownCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (shown[middle] < i) low = middle + 1; else high = middle;
    }
    return low < shownCount && shown[low] === i ? low : -1;
  }
  function reveal(i) {
    let changed = false;
    for (let up = rows[i][PARENT]; up >= 0; up = rows[up][PARENT]) {
      if (folded[up]) { folded[up] = 0; changed = true; }
    }
    if (changed) arrange();
    const top = place(i) * height, from = scroll.scrollTop, tall = scroll.clientHeight;
    // A row that is far away comes to the middle, a near one to the edge.
    if (top < from - 4 * height || top > from + tall + 4 * height) scroll.scrollTop = top - tall / 2;
    else if (top < from) scroll.scrollTop = top;
    else if (top + height > from + tall) scroll.scrollTop = top + height - tall;
  }
  function choose(i) {
    if (i < 0 || i >= count) return;
    chosen = i;
    reveal(i);
    if (detailIsOpen) showDetail();
    draw();
  }
  function fold(i, isFolded) {
    if (children[i] === 0 || folded[i] === (isFolded ? 1 : 0)) return;
    folded[i] = isFolded ? 1 : 0;
    if (isFolded && chosen > i && chosen < after[i]) chosen = i;
    arrange();
  }

  // --- Rows: only those in sight have elements

  const pool = new Map();
  let spare = [];
  function makeRow() {
    const row = make("div", "row");
    row.setAttribute("role", "treeitem");
    const cells = make("div", "columns");
    const command = make("div", "command");
    row.parts = {
      indent: make("span", "indent"), fold: make("span", "fold"), sign: make("span", "sign"), text: make("span", "text"),
      comm: make("b"), rest: make("i"), more: make("span", "more"), pid: make("div", "number pid"),
      time: make("div", "number"), status: make("div", "status"),
    };
    const parts = row.parts;
    parts.text.append(parts.comm, parts.rest);
    command.append(parts.indent, parts.fold, parts.sign, parts.text, parts.more);
    cells.append(command, parts.pid, parts.time, parts.status);
    row.append(cells);
    return row;
  }
  function fillRow(row, i, place) {
    const parts = row.parts, values = rows[i];
    row.index = i;
    row.style.top = place * height + "px";
    row.classList.toggle("context", isContext(i) || kind(i) === 4);
    row.classList.toggle("found", found[i] === 1);
    row.setAttribute("aria-selected", i === chosen);
    row.id = "row-" + i;
    row.setAttribute("aria-level", depth[i] + 1);
    if (children[i] > 0) row.setAttribute("aria-expanded", folded[i] === 0); else row.removeAttribute("aria-expanded");
    parts.indent.style.width = Math.min(depth[i], 24) * 14 + "px";
    parts.indent.style.flex = "none";
    parts.fold.textContent = children[i] === 0 ? "" : folded[i] ? "▸" : "▾";
    parts.sign.textContent = signs[kind(i)];
    parts.sign.className = "sign s-" + kinds[kind(i)];
    const comm = nameOf(i), command = values[COMMAND];
    parts.comm.textContent = comm;
    parts.rest.textContent = command === "" || command === comm ? "" : "  " + command.slice(0, 400);
    parts.more.hidden = folded[i] === 0;
    if (folded[i]) parts.more.textContent = "+" + grouped(after[i] - i - 1);
    parts.pid.textContent = kind(i) === 5 ? "" : values[PID];
    parts.time.textContent = kind(i) >= 4 ? "" : runTime(i);
    parts.status.textContent = kind(i) === 2 ? isEndless(i) ? "end ?" : "running" : text(values[STATUS]);
    parts.status.className = "status s-" + kinds[kind(i)];
  }
  function drawRows() {
    const first = Math.max(0, Math.floor(scroll.scrollTop / height) - 2);
    const last = Math.min(shownCount, Math.ceil((scroll.scrollTop + scroll.clientHeight) / height) + 2);
    const wanted = new Set();
    for (let p = first; p < last; p++) wanted.add(shown[p]);
    for (const [i, row] of pool) if (!wanted.has(i)) { pool.delete(i); row.remove(); spare.push(row); }
    for (let p = first; p < last; p++) {
      let row = pool.get(shown[p]);
      if (!row) {
        row = spare.pop() || makeRow();
        pool.set(shown[p], row);
        space.append(row);
      }
      fillRow(row, shown[p], p);
    }
    spare = spare.slice(0, 100);
    if (chosen >= 0 && pool.has(chosen)) scroll.setAttribute("aria-activedescendant", "row-" + chosen);
    else scroll.removeAttribute("aria-activedescendant");
  }

  // --- Bars

  let colors = {};
  function readColors() {
    // A canvas knows no variables: an element says what they are in the present theme.
    for (const name of ["text", "soft", "faint", "line", "ok", "fork", "failed", "running", "lost", "context", "area",
      "area-line", "window", "accent", "chosen"]) {
      tip.style.color = "var(--" + name + ")";
      colors[name] = getComputedStyle(tip).color;
    }
    tip.style.color = "";
  }
  function prepare(canvas, width, tall) {
    const scale = devicePixelRatio || 1;
    const w = Math.max(1, Math.round(width * scale)), h = Math.max(1, Math.round(tall * scale));
    if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, tall);
    pen.font = "11px " + getComputedStyle(document.body).fontFamily;
    pen.textBaseline = "middle";
    return pen;
  }
  const barsWidth = () => at("axis").clientWidth;
  const x = (time, width) => (time - view[0]) / (view[1] - view[0]) * width;
  function ticks(width) {
    const least = (view[1] - view[0]) * 90 / Math.max(width, 90);
    let step = Math.pow(10, Math.floor(Math.log10(least)));
    for (const factor of [1, 2, 5, 10]) if (step * factor >= least) { step *= factor; break; }
    if (least > 5e9) for (const s of [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400]) {
      if (s * 1e9 >= least) { step = s * 1e9; break; }
    }
    const times = [];
    for (let t = Math.ceil(view[0] / step) * step; t <= view[1] && times.length < 100; t += step) times.push(t);
    return { step, times };
  }
  // With as many digits as neighbours need to differ.
  function tickLabel(t, step) {
    if (t === 0) return "0";
    if (step >= 1e9) return duration(t).replace(/\.0+ /, " ");
    const digits = Math.ceil(-Math.log10(step / 1e9) - 1e-9);
    if (t < 1e9) {
      const [unit, name] = t < 1e6 ? [1e3, " µs"] : [1e6, " ms"];
      return (t / unit).toFixed(Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9))) + name;
    }
    const minutes = Math.floor(t / 6e10), seconds = ((t - minutes * 6e10) / 1e9).toFixed(digits);
    return minutes === 0 ? seconds + " s" : minutes + ":" + seconds.padStart(digits + 3, "0");
  }
  function drawAxis() {
    const width = barsWidth(), pen = prepare(axis, width, 28), { step, times } = ticks(width);
    pen.fillStyle = colors.soft;
    for (const t of times) {
      const left = x(t, width), label = tickLabel(t, step);
      if (left + pen.measureText(label).width + 4 < width) pen.fillText(label, left + 4, 14);
      pen.fillRect(left, 20, 1, 8);
    }
  }
  let selection = null;
  function drawBars() {
    const width = barsWidth(), tall = scroll.clientHeight, pen = prepare(bars, width, tall);
    bars.style.width = width + "px";
    bars.style.height = tall + "px";
    const edge = scroll.offsetWidth - scroll.clientWidth;
    bars.style.right = edge + "px";
    pen.fillStyle = colors.line;
    for (const t of ticks(width).times) pen.fillRect(Math.round(x(t, width)), 0, 1, tall);
    pen.fillRect(0, 0, 1, tall);
    const first = Math.max(0, Math.floor(scroll.scrollTop / height));
    const last = Math.min(shownCount, Math.ceil((scroll.scrollTop + tall) / height));
    for (let p = first; p < last; p++) drawBar(pen, shown[p], p * height - scroll.scrollTop, width);
    if (selection) {
      const [a, b] = [Math.min(...selection), Math.max(...selection)];
      pen.fillStyle = colors.window;
      pen.fillRect(a, 0, b - a, tall);
      pen.fillStyle = colors.accent;
      pen.fillRect(a, 0, 1, tall);
      pen.fillRect(b, 0, 1, tall);
    }
  }
  function drawBar(pen, i, top, width) {
    const values = rows[i], state = kind(i);
    if (state >= 4) return;
    const start = values[START], end = start + values[TIME];
    if (end < view[0] || start > view[1]) return;
    const left = Math.max(x(start, width), -6), right = Math.min(Math.max(x(end, width), x(start, width) + 2), width + 6);
    const main = isContext(i) ? colors.context : colors[kinds[state]];
    const y = top + 7, tall = height - 14;
    const box = (a, b, color) => {
      pen.fillStyle = color;
      pen.beginPath();
      pen.roundRect(a, y, Math.max(b - a, 1), tall, Math.min(3, (b - a) / 2));
      pen.fill();
    };
    const programs = values[PROGRAMS];
    if (programs && !isContext(i)) {
      // Before the first exec it is a copy of its parent.
      box(left, right, colors.fork);
      for (let k = 0; k < programs.length; k++) {
        if (programs[k][1] < 0) continue;
        const from = Math.max(x(programs[k][0], width), left);
        const to = k + 1 < programs.length ? Math.min(x(programs[k + 1][0], width) - 1, right) : right;
        if (to >= left && from <= right) box(Math.min(from, right - 1), Math.max(to, from + 1), main);
      }
    } else box(left, right, main);
    if (values[FAILURES]) {
      pen.fillStyle = colors.failed;
      let drawn = -10;
      for (const failure of values[FAILURES]) {
        const at = x(failure[0], width);
        if (at < 0 || at > width || at - drawn < 3) continue;
        drawn = at;
        pen.beginPath();
        pen.moveTo(at, top + 3); pen.lineTo(at + 3, top + 6); pen.lineTo(at, top + 9); pen.lineTo(at - 3, top + 6);
        pen.fill();
      }
    }
    const label = text(values[COMM]) + "  " + runTime(i);
    const wide = pen.measureText(label).width;
    pen.fillStyle = i === chosen ? colors.text : colors.soft;
    if (right + 8 + wide < width) pen.fillText(label, Math.max(right, 0) + 7, top + height / 2 + .5);
    else if (left - 8 - wide > 0) pen.fillText(label, left - 7 - wide, top + height / 2 + .5);
  }

  // --- The overview: how many processes ran at each time

  let steps = null, most = 0;
  function measureSteps() {
    const starts = [], ends = [];
    for (let i = 0; i < count; i++) {
      if (kind(i) >= 4 || isContext(i)) continue;
      starts.push(Math.max(rows[i][START], 0));
      ends.push(kind(i) === 2 ? Infinity : rows[i][START] + rows[i][TIME]);
    }
    const a = Float64Array.from(starts).sort(), b = Float64Array.from(ends).sort();
    steps = [];
    let running = 0;
    for (let i = 0, j = 0; i < a.length || (j < b.length && b[j] < Infinity);) {
      const time = Math.min(i < a.length ? a[i] : Infinity, j < b.length ? b[j] : Infinity);
      while (i < a.length && a[i] === time) { running++; i++; }
      while (j < b.length && b[j] === time) { running--; j++; }
      steps.push(time, running);
      most = Math.max(most, running);
    }
  }
  // The most processes within each column, which change with the width alone.
  let peaks = new Float64Array(0);
  function measurePeaks(width) {
    peaks = new Float64Array(Math.ceil(width));
    let k = 0, running = 0;
    for (let column = 0; column < width; column++) {
      let peak = running;
      while (k < steps.length && steps[k] / length * width < column + 1) {
        running = steps[k + 1];
        peak = Math.max(peak, running);
        k += 2;
      }
      peaks[column] = peak;
    }
  }
  function drawOverview() {
    const width = overview.clientWidth, tall = overview.clientHeight, pen = prepare(area, width, tall);
    if (peaks.length !== Math.ceil(width)) measurePeaks(width);
    pen.beginPath();
    pen.moveTo(0, tall);
    const y = (value) => tall - value / Math.max(most, 1) * (tall - 22);
    for (let column = 0; column < width; column++) { pen.lineTo(column, y(peaks[column])); pen.lineTo(column + 1, y(peaks[column])); }
    pen.lineTo(width, tall);
    pen.fillStyle = colors.area;
    pen.fill();
    pen.beginPath();
    for (let column = 0; column < width; column++) pen.lineTo(column + .5, y(peaks[column]));
    pen.strokeStyle = colors["area-line"];
    pen.lineWidth = 1.25;
    pen.stroke();
    if (view[0] > 0 || view[1] < length) {
      const a = view[0] / length * width, b = view[1] / length * width;
      pen.fillStyle = colors.window;
      pen.fillRect(a, 0, Math.max(b - a, 2), tall);
      pen.fillStyle = colors.accent;
      pen.fillRect(a - 1, 0, 2, tall);
      pen.fillRect(Math.max(b, a + 2) - 1, 0, 2, tall);
    }
  }

  // --- Drawing, at most once for each frame

  let isDue = false;
  function draw() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      drawRows();
      drawAxis();
      drawBars();
      drawOverview();
    });
  }

  // --- Zoom

  function zoom(start, end) {
    let span = Math.min(Math.max(end - start, 1000), length);
    let first = Math.min(Math.max(start, 0), length - span);
    view = [first, first + span];
    draw();
  }
  const zoomBy = (factor, center = (view[0] + view[1]) / 2) =>
    zoom(center - (center - view[0]) * factor, center + (view[1] - center) * factor);
  const pan = (part) => { const span = view[1] - view[0]; zoom(view[0] + part * span, view[1] + part * span); };
  function zoomToChosen() {
    if (chosen < 0 || kind(chosen) >= 4) return;
    const start = rows[chosen][START], margin = Math.max(rows[chosen][TIME] * .05, 500);
    zoom(start - margin, start + rows[chosen][TIME] + margin);
  }

  // --- Search

  let finder = null;
  function search(words) {
    found.fill(0);
    keeps.fill(0);
    matches = [];
    const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== "");
    if (wanted.length > 0) {
      for (let i = 0; i < count; i++) {
        if (isContext(i)) continue;
        const values = rows[i];
        const all = (text(values[COMM]) + " " + values[PID] + " " + values[COMMAND] + " " + text(values[STATUS]) + " "
          + text(values[USER]) + " " + text(values[EXE])).toLowerCase();
        if (!wanted.every((word) => all.includes(word))) continue;
        found[i] = 1;
        matches.push(i);
        for (let up = i; up >= 0 && !keeps[up]; up = rows[up][PARENT]) keeps[up] = 1;
      }
    }
    arrange();
    showCount();
  }
  function showCount() {
    const number = matches.indexOf(chosen);
    at("count").textContent = at("search").value === "" ? "" : matches.length === 0 ? "none"
      : (number < 0 ? "" : grouped(number + 1) + " of ") + grouped(matches.length);
  }
  function next(step) {
    if (matches.length === 0) return;
    let low = 0, high = matches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (matches[middle] < chosen) low = middle + 1; else high = middle;
    }
    const isOn = matches[low] === chosen;
    const target = step > 0 ? (isOn ? low + 1 : low) : low - 1;
    choose(matches[(target + matches.length) % matches.length]);
    showCount();
  }

  // --- Detail

  function link(i) {
    const anchor = make("a", "", nameOf(i) + " " + rows[i][PID]);
    anchor.tabIndex = 0;
    anchor.setAttribute("role", "button");
    anchor.addEventListener("click", () => choose(i));
    anchor.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.stopPropagation(); choose(i); } });
    return anchor;
  }
  function list(title, entries) {
    if (entries.length === 0) return;
    detail.append(make("h3", "", title));
    const items = make("ol");
    for (const entry of entries.slice(0, 200)) { const item = make("li"); item.append(...entry); items.append(item); }
    if (entries.length > 200) items.append(make("li", "", "and " + grouped(entries.length - 200) + " more"));
    detail.append(items);
  }
  function showDetail() {
    detailIsOpen = chosen >= 0;
    detail.hidden = !detailIsOpen;
    draw();
    if (!detailIsOpen) return;
    const i = chosen, values = rows[i], state = kind(i);
    detail.replaceChildren();
    const close = make("button", "close", "✕");
    close.title = "Close (Esc)";
    close.addEventListener("click", closeDetail);
    const status = make("span", "s-" + kinds[state], signs[state] + " "
      + (state === 2 ? "running" : state === 4 ? "seen only as a parent" : text(values[STATUS])));
    const line = make("div", "line");
    line.append(make("span", "", state === 5 ? "" : "pid " + values[PID] + " · "), status);
    detail.append(close, make("h2", "", nameOf(i)), line);
    if (values[COMMAND] !== "") detail.append(make("pre", "", values[COMMAND]));
    const facts = make("dl");
    const fact = (name, value) => { if (value !== "") facts.append(make("dt", "", name), make("dd", "", value)); };
    if (state < 4) {
      const clock = wallTime(values[START], false);
      fact("started", (values[START] < 0 ? "before the recording" : "+" + duration(values[START])) + (clock ? ", " + clock : ""));
      fact("ran for", runTime(i) + (state === 2 && !isEndless(i) ? " so far" : ""));
    }
    if (state < 2 && values[CPU] >= 0) {
      fact("CPU", duration(values[CPU]));
      fact("peak memory", bytes(values[MEMORY]));
    }
    fact("user", text(values[USER]) + (values[UID] >= 0 ? " (" + values[UID] + ")" : ""));
    fact("executable", text(values[EXE]));
    fact("directory", text(values[CWD]));
    fact("marks", text(values[MARKS]));
    fact("descendants", children[i] === 0 ? "" : grouped(after[i] - i - 1));
    detail.append(facts);
    const above = [];
    for (let up = values[PARENT]; up >= 0 && above.length < 200; up = rows[up][PARENT]) above.push([link(up)]);
    list("Parents", above);
    list("Programs", (values[PROGRAMS] || []).map((program) => [
      make("span", "", (program[0] < 0 ? "before" : "+" + duration(program[0])) + "  "),
      document.createTextNode(program[1] < 0 ? "fork" : program[2] || values[COMMAND]),
    ]));
    list("Failed execs", (values[FAILURES] || []).map((failure) => [
      make("span", "", "+" + duration(failure[0]) + "  "), make("b", "s-failed", text(failure[1]) + " "),
      document.createTextNode(text(failure[2])),
    ]));
    const below = [];
    for (let child = i + 1; child < after[i] && below.length < 201; child = after[child]) below.push([link(child)]);
    list("Children", below);
    detail.scrollTop = 0;
  }
  function closeDetail() {
    detailIsOpen = false;
    detail.hidden = true;
    scroll.focus();
    draw();
  }

  // --- Keys

  function move(step) {
    const now = chosen < 0 ? -1 : place(chosen);
    choose(shown[Math.min(Math.max(now + step, 0), shownCount - 1)]);
  }
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  function setTheme() {
    const now = document.documentElement.dataset.theme || (prefersDark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
    recolor();
  }
  function recolor() {
    readColors();
    draw();
  }
  const help = at("keys");
  const pages = () => Math.max(1, Math.floor(scroll.clientHeight / height) - 1);
  const keys = {
    ArrowDown: () => move(1), j: () => move(1), ArrowUp: () => move(-1), k: () => move(-1),
    PageDown: () => move(pages()), PageUp: () => move(-pages()), Home: () => move(-count), End: () => move(count),
    ArrowRight: () => { if (chosen >= 0 && folded[chosen]) fold(chosen, false); else if (chosen >= 0 && children[chosen]) move(1); },
    ArrowLeft: () => {
      if (chosen < 0) return;
      if (children[chosen] && !folded[chosen]) fold(chosen, true);
      else if (rows[chosen][PARENT] >= 0) choose(rows[chosen][PARENT]);
    },
    Enter: () => { if (detailIsOpen) closeDetail(); else showDetail(); },
    "/": () => { at("search").focus(); at("search").select(); },
    n: () => next(1), N: () => next(-1), m: () => setOnly(!onlyMatches),
    "+": () => zoomBy(.5), "=": () => zoomBy(.5), "-": () => zoomBy(2), 0: () => zoom(0, length), z: zoomToChosen,
    "<": () => pan(-.25), ">": () => pan(.25),
    e: () => { const all = folded.includes(1) ? 0 : 1; for (let i = 0; i < count; i++) folded[i] = all && children[i] && depth[i] > 0 ? 1 : 0; arrange(); if (chosen >= 0) reveal(chosen); },
    t: setTheme, "?": () => help.showModal(),
    Escape: () => {
      if (detailIsOpen) closeDetail();
      else if (at("search").value !== "") { at("search").value = ""; search(""); }
      else zoom(0, length);
    },
  };
  function setOnly(isOn) {
    onlyMatches = isOn;
    at("only").setAttribute("aria-pressed", isOn);
    arrange();
    if (chosen >= 0 && place(chosen) >= 0) reveal(chosen);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target === at("search")) {
      if (event.key === "Escape") {
        if (at("search").value === "") scroll.focus(); else { at("search").value = ""; search(""); }
      } else if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
      else if (event.key === "ArrowDown") { scroll.focus(); next(1); }
      else return;
      event.preventDefault();
      return;
    }
    if (event.target.tagName === "BUTTON" && (event.key === "Enter" || event.key === " ")) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!act) return;
    event.preventDefault();
    act();
  });

  // --- Mouse and touch

  scroll.addEventListener("scroll", draw, { passive: true });
  scroll.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || wasDrag) return;
    if (event.target.classList.contains("fold")) return fold(row.index, folded[row.index] === 0);
    chosen = row.index;
    showDetail();
    reveal(chosen);
  });
  const barsLeft = () => at("axis").getBoundingClientRect().left + 1;
  const timeAt = (clientX) => view[0] + (clientX - barsLeft()) / barsWidth() * (view[1] - view[0]);
  scroll.addEventListener("wheel", (event) => {
    if (event.clientX < barsLeft()) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      zoomBy(Math.exp(event.deltaY * .004), timeAt(event.clientX));
    } else if (event.deltaX !== 0 || event.shiftKey) {
      event.preventDefault();
      pan((event.deltaX || event.deltaY) / barsWidth());
    }
  }, { passive: false });
  let wasDrag = false;
  scroll.addEventListener("pointerdown", (event) => {
    wasDrag = false;
    if (event.button !== 0 || event.pointerType === "touch" || event.clientX < barsLeft()) return;
    const start = event.clientX - barsLeft();
    if (start > barsWidth()) return;
    const move = (moved) => {
      const now = Math.min(Math.max(moved.clientX - barsLeft(), 0), barsWidth());
      if (Math.abs(now - start) > 4) { wasDrag = true; selection = [start, now]; draw(); }
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      if (selection) {
        const times = selection.map((at) => view[0] + at / barsWidth() * (view[1] - view[0])).sort((a, b) => a - b);
        selection = null;
        zoom(times[0], times[1]);
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
  });
  scroll.addEventListener("dblclick", (event) => { if (event.clientX >= barsLeft()) zoomToChosen(); });
  overview.addEventListener("pointerdown", (event) => {
    const box = overview.getBoundingClientRect();
    const time = (e) => Math.min(Math.max((e.clientX - box.left) / box.width, 0), 1) * length;
    const start = time(event), span = view[1] - view[0], before = view;
    const isPan = span < length && start >= view[0] && start <= view[1];
    overview.setPointerCapture(event.pointerId);
    let moved = false;
    const move = (e) => {
      const now = time(e);
      if (!moved && Math.abs(now - start) / length * box.width < 4) return;
      moved = true;
      if (isPan) zoom(before[0] + now - start, before[1] + now - start);
      else zoom(Math.min(start, now), Math.max(start, now));
    };
    const end = () => {
      overview.removeEventListener("pointermove", move);
      overview.removeEventListener("pointerup", end);
      if (!moved && span < length && !isPan) zoom(start - span / 2, start + span / 2);
    };
    overview.addEventListener("pointermove", move);
    overview.addEventListener("pointerup", end);
  });
  overview.addEventListener("dblclick", () => zoom(0, length));
  scroll.addEventListener("pointermove", (event) => {
    const row = event.target.closest(".row");
    tip.hidden = !row || event.clientX < barsLeft() || event.buttons !== 0 || event.pointerType === "touch";
    if (tip.hidden) return;
    const values = rows[row.index];
    const command = values[COMMAND] || text(values[COMM]);
    tip.textContent = (command.length > 300 ? command.slice(0, 300) + "…" : command) + "\n" + (kind(row.index) === 5 ? "" : "pid " + values[PID])
      + (kind(row.index) >= 4 ? "" : " · " + runTime(row.index)) + (values[STATUS] < 0 ? "" : " · " + text(values[STATUS]))
      + "\nat +" + duration(Math.max(0, Math.round(timeAt(event.clientX))));
    tip.style.whiteSpace = "pre-wrap";
    tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8) + "px";
  });
  scroll.addEventListener("pointerleave", () => { tip.hidden = true; });
  at("divider").addEventListener("pointerdown", (event) => {
    const box = at("table").getBoundingClientRect();
    const move = (e) => {
      const part = Math.min(Math.max((e.clientX - box.left) / box.width, .15), .85);
      at("table").style.setProperty("--split", part * 100 + "%");
      draw();
    };
    const end = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    event.preventDefault();
  });
  at("search").addEventListener("input", () => {
    clearTimeout(finder);
    finder = setTimeout(() => search(at("search").value), count > 20000 ? 120 : 0);
  });
  at("only").addEventListener("click", () => setOnly(!onlyMatches));
  at("in").addEventListener("click", () => zoomBy(.5));
  at("out").addEventListener("click", () => zoomBy(2));
  at("all").addEventListener("click", () => zoom(0, length));
  at("theme").addEventListener("click", setTheme);
  at("help").addEventListener("click", () => help.showModal());
  help.addEventListener("click", () => help.close());

  // --- Start

  prefersDark.addEventListener("change", recolor);
  readColors();
  new ResizeObserver(draw).observe(scroll);
  let failed = 0, own = 0;
  for (let i = 0; i < count; i++) if (!isContext(i) && kind(i) !== 5) { own++; if (kind(i) === 1) failed++; }
  const facts = [data.host, wallTime(0, true), duration(length), grouped(own) + (own === 1 ? " process" : " processes"), data.filter];
  at("facts").textContent = facts.filter((fact) => fact !== "").join("  ·  ");
  if (failed > 0) at("facts").append("  ·  ", make("b", "", grouped(failed) + " nonzero"));
  measureSteps();
  overview.querySelector(".name").textContent = "Running processes, at most " + grouped(most);
  arrange();
  if (count > 0) chosen = 0;
  scroll.focus();
  document.documentElement.dataset.ready = "yes";
})();
