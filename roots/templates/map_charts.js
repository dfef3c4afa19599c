// The charts beside the tree map. Each is a table, or has one: what is seen can be read.

const SVG = "http://www.w3.org/2000/svg";
const TICKS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];
const ROWS = 60; // of a chart at once; the rest on demand

/** An element with attributes, style properties (by `style`), handlers (by `on...`) and children. */
function make(tag, given = {}, ...children) {
  const element = tag.startsWith("svg:") ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    if (name === "style") for (const [key, set] of Object.entries(value)) element.style.setProperty(key, set);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((each) => each !== null && each !== undefined && each !== ""));
  return element;
}

/** A name that keeps its direction to itself; a language's own name in its own language. */
function bdi(text) {
  return make("bdi", { dir: "auto" }, text);
}

function ownName(language) {
  return language.own ? make("bdi", { class: "own", lang: language.tag, dir: language.direction }, language.own) : null;
}

function named(each) {
  if (each.kind !== "language") return [bdi(each.name)];
  const language = facts.languages[each.language];
  const code = language.code ? make("span", { class: "code" }, language.code) : null;
  return [bdi(each.name), code, ownName(language)].filter(Boolean).flatMap((part, place) => (place ? [" ", part] : [part]));
}

function table(caption, heads, rows, given = {}) {
  const head = make("tr", {}, ...heads.map((text, place) => make("th", { scope: "col", ...(place && given.wide ? { class: given.wide } : {}) }, text)));
  return make("table", { class: given.class ?? "" }, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows));
}

function row(name, ...cells) {
  return make("tr", {}, make("th", { scope: "row" }, ...[name].flat()), ...cells.map((cell) => (cell instanceof Element && cell.tagName === "TD" ? cell : make("td", {}, cell))));
}

function more(rows) {
  if (rows.length <= ROWS) return { shown: rows, button: null };
  const hidden = rows.slice(ROWS);
  const button = make("button", { type: "button", class: "plain", onclick: () => {
    button.previousElementSibling.querySelector("tbody").append(...hidden);
    button.remove();
  } }, `Show ${count(hidden.length)} more`);
  return { shown: rows.slice(0, ROWS), button };
}

function bar(share, kind) {
  return make("span", { class: `bar ${kind}`, style: { width: `${Math.max(share > 0 ? 0.4 : 0, 100 * share)}%` }, "aria-hidden": "true" });
}

/** From what came in to what is in the corpus, cause by cause. */
function drawFunnel(place, each, measure) {
  const found = funnelOf(each);
  const by = measure === "documents" ? "documents" : "bytes";
  const whole = found.came[by];
  let left = whole;
  const line = (name, what, counts, kind, before) => {
    const share = whole ? counts[by] / whole : 0;
    const bars = make("span", { class: "bars" }, before === undefined ? null : make("span", { class: "space", style: { width: `${100 * Math.max(0, before)}%` } }), bar(share, kind));
    return make("tr", { class: kind }, make("th", { scope: "row" }, make("span", { class: "cause" }, name), what ? make("span", { class: "what" }, what) : null),
      make("td", { "data-unit": counts.documents === 1 ? "document" : "documents" }, count(counts.documents)), make("td", {}, percent(counts.documents, found.came.documents)),
      make("td", {}, short(counts.bytes, "bytes")), make("td", { class: "drawn" }, bars));
  };
  const rows = [line("came in", "", found.came, "came")];
  for (const cause of found.dropped) {
    left -= cause[by];
    rows.push(line(cause.name.replace(":", ": ").replaceAll("_", " "), cause.what, cause, "dropped", whole ? left / whole : 0));
  }
  rows.push(line("kept", "", found.kept, "kept"));
  const mixed = found.corpus.bytes > found.kept.bytes ? "repeated by the mix where it asks for it" : found.corpus.bytes < found.kept.bytes ? "what the mix took of it" : "all of it";
  rows.push(line("in the corpus", mixed, found.corpus, "corpus"));
  place.replaceChildren(table(`Documents and bytes by what put them out: ${each.name}`, ["", "documents", "of all", "bytes", `bar: ${by}`], rows, { class: "funnel" }));
}

/** Box plots of the sizes of documents on a scale of ratios: a row for each language, or each source of one. */
function drawSizes(place, each, scope) {
  const which = scope === "in" ? "in" : "kept";
  const items = each.kind === "language" ? each.children : each.kind === "source" ? [each] : languagesOf(each);
  const boxes = items.map((item) => ({ item, box: (item.kind === "language" ? facts.sizes[item.language] : item.parts[0].sizes)[which] })).filter(({ box }) => box.length);
  boxes.sort((one, other) => other.box[2] - one.box[2]);
  if (!boxes.length) return place.replaceChildren(make("p", { class: "quiet" }, "No document with text here."));
  const low = Math.floor(Math.log10(Math.min(...boxes.map(({ box }) => box[0])) || 1));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...boxes.map(({ box }) => box[4])))));
  const x = (value) => `${(100 * (Math.log10(Math.max(value, 1)) - low)) / (high - low)}%`;
  const ticks = TICKS.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
  const axis = () => ticks.map((tick) => make("span", { class: "tick", style: { left: x(tick) } }));
  const drawn = (box) => make("td", { class: "plot" }, make("span", { class: "axis", "aria-hidden": "true" }, ...axis(),
    make("span", { class: "whisker", style: { left: x(box[0]), right: `calc(100% - ${x(box[4])})` } }),
    make("span", { class: "box", style: { left: x(box[1]), right: `calc(100% - ${x(box[3])})` } }),
    make("span", { class: "median", style: { left: x(box[2]) } })));
  const rows = boxes.map(({ item, box }) => {
    const said = `5%: ${short(box[0], "bytes")}, 25%: ${short(box[1], "bytes")}, 75%: ${short(box[3], "bytes")}, 95%: ${short(box[4], "bytes")}`;
    const cell = drawn(box);
    cell.title = said;
    cell.append(make("span", { class: "hidden" }, said));
    return row(named(item), cell, make("td", {}, short(box[2], "bytes")));
  });
  const scale = make("tr", { class: "scale", "aria-hidden": "true" }, make("th", {}), make("td", { class: "plot" }, make("span", { class: "axis" },
    ...ticks.map((tick) => make("span", { class: "mark", style: { left: x(tick) } }, short(tick, "bytes"))))), make("td", {}));
  const { shown, button } = more(rows);
  place.replaceChildren(table(`Bytes of text a document, of what ${SCOPES[which]}: whiskers from 5% to 95%, box from 25% to 75%, line at the median`,
    ["", "size", "median"], [scale, ...shown], { class: "sizes" }), button ?? "");
}

function bins(each) {
  const ratio = each.log ? Math.log(each.high / each.low) : 0;
  const edge = (place, all) => (each.log ? each.low * Math.exp((ratio * place) / all) : each.low + ((each.high - each.low) * place) / all);
  const where = (value) => (each.log ? Math.log(Math.max(value, each.low) / each.low) / ratio : (value - each.low) / (each.high - each.low));
  return { edge, where: (value) => Math.min(1, Math.max(0, where(value))) };
}

const totals = (lists) => lists[0].map((_, place) => sum(lists, (list) => list[place]));

/** What one filter measured in one language: bars of kept and dropped documents, or a line for each kind of source. */
function histogram(each, byKind) {
  const [width, height, foot, top] = [300, 150, 18, 16];
  const filter = facts.filters.find((known) => known.name === each.filter);
  const kinds = Object.entries(each.kinds);
  const kept = totals(kinds.map(([, rows]) => rows[0]));
  const dropped = totals(kinds.map(([, rows]) => rows[1]));
  const { edge, where } = bins(each);
  const step = width / kept.length;
  const svg = make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "histogram" });
  const tall = height - foot - top;
  const limits = [["min", each.min], ["max", each.max]].filter(([, value]) => value !== null && !each.notApplied);
  for (const [name, value] of limits) {
    const at = where(value) * width;
    svg.append(make("svg:rect", { class: "out", x: name === "min" ? 0 : at, y: top, width: name === "min" ? at : width - at, height: tall }));
  }
  if (byKind) {
    for (const [kind, rows] of kinds) {
      const all = totals(rows);
      const whole = sum(all, (value) => value);
      const most = Math.max(...kinds.map(([, others]) => Math.max(...totals(others)) / (sum(totals(others), (value) => value) || 1)));
      const points = all.flatMap((value, place) => {
        const y = top + tall - (tall * value) / (whole || 1) / most;
        return [`${place * step},${y}`, `${(place + 1) * step},${y}`];
      });
      svg.append(make("svg:polyline", { class: `kind ${kind}`, points: points.join(" ") }));
    }
  } else {
    const most = Math.max(1, ...kept.map((value, place) => value + dropped[place]));
    kept.forEach((value, place) => {
      const heights = [value, dropped[place]].map((some) => (tall * some) / most);
      const box = (kind, y, h) => h > 0 && svg.append(make("svg:rect", { class: kind, x: place * step + 0.4, y, width: step - 0.8, height: Math.max(h, 0.6) }));
      box("kept", top + tall - heights[0], heights[0]);
      box("dropped", top + tall - heights[0] - heights[1], heights[1]);
    });
  }
  svg.append(make("svg:line", { class: "base", x1: 0, x2: width, y1: top + tall, y2: top + tall }));
  for (const [name, value] of limits) {
    const at = where(value) * width;
    svg.append(make("svg:line", { class: "cut", x1: at, x2: at, y1: 4, y2: top + tall }));
    svg.append(make("svg:text", { x: at > width - 90 ? at - 4 : at + 4, y: 12, class: `cut ${at > width - 90 ? "end" : ""}` }, `${name === "min" ? "at least" : "at most"} ${decimal(value)}`));
  }
  for (const [place, anchor] of [[0, "start"], [0.5, "middle"], [1, "end"]])
    svg.append(make("svg:text", { x: place * width, y: height - 4, class: `tick ${anchor}` }, decimal(edge(place, 1))));
  const total = sum(kept, (value) => value) + sum(dropped, (value) => value) + each.outside;
  const says = each.notApplied ? `not applied: ${each.notApplied}` : `alone it drops ${percent(each.drops, each.measured)} (${count(each.drops)} of ${count(each.measured)})`;
  const shown = limits.map(([name, value]) => `${name === "min" ? "at least" : "at most"} ${decimal(value)}`).join(", ");
  svg.setAttribute("aria-label", `${each.filter.replaceAll("_", " ")}, ${several(total, "document")} from ${decimal(each.low)} to ${decimal(each.high)}; ${shown ? `kept where ${shown}; ` : ""}${says}`);
  const inside = make("div", { class: "scroll", tabindex: "0" });
  const details = make("details", { ontoggle: () => {
    if (!details.open || inside.firstChild) return;
    const rows = kept.map((value, place) => row(`${decimal(edge(place, kept.length))} – ${decimal(edge(place + 1, kept.length))}`, count(value), count(dropped[place]),
      ...kinds.map(([, each]) => count(totals(each)[place]))));
    inside.append(table(each.filter.replaceAll("_", " "), [filter.unit, "kept", "dropped", ...kinds.map(([kind]) => kind.replace("_", "-"))], rows));
  } }, make("summary", {}, "as a table"), inside);
  return make("article", { class: each.notApplied ? "idle" : "" }, make("h3", {}, each.filter.replaceAll("_", " ")), make("p", { class: "what" }, filter.what),
    make("p", { class: "says" }, says), svg, make("p", { class: "unit" }, filter.unit, each.outside ? `; outside: ${count(each.outside)}` : ""), details);
}

function drawHistograms(place, language, byKind) {
  const found = facts.histograms.filter((each) => each.language === language);
  if (!found.length) return place.replaceChildren(make("p", { class: "quiet" }, "Nothing was measured here."));
  place.replaceChildren(...found.map((each) => histogram(each, byKind)));
}

/** Files of code: squares by programming language, and the table of extensions beside BLOOM's. */
function drawCode(place, each, scope) {
  const uids = new Set(each.parts.filter((part) => facts.languages[part.language].code === "code").map((part) => part.source));
  const rows = facts.files.filter(([source]) => uids.has(source));
  const from = scope === "in" ? 2 : 4;
  const by = (name) => sum(rows.filter((line) => line[1] === name), (line) => line[from]);
  const files = facts.extensions.map((known) => ({ ...known, files: by(known.extension) }));
  const total = sum(files, (one) => one.files);
  const bloom = sum(files, (one) => one.bloom);
  const languages = [...new Set(files.map((one) => one.language))].map((name) => ({ name, files: sum(files.filter((one) => one.language === name), (one) => one.files) }));
  languages.sort((one, other) => other.files - one.files);
  const steps = [1, 2, 5].flatMap((digit) => [...Array(13).keys()].map((power) => digit * 10 ** power)).sort((one, other) => one - other);
  const unit = steps.find((step) => total / step <= 300) ?? 1;
  const waffle = languages.filter((one) => one.files).map((one) => row(one.name,
    make("td", { class: "squares" }, make("span", { "aria-hidden": "true" }, ...Array.from({ length: Math.max(1, Math.round(one.files / unit)) }, () => make("i")))),
    make("td", {}, count(one.files)), make("td", {}, percent(one.files, total))));
  const beside = files.map((one) => row([make("span", { class: "code" }, `.${one.extension}`), " ", one.language], count(one.files), percent(one.files, total), count(one.bloom), percent(one.bloom, bloom)));
  const head = total ? table(`Files of code that ${SCOPES[from === 2 ? "in" : "kept"]}: a square is ${unit === 1 ? "a file" : `${count(unit)} files`}, at least one a language`, ["", "files", "", ""], waffle, { class: "waffle" })
    : make("p", { class: "quiet" }, "No file of code here.");
  place.replaceChildren(head, make("details", { open: total > 0 }, make("summary", {}, "Extensions, beside those of BLOOM's model card"),
    make("div", { class: "scroll", tabindex: "0" }, table("Files by extension", ["", "files here", "of all", "BLOOM", "of all"], beside, { class: "beside" }))));
}

/** The tables of BLOOM's model card, beside the shares of this corpus. */
function drawBloom(place) {
  const measure = counted ? "tokens" : "bytes";
  const whole = sum(facts.parts, (part) => amount(part, measure, "corpus"));
  place.replaceChildren(...facts.bloom.map(({ table: name, rows }) => {
    const lines = rows.map(([code, english, share]) => {
      const number = facts.languages.findIndex((language) => language.code === code);
      const mine = sum(facts.parts.filter((part) => part.language === number), (part) => amount(part, measure, "corpus"));
      const own = number < 0 ? null : ownName(facts.languages[number]);
      return row([bdi(english), " ", make("span", { class: "code" }, code), own ? " " : null, own].filter(Boolean), `${share.toLocaleString("en", { maximumFractionDigits: 6 })}%`, mine ? percent(mine, whole) : "–");
    });
    return table(`${name} languages: per cent of all training text, by ${measure === "tokens" ? "tokens" : "bytes"} here, as sampled for BLOOM`, ["", "BLOOM", "here"], lines, { class: "beside" });
  }));
}
