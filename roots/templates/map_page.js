// The page: what is chosen, the tree map, and how mouse and keyboard move in it.

const HEAD = 22; // pixels of the name over a frame
const EVENED = 0.4; // the power of sizes that areas show where small parts are enlarged
const SEEN = 3; // pixels that a side of a cell needs to be seen
const state = { measure: "bytes", scope: facts.parts.some((part) => part.corpus[0]) ? "corpus" : "in", filters: null, byKind: false, even: false };
const part = (id) => document.getElementById(id);
let chosen = tree;
let hadFocus = false;

/** The cells of a view in frames: families of languages, genera of languages, languages of sources. */
function frames(each) {
  if (each.kind === "all") return each.children.map((family) => ({ frame: family, cells: languagesOf(family) }));
  if (each.kind === "family" || each.kind === "genus") return each.children.map((inner) => ({ frame: inner, cells: inner.children }));
  return [{ frame: null, cells: each.kind === "language" ? each.children : [each] }];
}

function drawTree() {
  const place = part("tree");
  const size = (each) => holds(each, state.measure, state.scope) ** (state.even ? EVENED : 1);
  const box = { x: 0, y: 0, w: place.clientWidth, h: place.clientHeight };
  const whole = holds(chosen, state.measure, state.scope);
  let unseen = 0;
  const found = [];
  for (const { item, ...outer } of squarified(frames(chosen), ({ cells }) => sum(cells, size), box)) {
    const headed = item.frame && outer.w > 64 && outer.h > 52;
    if (headed) found.push(frameOf(item.frame, outer, whole));
    const inner = headed ? { x: outer.x + 2, y: outer.y + HEAD, w: outer.w - 4, h: outer.h - HEAD - 2 } : outer;
    for (const { item: each, ...cell } of squarified(item.cells, size, inner)) {
      if (Math.min(cell.w, cell.h) < SEEN) unseen += 1;
      found.push(cellOf(each, cell, whole));
    }
  }
  place.replaceChildren(...found);
  if (!found.length) place.append(make("p", { class: "quiet empty" }, `Nothing of this ${SCOPES[state.scope]}.`));
  part("unseen").textContent = unseen ? `${count(unseen)} too small to be seen: the table below has them, and so has the list of languages.` : "";
  const buttons = place.querySelectorAll("button");
  buttons.forEach((button, number) => button.setAttribute("tabindex", number ? "-1" : "0"));
  if (hadFocus) buttons[0]?.focus();
  hadFocus = false;
}

function set(box) {
  return { left: `${box.x}px`, top: `${box.y}px`, width: `${box.w}px`, height: `${box.h}px` };
}

function saying(each, whole) {
  const size = holds(each, state.measure, state.scope);
  const amounts = state.measure === "bytes" ? short(size, "bytes") : `${count(size)} ${state.measure}`;
  return `${each.name}: ${amounts}, ${percent(size, whole)}`;
}

function frameOf(each, box, whole) {
  const label = `${each.name} ${percent(holds(each, state.measure, state.scope), whole)}`;
  const button = make("button", { type: "button", class: "head", "aria-label": saying(each, whole), onclick: () => go(each) }, bdi(label));
  return make("div", { class: `frame hue${each.hue}`, style: set(box) }, button);
}

function cellOf(each, box, whole) {
  const language = each.kind === "language" ? facts.languages[each.language] : null;
  const kind = each.kind === "source" ? ` ${each.source?.kind ?? "rest"}` : "";
  const lines = [];
  const narrow = box.w < 76;
  const tiny = Math.min(box.w, box.h) < 12;
  if (box.w > 30 && box.h > 18) lines.push(make("span", { class: "name" }, bdi(each.name)));
  if (lines.length && box.h > 38 && language?.own) lines.push(ownName(language));
  if (lines.length && !narrow && box.h > (language?.own ? 58 : 38)) lines.push(make("span", { class: "size" }, short(holds(each, state.measure, state.scope), state.measure)));
  const says = saying(each, whole) + (each.source ? `, ${each.source.kind.replace("_", "-")}` : "");
  return make("button", { type: "button", class: `cell hue${each.hue}${kind}${tiny ? " tiny" : narrow ? " narrow" : ""}`, style: set(box), title: says, "aria-label": says, "data-key": each.key, onclick: () => go(each) }, ...lines);
}

/** The same as the tree map, in rows. */
function drawRows() {
  const items = frames(chosen).flatMap(({ cells }) => cells);
  const size = (each) => holds(each, state.measure, state.scope);
  items.sort((one, other) => size(other) - size(one) || one.name.localeCompare(other.name, "en"));
  const rows = items.map((each) => row(make("button", { type: "button", class: "plain", onclick: () => go(each) }, ...named(each)),
    count(holds(each, "documents", state.scope)), short(holds(each, "bytes", state.scope), "bytes"), counted ? count(holds(each, "tokens", "corpus")) : "–",
    percent(size(each), size(chosen))));
  const { shown, button } = more(rows);
  const heads = ["", "documents", "bytes", "tokens", `of ${state.measure}`];
  part("rows").replaceChildren(table(`What ${SCOPES[state.scope]}: ${chosen.name}`, heads, shown, { class: "beside" }), button ?? "");
}

function drawWay() {
  const way = [];
  // A family, a genus and a language of one name are said once.
  for (let each = chosen; each; each = each.parent) if (way[0]?.name !== each.name || each.kind === "all") way.unshift(each);
  part("way").replaceChildren(...way.map((each) => {
    const label = each.kind === "all" ? ["All"] : named(each);
    return make("li", {}, each === chosen ? make("span", { "aria-current": "page" }, ...label) : make("button", { type: "button", class: "plain", onclick: () => go(each) }, ...label));
  }));
}

/** What is said of the chosen part: what it is, how much, and where its card is. */
function drawAbout() {
  const said = [];
  const one = chosen.kind === "language" || chosen.kind === "source" ? facts.languages[chosen.language] : null;
  if (chosen.kind === "source" && chosen.source) {
    const { uid, kind, custodian, licence } = chosen.source;
    said.push(kind.replace("_", "-"), custodian && make("span", {}, "from ", bdi(custodian)), bdi(licence), make("a", { href: `cards/${encodeURIComponent(uid)}/README.md` }, "card of the source"));
  } else if (one && !one.apart) {
    said.push(`${one.genus}, ${one.family}`, `${one.script_name} script (${one.script}), ${one.direction === "rtl" ? "right to left" : "left to right"}`,
      make("a", { href: `cards/by-language/${encodeURIComponent(one.code)}/README.md` }, "card of the language"));
  } else if (!one) {
    said.push(several(languagesOf(chosen).filter((each) => !facts.languages[each.language].apart).length, "language"),
      sourcesOf(chosen));
  }
  const amounts = [several(holds(chosen, "documents", state.scope), "document"), short(holds(chosen, "bytes", state.scope), "bytes")];
  if (counted && state.scope === "corpus") amounts.push(several(holds(chosen, "tokens", "corpus"), "token"));
  part("about").replaceChildren(make("span", { class: "much" }, amounts.join(" · ")), ...said.filter(Boolean).flatMap((each) => [" · ", each]));
  part("status").textContent = `${chosen.kind === "all" ? "All" : chosen.name}: ${amounts.join(", ")}`;
}

/** How many sources a part has; of those that are not shown one by one it is known of the whole alone. */
function sourcesOf(each) {
  const shown = new Set(each.parts.map((one) => one.source));
  if (each.kind === "all") return several(facts.sourcesInAll, "source");
  return (shown.delete(-1) ? "more than " : "") + several(shown.size, "source");
}

function drawFilters() {
  const among = languagesOf(chosen).map((each) => each.language).filter((number) => facts.histograms.some((each) => each.language === number));
  const size = (number) => sum(facts.parts.filter((each) => each.language === number), (each) => each.in[0]);
  const largest = [...among].sort((one, other) => size(other) - size(one))[0];
  const language = among.includes(state.filters) ? state.filters : largest;
  const select = part("filter-language");
  select.replaceChildren(...among.map((number) => make("option", { value: number, selected: number === language, dir: "auto" }, optionText(facts.languages[number]))));
  select.disabled = among.length < 2;
  part("key").replaceChildren(...(state.byKind ? facts.kinds.map((kind) => keyed(`line ${kind}`, kind.replace("_", "-"))) : [keyed("kept", "kept"), keyed("dropped", "dropped, by any cause"), keyed("out", "beyond the cut-off")]));
  drawHistograms(part("histograms"), language, state.byKind);
}

function keyed(kind, text) {
  return make("span", {}, make("i", { class: `key ${kind}` }), text);
}

function optionText(language) {
  return [language.name, language.code && `(${language.code})`, language.own].filter(Boolean).join(" ");
}

function drawSources() {
  const inside = chosen.kind === "language" || chosen.kind === "genus" || chosen.kind === "source";
  part("kinds").hidden = !inside;
}

function draw() {
  drawWay();
  drawAbout();
  drawTree();
  drawRows();
  drawSources();
  drawFunnel(part("funnel"), chosen, state.measure);
  drawSizes(part("sizes"), chosen, state.scope);
  drawFilters();
  drawCode(part("code"), chosen, state.scope);
  for (const element of document.querySelectorAll(".of")) element.replaceChildren(...(chosen.kind === "all" ? [] : [": ", bdi(chosen.name)]));
  part("language").value = chosen.language === undefined ? "" : String(chosen.language);
}

/** Choose a part; its path stands in the address, so that it can be passed on and the way back works. */
function go(each) {
  hadFocus = part("tree").contains(document.activeElement);
  const path = each.path.map(encodeURIComponent).join("/");
  if (location.hash === `#/${path}`) return;
  location.hash = `/${path}`;
}

function fromAddress() {
  const path = location.hash.replace(/^#\/?/, "");
  let keys = [];
  try {
    keys = path ? path.split("/").map(decodeURIComponent) : [];
  } catch {
    keys = []; // not an address of ours
  }
  chosen = at(keys);
  draw();
}

function moved(event) {
  const buttons = [...part("tree").querySelectorAll("button")];
  const here = document.activeElement;
  if (event.key === "Escape" && chosen.parent) return go(chosen.parent);
  if (!buttons.includes(here)) return;
  let next = null;
  if (event.key.startsWith("Arrow")) next = neighbour(here, buttons, event.key);
  if (event.key === "Home") next = buttons[0];
  if (event.key === "End") next = buttons.at(-1);
  if (!next) return;
  event.preventDefault();
  for (const button of buttons) button.setAttribute("tabindex", button === next ? "0" : "-1");
  next.focus();
}

function radios(name, choices) {
  part(name).append(...Object.entries(choices).map(([value, text]) => make("label", {}, make("input", { type: "radio", name, value, checked: state[name] === value, onchange: () => {
    state[name] = value;
    // Tokens are counted of what is in the corpus alone.
    if (state.measure === "tokens") state.scope = "corpus";
    for (const input of document.querySelectorAll("input[name=scope]")) {
      input.checked = input.value === state.scope;
      input.disabled = state.measure === "tokens" && input.value !== "corpus";
    }
    draw();
  } }), make("span", {}, text))));
}

function begin() {
  const measures = Object.entries(MEASURES).filter(([name]) => name !== "tokens" || counted);
  radios("measure", Object.fromEntries(measures));
  radios("scope", SCOPES);
  const languages = languagesOf(tree).sort((one, other) => one.name.localeCompare(other.name, "en"));
  part("language").append(make("option", { value: "" }, "all languages"),
    ...languages.map((each) => make("option", { value: each.language, dir: "auto" }, optionText(facts.languages[each.language]))));
  part("language").addEventListener("change", (event) => go(languages.find((each) => String(each.language) === event.target.value) ?? tree));
  part("filter-language").addEventListener("change", (event) => { state.filters = Number(event.target.value); drawFilters(); });
  part("even").addEventListener("change", (event) => { state.even = event.target.checked; drawTree(); });
  part("by-kind").addEventListener("change", (event) => { state.byKind = event.target.checked; drawFilters(); });
  document.addEventListener("keydown", moved);
  addEventListener("hashchange", fromAddress);
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (Math.round(entry.contentRect.width) !== width) drawTree();
    width = Math.round(entry.contentRect.width);
  }).observe(part("tree"));
  drawBloom(part("bloom"));
  fromAddress();
}

begin();
