(function () {
  "use strict";
  var $ = function (id) { return document.getElementById(id); };
  var all = function (selector, root) { return Array.from((root || document).querySelectorAll(selector)); };
  all(".js").forEach(function (element) { element.hidden = false; });

  // A place that is linked to is opened, with everything around it.
  function reveal(id) {
    var target = id ? $(id) : null;
    for (var at = target; at; at = at.parentElement) { if (at.tagName === "DETAILS") { at.open = true; } }
    if (target) { target.scrollIntoView(); }
  }
  function follow() { reveal(decodeURIComponent(location.hash.slice(1))); }
  addEventListener("hashchange", follow);
  if (location.hash) { follow(); }
  var menu = document.querySelector(".menu");
  if (menu && matchMedia("(max-width:900px)").matches) { menu.open = false; }

  all("[data-show]").forEach(function (box) {
    box.addEventListener("change", function () {
      all("#findings .rule." + box.dataset.show).forEach(function (rule) { rule.hidden = !box.checked; });
    });
  });
  all("[data-all]").forEach(function (button) {
    button.addEventListener("click", function () {
      all("#findings details").forEach(function (rule) { rule.open = button.dataset.all === "open"; });
    });
  });

  var svg = $("erd");
  if (!svg) { return; }
  var canvas = $("canvas"), panel = $("panel"), found = $("found"), find = $("find"), changed = $("changed");
  var full = svg.viewBox.baseVal, size = { w: full.width, h: full.height };
  var view = { x: 0, y: 0, w: size.w, h: size.h };
  var nodes = all(".t", svg), edges = all(".e", svg);
  var near = nodes.map(function () { return []; });
  edges.forEach(function (edge) {
    near[+edge.dataset.f].push(edge);
    if (edge.dataset.t !== edge.dataset.f) { near[+edge.dataset.t].push(edge); }
  });
  $("viewer").classList.add("moving");
  svg.removeAttribute("width");
  svg.removeAttribute("height");

  var asked = false;
  function show() {
    if (asked) { return; }
    asked = true;
    requestAnimationFrame(function () {
      asked = false;
      svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].map(function (n) { return n.toFixed(1); }).join(" "));
      far();
    });
  }
  // From afar, names of groups stay legible, and columns go.
  var titles = all(".titles text", svg), shown = 0;
  titles.forEach(function (title) { title.dataset.all = title.textContent; });
  // A table is then its name, in as many lines as make it largest.
  var names = null;
  function lines(parts, most) {
    for (var width = 1; ; width++) {
      var out = [""];
      parts.forEach(function (part) {
        var last = out[out.length - 1];
        if (last && last.length + part.length > width) { out.push(part); } else { out[out.length - 1] = last + part; }
      });
      if (out.length <= most) { return out; }
    }
  }
  function name(node) {
    var box = node.querySelector(".b"), w = +box.getAttribute("width"), h = +box.getAttribute("height");
    var parts = node.querySelector(".n").textContent.match(/[^_.]+[_.]*|[_.]+/g) || [""], best = null;
    for (var n = 1; n <= Math.min(parts.length, 4); n++) {
      var split = lines(parts, n), longest = Math.max.apply(null, split.map(function (line) { return line.length; }));
      var size = Math.min((w - 14) / longest / 0.7, (h - 6) / split.length / 1.15);
      if (!best || size > best.size * 1.05) { best = { size: size, lines: split }; }
    }
    var text = document.createElementNS(svg.namespaceURI, "text");
    text.setAttribute("class", "big");
    text.setAttribute("y", h / 2);
    text.style.fontSize = "min(" + best.size.toFixed(1) + "px,13px*var(--z,1))";
    best.lines.forEach(function (line, i) {
      var span = document.createElementNS(svg.namespaceURI, "tspan");
      span.setAttribute("x", w / 2);
      span.setAttribute("dy", i ? "1.1em" : 0.35 - 0.55 * (best.lines.length - 1) + "em");
      span.textContent = line;
      text.append(span);
    });
    node.append(text);
    return { text: text, size: best.size };
  }
  function far() {
    var k = scale(), level = k < 0.17 ? 2 : k < 0.4 ? 1 : 0, size = Math.max(1, 0.95 / k);
    if (level && !names) { names = nodes.map(name); }
    svg.classList.toggle("far", level > 0);
    svg.classList.toggle("tiny", level > 1);
    if (Math.abs(size - shown) < shown * 0.05) { return; }
    shown = size;
    svg.style.setProperty("--z", size.toFixed(2));
    (names || []).forEach(function (one) { one.text.classList.toggle("unread", one.size * k < 5); });
    titles.forEach(function (title) {
      var most = Math.floor(+title.dataset.w / size / 8.2), name = title.dataset.all;
      if (level) { name = name.replace("around ", ""); }
      title.textContent = name.length > most ? name.slice(0, Math.max(most - 1, 1)) + "…" : name;
    });
  }
  // Pixels on the screen for one of the drawing.
  function scale() { return Math.min(canvas.clientWidth / view.w, canvas.clientHeight / view.h); }
  var whole = false;
  function frame(x, y, w, h) {
    whole = false;
    var ratio = canvas.clientWidth / Math.max(canvas.clientHeight, 1);
    var wide = Math.max(w, h * ratio);
    view = { x: x - (wide - w) / 2, y: y - (wide / ratio - h) / 2, w: wide, h: wide / ratio };
    show();
  }
  function fit() { frame(0, 0, size.w, size.h); whole = true; }
  function zoom(by, px, py) {
    whole = false;
    var box = canvas.getBoundingClientRect();
    var fx = px === undefined ? 0.5 : (px - box.left) / box.width, fy = py === undefined ? 0.5 : (py - box.top) / box.height;
    var w = Math.min(Math.max(view.w / by, 120), size.w * 4), h = view.h * w / view.w;
    view = { x: view.x + (view.w - w) * fx, y: view.y + (view.h - h) * fy, w: w, h: h };
    show();
  }
  function move(dx, dy) { whole = false; var k = scale(); view.x -= dx / k; view.y -= dy / k; show(); }
  function place(i) {
    var at = nodes[i].transform.baseVal.getItem(0).matrix, box = nodes[i].querySelector(".b");
    return { x: at.e, y: at.f, w: +box.getAttribute("width"), h: +box.getAttribute("height") };
  }
  function around(list) {
    var x = Infinity, y = Infinity, r = -Infinity, b = -Infinity;
    list.forEach(function (i) {
      var p = place(i);
      x = Math.min(x, p.x); y = Math.min(y, p.y); r = Math.max(r, p.x + p.w); b = Math.max(b, p.y + p.h);
    });
    if (list.length) {
      // A single table is not blown up.
      var w = Math.max(r - x + 120, canvas.clientWidth / 1.2), h = Math.max(b - y + 120, canvas.clientHeight / 1.2);
      frame((x + r - w) / 2, (y + b - h) / 2, w, h);
    }
  }

  // Marks tables, those next to them, and the lines between.
  function mark(list, lines) {
    nodes.forEach(function (node) { node.classList.remove("on", "by"); });
    edges.forEach(function (edge) { edge.classList.remove("on"); });
    svg.classList.toggle("picked", list !== null);
    (list || []).forEach(function (i) { nodes[i].classList.add("on"); });
    (lines || []).forEach(function (edge) {
      edge.classList.add("on");
      nodes[+edge.dataset.f].classList.add("by");
      nodes[+edge.dataset.t].classList.add("by");
    });
  }
  function close() {
    panel.hidden = true;
    mark(null);
    if (changed) { changed.setAttribute("aria-pressed", "false"); }
  }
  function pick(i) {
    mark([i], near[i]);
    var source = $("t" + i);
    panel.textContent = "";
    var button = document.createElement("button");
    button.type = "button"; button.className = "close"; button.textContent = "Close";
    button.addEventListener("click", function () { close(); canvas.focus(); });
    var title = document.createElement("h3");
    title.append.apply(title, Array.from(source.querySelector("summary").childNodes).map(function (n) { return n.cloneNode(true); }));
    panel.append(button, title);
    Array.from(source.children).slice(1).forEach(function (child) { panel.append(child.cloneNode(true)); });
    panel.hidden = false;
    panel.scrollTop = 0;
  }
  function number(link) {
    var match = /^#t(\d+)$/.exec(link.getAttribute("href") || "");
    return match ? +match[1] : -1;
  }
  function jump(i) { pick(i); around([i]); }

  var drag = null, pinch = 0, points = new Map(), moved = false;
  canvas.addEventListener("pointerdown", function (event) {
    points.set(event.pointerId, event);
    drag = event; moved = false; pinch = 0;
  });
  canvas.addEventListener("pointermove", function (event) {
    if (!points.has(event.pointerId)) { return; }
    var before = points.get(event.pointerId);
    points.set(event.pointerId, event);
    if (points.size === 2) {
      var two = Array.from(points.values());
      var far = Math.hypot(two[0].clientX - two[1].clientX, two[0].clientY - two[1].clientY);
      if (pinch) { zoom(far / pinch, (two[0].clientX + two[1].clientX) / 2, (two[0].clientY + two[1].clientY) / 2); }
      pinch = far; moved = true;
      return;
    }
    if (!moved && Math.hypot(event.clientX - drag.clientX, event.clientY - drag.clientY) < 4) { return; }
    if (!moved) { moved = true; canvas.setPointerCapture(event.pointerId); canvas.classList.add("drag"); }
    move(event.clientX - before.clientX, event.clientY - before.clientY);
  });
  function up(event) { points.delete(event.pointerId); pinch = 0; canvas.classList.remove("drag"); }
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("wheel", function (event) {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0018)), event.clientX, event.clientY);
  }, { passive: false });
  svg.addEventListener("dragstart", function (event) { event.preventDefault(); });
  svg.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (link) { event.preventDefault(); }
    if (moved) { moved = false; return; }
    if (link) { pick(number(link)); } else { close(); }
  });
  // A table that is reached by the keyboard is brought into view.
  svg.addEventListener("focusin", function (event) {
    var link = event.target.closest("a");
    if (link && link.matches(":focus-visible")) { canvas.scrollTo(0, 0); around([number(link)]); }
  });
  panel.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (link && number(link) >= 0) { event.preventDefault(); jump(number(link)); }
  });
  canvas.addEventListener("keydown", function (event) {
    var step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step) { move(step[0], step[1]); }
    else if (event.key === "+" || event.key === "=") { zoom(1.25); }
    else if (event.key === "-") { zoom(0.8); }
    else if (event.key === "0") { fit(); }
    else { return; }
    event.preventDefault();
  });
  addEventListener("keydown", function (event) { if (event.key === "Escape") { close(); } });

  var hits = [], hit = 0;
  find.addEventListener("input", function () {
    var words = find.value.trim().toLowerCase();
    hits = [];
    if (words) { nodes.forEach(function (node, i) { if (node.dataset.n.includes(words)) { hits.push(i); } }); }
    hit = 0;
    found.textContent = words ? (hits.length === 1 ? "1 table" : hits.length + " tables") : "";
    panel.hidden = true;
    mark(words ? hits : null);
    if (hits.length) { around(hits.length > 12 ? hits.slice(0, 1) : hits); }
  });
  find.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && hits.length) { event.preventDefault(); jump(hits[hit++ % hits.length]); }
  });
  $("more").addEventListener("click", function () { zoom(1.4); });
  $("less").addEventListener("click", function () { zoom(1 / 1.4); });
  $("fit").addEventListener("click", function () { close(); fit(); });
  function only(list) {
    var set = new Set(list);
    mark(list, edges.filter(function (e) { return set.has(+e.dataset.f) || set.has(+e.dataset.t); }));
    panel.hidden = true;
    around(list);
  }
  if (changed) {
    changed.addEventListener("click", function () {
      var on = changed.getAttribute("aria-pressed") !== "true";
      if (!on) { close(); fit(); return; }
      changed.setAttribute("aria-pressed", "true");
      var list = [];
      nodes.forEach(function (node, i) { if (node.matches(".added,.changed,.dropped")) { list.push(i); } });
      only(list);
    });
  }
  all(".see").forEach(function (link) {
    link.addEventListener("click", function () { only(link.dataset.tables.split(" ").map(Number)); });
  });
  if (window.ResizeObserver) {
    var last = 0;
    new ResizeObserver(function () {
      if (canvas.clientWidth !== last) { last = canvas.clientWidth; if (whole) { fit(); } else { frame(view.x, view.y, view.w, view.h); } }
    }).observe(canvas);
  }
  // Paper shows the whole drawing.
  var kept = null;
  addEventListener("beforeprint", function () {
    kept = svg.getAttribute("viewBox");
    svg.setAttribute("viewBox", "0 0 " + size.w + " " + size.h);
  });
  addEventListener("afterprint", function () { if (kept) { svg.setAttribute("viewBox", kept); } });
  fit();
})();
