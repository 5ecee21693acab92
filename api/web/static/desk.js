// The one script of the desk. Every page works without it: it only saves waiting.
"use strict";

// <form data-live="#results"> : what it would show is fetched while one types. A form that posts
// says by data-live-action where what it holds is only looked at. The answer says in data-said what
// changed, in a few words, for the element that data-tells names.
for (const form of document.querySelectorAll("form[data-live]")) {
  const target = document.querySelector(form.dataset.live);
  const posts = form.method === "post";
  let waiting = 0;
  let asked = null;
  const show = (content) => {
    target.innerHTML = content;
    const said = target.querySelector("[data-said]");
    const told = document.querySelector(target.dataset.tells ?? "[data-announce]");
    if (said && told) told.textContent = said.dataset.said || said.textContent;
  };
  const refresh = async () => {
    if (asked) asked.abort();
    const mine = new AbortController();
    asked = mine;
    const typed = new URLSearchParams(new FormData(form));
    const address = posts ? form.dataset.liveAction : `${form.action}?${typed}`;
    target.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, {
        method: posts ? "POST" : "GET",
        body: posts ? typed : undefined,
        headers: { "X-Fragment": "1" },
        signal: mine.signal,
      });
      if (response.redirected) return location.assign(response.url); // the session has ended
      if (!response.headers.get("Content-Type").startsWith("text/html")) return;
      show(await response.text());
      if (response.ok && !posts) history.replaceState(null, "", address);
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
