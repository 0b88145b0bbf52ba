// The SPARQL editor: completion of terms, examples at a click, and the answer as a table below. Without it the form still asks.
(() => {
  "use strict";
  const form = document.getElementById("editor");
  const query = document.getElementById("query");
  const answer = document.getElementById("answer");
  const format = form.elements.namedItem("format");
  const KEYWORDS =
    "SELECT WHERE FILTER OPTIONAL UNION DISTINCT GROUP ORDER BY LIMIT OFFSET ASK CONSTRUCT DESCRIBE GRAPH VALUES BIND " +
    "COUNT MIN MAX SAMPLE GROUP_CONCAT EXISTS NOT MINUS HAVING REGEX CONTAINS STRSTARTS LANG STR LCASE";
  const terms = [...document.querySelectorAll("#terms option")].map((one) => [one.value, one.label]);
  document.getElementById("hint").hidden = false;

  const list = document.createElement("ul");
  let chosen = 0;
  list.id = "completions";
  list.className = "names";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.getElementById("hint").textContent);
  const around = document.createElement("span");
  around.className = "finder";
  query.before(around);
  around.append(query, list);
  query.setAttribute("aria-controls", list.id);
  query.setAttribute("aria-autocomplete", "list");

  const word = () => {
    const before = query.value.slice(0, query.selectionStart);
    return before.match(/[?$]?[\w-]*:?[\w-]*$/)[0];
  };
  const candidates = (begun) => {
    const low = begun.toLowerCase();
    const variables = [...new Set(query.value.match(/[?$]\w+/g) || [])].map((one) => [one, ""]);
    const keywords = KEYWORDS.split(" ").map((one) => [one, ""]);
    const starts = [...variables, ...terms, ...keywords].filter(
      ([text]) => text !== begun && text.toLowerCase().startsWith(low),
    );
    const within = terms.filter(
      ([text, label]) =>
        low.length > 2 && !starts.some(([one]) => one === text) && `${text} ${label}`.toLowerCase().includes(low),
    );
    return [...starts, ...within].slice(0, 10);
  };
  const close = () => {
    list.hidden = true;
    query.removeAttribute("aria-activedescendant");
  };
  const take = (text) => {
    const begun = word();
    const end = query.selectionStart;
    query.setRangeText(text, end - begun.length, end, "end");
    close();
    query.focus();
  };
  const mark = (place) => {
    chosen = place;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
    query.setAttribute("aria-activedescendant", list.children[place].id);
  };
  const show = (always) => {
    const begun = word();
    const found = always || /^[?$]|:|\w{3}/.test(begun) ? candidates(begun) : [];
    list.replaceChildren(
      ...found.map(([text, label], n) => {
        const item = document.createElement("li");
        const about = document.createElement("span");
        item.id = `completion-${n}`;
        item.setAttribute("role", "option");
        about.className = "quiet";
        about.textContent = label ? ` ${label}` : "";
        item.append(text, about);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(text);
        });
        return item;
      }),
    );
    list.hidden = !found.length;
    if (found.length) mark(0);
    else close();
  };
  query.addEventListener("input", () => show(false));
  query.addEventListener("blur", close);
  query.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      show(true);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (!list.hidden && event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const count = list.children.length;
      mark((chosen + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if (!list.hidden && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      take(list.children[chosen].firstChild.textContent);
    }
  });

  const start = (name) => {
    const example = name && document.getElementById(name);
    if (!example || !example.matches("details.example")) return;
    query.value = example.querySelector("pre").textContent;
    query.setSelectionRange(0, 0);
    query.scrollIntoView({ block: "center" });
    query.focus();
  };
  for (const example of document.querySelectorAll("details.example")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "↑ SPARQL";
    button.setAttribute("aria-label", `SPARQL: ${example.querySelector("summary").textContent}`);
    button.addEventListener("click", () => start(example.id));
    example.querySelector("pre").before(button);
  }
  start(decodeURIComponent(location.hash.slice(1)));
  addEventListener("hashchange", () => start(decodeURIComponent(location.hash.slice(1))));

  const below = document.createElement("option");
  below.value = "";
  below.textContent = "HTML";
  below.selected = true;
  format.prepend(below);
  const element = (name, text) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const value = (bound) => {
    if (!bound) return "";
    if (bound.type !== "uri" || !/^https?:/.test(bound.value)) return bound.value;
    const link = element("a", bound.value);
    link.href = bound.value;
    link.rel = "external noreferrer";
    return link;
  };
  const table = (results) => {
    if ("boolean" in results) return [element("p", String(results.boolean))];
    const rows = results.results.bindings;
    const made = element("table");
    const head = made.createTHead().insertRow();
    for (const name of results.head.vars) {
      const cell = element("th", name);
      cell.scope = "col";
      head.append(cell);
    }
    const body = made.createTBody();
    for (const binding of rows.slice(0, 1000)) {
      const row = body.insertRow();
      for (const name of results.head.vars) row.insertCell().append(value(binding[name]));
    }
    const scroll = element("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", document.title);
    scroll.append(made);
    return [element("p", form.dataset.rows.replace("{count}", rows.length)), scroll];
  };
  form.addEventListener("submit", async (event) => {
    if (format.value) return;
    event.preventDefault();
    answer.setAttribute("aria-busy", "true");
    try {
      const asked = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.1" },
        body: new URLSearchParams({ query: query.value }),
      });
      const text = await asked.text();
      if (!asked.ok) {
        const told = JSON.parse(text);
        answer.replaceChildren(
          element("p", form.dataset.failed),
          element("pre", [told.at, told.title, told.hint].filter(Boolean).join("\n")),
        );
      } else if (asked.headers.get("content-type").includes("json")) {
        answer.replaceChildren(...table(JSON.parse(text)));
      } else {
        answer.replaceChildren(element("pre", text));
      }
    } catch (error) {
      answer.replaceChildren(element("p", form.dataset.failed), element("pre", String(error)));
    }
    answer.removeAttribute("aria-busy");
  });
})();
