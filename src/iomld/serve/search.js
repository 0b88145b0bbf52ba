// Completion of names while one types, and the answer of the search page where no server makes it.
// A server is asked for names; without one they all come in a file, which is loaded when one begins to type.
(() => {
  "use strict";
  const language = document.documentElement.lang;
  const forms = document.querySelectorAll("form");
  const header = document.querySelector("header form");
  const home = new URL(header.getAttribute("action"), location.href);
  const suggest = header.dataset.suggest && new URL(header.dataset.suggest, location.href);
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
  const page = (path) =>
    new URL(language === "en" ? path : path.replace(/\.html$/, `.${language}.html`), new URL(".", home));
  let loading = null;
  const names = page("search-index.html").href.replace(/html$/, "json"); // in the language of the page
  const index = () => (loading ||= fetch(names).then((answer) => (answer.ok ? answer.json() : [])));

  const find = (entries, asked, most) => {
    const whole = fold(asked);
    const words = whole.split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const rank = (entry) => {
      const names = entry[3].split(" | ");
      return names.includes(whole) ? 0 : names.some((name) => name.startsWith(whole)) ? 1 : 2;
    };
    return entries
      .filter((entry) => words.every((word) => entry[3].includes(word)))
      .sort((a, b) => rank(a) - rank(b) || a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1))
      .slice(0, most);
  };

  const offered = async (asked) => {
    if (!suggest) return find(await index(), asked, 8);
    suggest.searchParams.set("prefix", asked);
    suggest.searchParams.set("lang", language);
    const answer = await fetch(suggest);
    if (!answer.ok) return [];
    const { result } = await answer.json();
    const address = (path) => `doc/${path.split("/").map(encodeURIComponent).join("/")}.html`;
    return result.slice(0, 8).map((one) => [one.name, address(one.id), (one.notable || [""])[0] || ""]);
  };

  const complete = (input, number) => {
    const list = document.createElement("ul");
    const around = document.createElement("span");
    let entries = [];
    let chosen = -1;
    list.id = `names-${number}`;
    list.className = "names";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("aria-label") || input.name);
    around.className = "finder";
    input.before(around);
    around.append(input, list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    const close = () => {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const take = (entry) => {
      close();
      if (input.dataset.names) input.value = decodeURIComponent(entry[1].replace(/^doc\/|\.html$/g, ""));
      else location.href = page(entry[1]);
    };
    const mark = (place) => {
      chosen = place;
      [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
      if (place < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", list.children[place].id);
    };
    const show = async () => {
      const asked = input.value;
      const found = asked.trim().length < 2 ? [] : await offered(asked);
      if (asked !== input.value) return;
      const kept = chosen < 0 ? -1 : found.findIndex((entry) => entry[1] === entries[chosen][1]);
      entries = found;
      list.replaceChildren(
        ...found.map((entry, n) => {
          const item = document.createElement("li");
          const kind = document.createElement("span");
          item.id = `${list.id}-${n}`;
          item.setAttribute("role", "option");
          item.setAttribute("aria-selected", "false");
          kind.className = "quiet";
          kind.textContent = ` ${entry[2]}`;
          item.append(entry[0], kind);
          item.addEventListener("mousedown", (event) => {
            event.preventDefault();
            take(entry);
          });
          return item;
        }),
      );
      mark(kept); // what was chosen stays chosen while it is among the names
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    };
    input.addEventListener("input", show);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && entries.length && !list.hidden) {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark(chosen < 0 && step < 0 ? entries.length - 1 : (chosen + step + entries.length) % entries.length);
      } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
        event.preventDefault();
        take(entries[chosen]);
      }
    });
  };
  let number = 0;
  for (const form of forms) {
    for (const input of form.querySelectorAll("input[type=search], input[data-names]")) complete(input, number++);
  }

  const out = document.getElementById("found");
  const asked = new URLSearchParams(location.search).get("q");
  if (!out || !asked || out.dataset.done !== undefined) return;
  document.querySelector("main input[name=q]").value = asked;
  index().then((entries) => {
    const found = find(entries, asked, 100);
    const said = document.createElement("p");
    const list = document.createElement("ul");
    said.textContent = found.length ? String(found.length) : out.dataset.none;
    for (const [name, path, kind] of found) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = page(path);
      link.textContent = name;
      item.append(link, ` ${kind}`);
      list.append(item);
    }
    out.replaceChildren(said, list);
  });
})();
