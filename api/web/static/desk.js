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
      const said = target.querySelector("[data-said]");
      const announce = document.querySelector("[data-announce]");
      if (said && announce) announce.textContent = said.textContent;
      if (response.ok) history.replaceState(null, "", `${form.action}?${query}`);
    } catch (error) {
      if (error.name !== "AbortError") target.textContent = target.dataset.failed ?? "";
    } finally {
      if (asked === mine) target.removeAttribute("aria-busy");
    }
  };
  const follow = (event) => {
    // A name that is half typed names nothing: its field says to wait until it is left.
    if (event.type !== (event.target.dataset.liveOn ?? "input")) return;
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 350);
  };
  form.addEventListener("input", follow);
  form.addEventListener("change", follow);
}

// Escape puts away the explanation of a term (it stays as long as it is pointed at otherwise).
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement?.matches(".term")) document.activeElement.blur();
});

// <input type="range" data-echo="#output"> : the number beside a slider follows it.
for (const slider of document.querySelectorAll("input[data-echo]")) {
  const output = document.querySelector(slider.dataset.echo);
  slider.addEventListener("input", () => {
    output.textContent = Number(slider.value).toFixed(1).replace(".", ",").replace("-", "−");
  });
}
