// The one script of the desk. Every page works without it: it only saves waiting.
"use strict";

// <form data-live="#results"> : what it would show is fetched while one types.
for (const form of document.querySelectorAll("form[data-live]")) {
  const target = document.querySelector(form.dataset.live);
  let waiting = 0;
  let asked = null;
  const refresh = async () => {
    if (asked) asked.abort();
    const mine = new AbortController();
    asked = mine;
    const query = new URLSearchParams(new FormData(form)).toString();
    target.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(`${form.action}?${query}`, {
        headers: { "X-Fragment": "1" },
        signal: mine.signal,
      });
      if (response.redirected) return location.assign(response.url); // the session has ended
      if (!response.headers.get("Content-Type").startsWith("text/html")) return;
      target.innerHTML = await response.text();
      if (response.ok) history.replaceState(null, "", `${form.action}?${query}`);
    } catch (error) {
      if (error.name !== "AbortError") target.textContent = target.dataset.failed ?? "";
    } finally {
      if (asked === mine) target.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 350);
  });
}
