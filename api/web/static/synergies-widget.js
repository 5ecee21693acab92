/* <synergies-recommendations src="https://synergies.example" token="…" department="95" limit="5">
   Shows recommendations in a page of a portal. The token comes from `synergies widget-link`; it
   may also be given as a property. Everything that came over the network is put in as text. */
(() => {
  "use strict";

  const ASKED = ["actor-id", "department", "commune", "epci", "domain", "public", "radius-km", "limit"];
  const LATE = 20000;
  const WORDS = {
    loading: "Recherche des rencontres possibles…",
    empty: "Rien d’assez solide à proposer ici aujourd’hui.",
    refused: "Cet affichage n’est plus autorisé. Qui tient ce site peut demander un nouveau jeton.",
    often: "Trop de demandes à la fois. Revenez dans une minute.",
    failed: "Les suggestions ne répondent pas pour l’instant.",
    again: "Réessayer",
    title: "Des rencontres à organiser",
    note: "Suggestions produites par un programme ; chacun décide.",
    score: "Score",
  };
  const GRADES = [[0.8, "Très prometteur"], [0.65, "Prometteur"], [0.5, "À regarder"], [0, "Incertain"]];
  const SHEET = new CSSStyleSheet();
  SHEET.replaceSync(`
    :host { display: block; font: 1rem/1.5 Georgia, "Times New Roman", serif;
      color: var(--synergies-ink, light-dark(#22303a, #e6e4de)); overflow-wrap: anywhere; }
    :host([hidden]) { display: none; }
    h2 { margin: 0 0 .5rem; font-size: 1.25rem; }
    h3 { margin: 0; font-size: 1.0625rem; }
    ol { margin: 0; padding: 0; list-style: none; }
    li { padding: .9rem 0; border-top: 1px solid var(--synergies-line, light-dark(#d9d4c7, #3a464c)); }
    p { margin: 0 0 .4rem; }
    .quiet { color: var(--synergies-quiet, light-dark(#4c5a63, #b9c3c6)); font-size: .9375rem; }
    meter { width: 5rem; vertical-align: middle; }
    button { min-height: 2.75rem; padding: .5rem 1rem; font: inherit; cursor: pointer; }
  `);

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const called = (actor) => (actor.organization || actor.name).replaceAll("'", "’"); // as our pages show names
  const kilometres = (far) => (far < 1 ? "moins de 1 km" : `${Math.round(far)} km`);

  class SynergiesRecommendations extends HTMLElement {
    static observedAttributes = ["src", "token", ...ASKED];
    #root = this.attachShadow({ mode: "open" });
    #asking = null;
    #planned = false;
    #token = null;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [SHEET];
    }

    get token() { return this.#token ?? this.getAttribute("token") ?? ""; }
    set token(value) { this.#token = String(value); this.#plan(); }

    connectedCallback() {
      this.setAttribute("role", "region");
      if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", WORDS.title);
      this.#plan();
    }
    disconnectedCallback() { this.#asking?.abort(); }
    attributeChangedCallback() { this.#plan(); }

    reload() { return this.#load(); }

    /* Several attributes that change together make one request. */
    #plan() {
      if (this.#planned || !this.isConnected) return;
      this.#planned = true;
      queueMicrotask(() => { this.#planned = false; if (this.isConnected) this.#load(); });
    }

    #address() {
      const base = new URL(this.getAttribute("src") || document.baseURI, document.baseURI);
      const address = new URL(base.pathname.replace(/\/+$/, "") + "/recommendations", base);
      for (const name of ASKED) {
        const value = this.getAttribute(name);
        if (value) address.searchParams.set(name.replace("-", "_"), value);
      }
      return address;
    }

    async #load() {
      this.#asking?.abort();
      const asking = (this.#asking = new AbortController());
      const late = setTimeout(() => asking.abort("late"), LATE);
      this.#say(WORDS.loading, "status");
      this.setAttribute("aria-busy", "true");
      try {
        const headers = { Accept: "application/json", "Accept-Language": "fr" };
        if (this.token) headers.Authorization = `Bearer ${this.token}`;
        const answer = await fetch(this.#address(), {
          headers, signal: asking.signal, credentials: "omit", referrerPolicy: "no-referrer",
        });
        const told = await answer.json();
        if (asking !== this.#asking) return;
        if (answer.ok) this.#show(told.items);
        else this.#fail(answer.status, told);
      } catch (error) {
        if (asking === this.#asking && (!asking.signal.aborted || asking.signal.reason === "late")) this.#fail(0);
      } finally {
        clearTimeout(late);
        if (asking === this.#asking) this.removeAttribute("aria-busy");
      }
    }

    #show(items) {
      if (!items.length) { this.#say(WORDS.empty, "status"); return; }
      const list = element("ol");
      for (const item of items) list.append(this.#line(item));
      this.#root.replaceChildren(
        element("h2", this.getAttribute("heading") || WORDS.title), list, element("p", WORDS.note, "quiet"));
    }

    #line(item) {
      const article = element("article");
      const both = this.hasAttribute("actor-id") ? [item.partner] : [item.actor, item.partner];
      const facts = element("p", "", "quiet");
      const meter = element("meter");
      meter.max = 1;
      meter.value = item.score;
      meter.setAttribute("aria-label", WORDS.score);
      const grade = GRADES.find(([least]) => Math.round(item.score * 100) / 100 >= least)[1];
      const where = [item.partner.commune, item.distance_km === null ? null : kilometres(item.distance_km)];
      facts.append(element("strong", grade), " ", meter, ...where.filter(Boolean).map((one) => ` · ${one}`));
      article.append(element("h3", both.map(called).join(" et ")), facts);
      if (item.reasons.length) article.append(element("p", item.reasons[0].text));
      const line = element("li");
      line.append(article);
      return line;
    }

    #fail(status, problem) {
      const refused = status === 401 || status === 403;
      const ours = status === 422 || status === 404 ? problem?.detail : null;
      this.#say(refused ? WORDS.refused : status === 429 ? WORDS.often : ours || WORDS.failed, "alert");
      if (!refused) {
        const again = element("button", WORDS.again);
        again.type = "button";
        again.addEventListener("click", () => this.#load());
        this.#root.append(again);
      }
      this.dispatchEvent(new CustomEvent("synergies-error", { detail: { status } }));
    }

    #say(text, role) {
      const said = element("p", text);
      said.setAttribute("role", role);
      this.#root.replaceChildren(said);
    }
  }

  customElements.define("synergies-recommendations", SynergiesRecommendations);
})();
