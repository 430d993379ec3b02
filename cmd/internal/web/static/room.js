"use strict";
// Everything can be read without this file. It adds the switch for dark pages, and keeps the two radio columns of a history
// in order.
{
  const root = document.documentElement;
  const button = document.querySelector(".theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => button.setAttribute("aria-pressed", String(dark()));
  if (button) {
    button.hidden = false;
    show();
    system.addEventListener("change", show);
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* only for this page */ }
      show();
    });
  }

  const older = [...document.querySelectorAll(".versions input[name=a]")];
  const newer = [...document.querySelectorAll(".versions input[name=b]")];
  const order = () => {
    const a = Number(older.find((i) => i.checked)?.value);
    const b = Number(newer.find((i) => i.checked)?.value);
    for (const i of older) i.disabled = Number(i.value) >= b;
    for (const i of newer) i.disabled = Number(i.value) <= a;
  };
  for (const i of [...older, ...newer]) i.addEventListener("change", order);
  if (older.length) order();
}
