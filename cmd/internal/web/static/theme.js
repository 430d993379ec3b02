"use strict";
// The chosen colours stand before the page is painted, so that it does not flash. Without a choice the system's are shown.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch { /* a browser that keeps nothing */ }
