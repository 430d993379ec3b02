// What the pages of a comparison and of lifelines do beyond what they are without scripts: keys to go from change to
// change, a counter, what the slider names, lines between the two places of a move, the sentence under the pointer in full.
"use strict";

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);

  function remember(name, value) {
    try { localStorage.setItem(name, value); } catch { /* private windows keep nothing */ }
  }

  function remembered(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  }

  // changes: going from one to the next, and saying which one it is.
  function changes() {
    const list = all(".change");
    const at = one(".at-change");
    if (!list.length || !at) {
      return;
    }
    let current = -1;
    const calm = matchMedia("(prefers-reduced-motion: reduce)");

    function go(step) {
      const next = current < 0 ? (step > 0 ? 0 : list.length - 1) : current + step;
      if (next < 0 || next >= list.length) {
        at.textContent = next < 0 ? "This is the first change" : "This is the last change";
        return;
      }
      show(next);
      list[next].scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
      list[next].focus({ preventScroll: true });
      history.replaceState(null, "", "#" + list[next].id);
    }

    function show(n) {
      if (current >= 0) {
        list[current].classList.remove("current");
      }
      current = n;
      list[n].classList.add("current");
      at.textContent = `Change ${n + 1} of ${list.length}`;
    }

    function follow() {
      const n = list.findIndex((c) => "#" + c.id === location.hash);
      if (n >= 0) {
        show(n);
      }
    }

    for (const link of all(".to-change")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        go(Number(link.dataset.step));
      });
    }
    addEventListener("hashchange", follow);
    follow();
    keys({ n: 1, j: 1, p: -1, k: -1 }, go);
  }

  // keys: single letters, which readers who speak to their computer can switch off.
  function keys(steps, go) {
    const line = one(".keys");
    const button = one(".keys-off");
    if (!line || !button) {
      return;
    }
    line.hidden = false;
    const set = (off) => {
      button.setAttribute("aria-pressed", String(off));
      remember("keys-off", off ? "1" : "");
    };
    set(remembered("keys-off") === "1");
    button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true"));
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || button.getAttribute("aria-pressed") === "true") {
        return;
      }
      if (event.target.closest("input, select, textarea, [contenteditable]") || !(event.key in steps)) {
        return;
      }
      event.preventDefault();
      go(steps[event.key]);
    });
  }

  // slider: tells the version while it is moved; its button goes there.
  function slider() {
    const form = one(".slider");
    if (!form) {
      return;
    }
    const range = one("input[type=range]", form);
    const said = one("output", form);
    const tell = () => {
      const option = one(`#choose-b option[value="${Number(range.value)}"]`);
      said.textContent = option ? `version ${option.textContent}` : `version ${range.value} of ${range.max}`;
    };
    range.addEventListener("input", tell);
    tell();
  }

  // moves: lines between the two places of each move, where versions stand side by side.
  function moves() {
    const sheet = one(".compare.wide .sheet");
    if (!sheet || !one(".change.moved-away", sheet)) {
      return;
    }
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "ties");
    svg.setAttribute("aria-hidden", "true");
    sheet.append(svg);
    const wide = matchMedia("(min-width: 60rem)");

    function draw() {
      svg.replaceChildren();
      if (!wide.matches) {
        return;
      }
      const box = sheet.getBoundingClientRect();
      for (const from of all("[id$='-from']", sheet)) {
        const to = document.getElementById(from.id.replace("-from", "-to"));
        const a = from.closest(".change")?.querySelector(".old").getBoundingClientRect();
        const b = to?.closest(".change")?.querySelector(".new").getBoundingClientRect();
        if (!a || !b || !a.height || !b.height) {
          continue;
        }
        const x1 = a.right - box.left, x2 = b.left - box.left, y1 = a.top + a.height / 2 - box.top, y2 = b.top + b.height / 2 - box.top;
        const path = document.createElementNS(svg.namespaceURI, "path");
        path.setAttribute("d", `M${x1} ${y1}C${x2} ${y1} ${x1} ${y2} ${x2} ${y2}`);
        svg.append(path);
      }
    }

    new ResizeObserver(draw).observe(sheet);
    wide.addEventListener("change", draw);
  }

  // lanes: the sentence under the pointer or the focus, in full.
  function lanes() {
    const told = one(".told");
    if (!told) {
      return;
    }
    const tell = (event) => {
      const lane = event.target.closest?.(".lane");
      if (lane) {
        told.textContent = lane.getAttribute("aria-label");
        told.hidden = false;
      }
    };
    const picture = one("svg.lifelines");
    picture.addEventListener("pointerover", tell);
    picture.addEventListener("focusin", tell);
    picture.addEventListener("pointerleave", () => { told.hidden = true; });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        told.hidden = true;
      }
    });
  }

  changes();
  slider();
  moves();
  lanes();
})();
