// The facts as a tree: all, family, genus, language, source; what each holds; numbers as people read them.

const facts = JSON.parse(document.getElementById("facts").textContent);

const MEASURES = { bytes: "bytes of text", documents: "documents", tokens: "tokens" };
const SCOPES = { in: "came in", kept: "was kept", corpus: "is in the corpus" };
const HUES = 9; // colours of families in the style sheet; code and what is in no language here are grey

const corpusBytes = facts.languages.map((_, number) =>
  sum(facts.parts.filter((part) => part.language === number), (part) => part.corpus[1]));
const counted = facts.languages.some((language) => language.tokens > 0);

function sum(items, of) {
  return items.reduce((total, item) => total + of(item), 0);
}

/** What a part holds. Tokens of a source are those of its language, by its bytes there. */
function amount(part, measure, scope) {
  if (measure !== "tokens") return part[scope][measure === "bytes" ? 1 : 0];
  const whole = corpusBytes[part.language];
  return whole ? (facts.languages[part.language].tokens * part.corpus[1]) / whole : 0;
}

function node(kind, key, name, parent, more = {}) {
  const made = { kind, key, name, parent, parts: [], children: [], hue: parent?.hue ?? 0, ...more };
  made.path = parent ? [...parent.path, key] : [];
  parent?.children.push(made);
  return made;
}

function child(parent, kind, key, name, more) {
  return parent.children.find((each) => each.key === key) ?? node(kind, key, name, parent, more?.());
}

function grown() {
  const root = node("all", "", facts.name, null);
  const families = [...new Set(facts.languages.filter((each) => !each.apart).map((each) => each.family))].sort();
  for (const part of facts.parts) {
    const language = facts.languages[part.language];
    const hue = language.apart ? 0 : (families.indexOf(language.family) % HUES) + 1;
    const family = child(root, "family", language.family, language.family, () => ({ hue }));
    const genus = child(family, "genus", language.genus, language.genus);
    const spoken = child(genus, "language", language.code, language.name, () => ({ language: part.language }));
    const source = facts.sources[part.source];
    const name = source ? source.name : `${count(part.sources)} smaller sources`;
    const leaf = child(spoken, "source", source?.uid ?? "", name, () => ({ language: part.language, source }));
    for (let up = leaf; up; up = up.parent) up.parts.push(part);
  }
  return root;
}

const tree = grown();

function holds(each, measure, scope) {
  return sum(each.parts, (part) => amount(part, measure, scope));
}

function languagesOf(each) {
  if (each.kind === "language") return [each];
  if (each.kind === "source") return [each.parent];
  return each.children.flatMap(languagesOf);
}

/** The node at a path of keys; as far down as there is one. */
function at(path) {
  let found = tree;
  for (const key of path) {
    const next = found.children.find((each) => each.key === key);
    if (!next) break;
    found = next;
  }
  return found;
}

/** What became of the documents of a node: causes in their order, each with documents and bytes. */
function funnelOf(each) {
  const dropped = facts.causes.map((cause, number) => {
    const found = each.parts.flatMap((part) => part.dropped.filter(([which]) => which === number));
    return { ...cause, documents: sum(found, (row) => row[1]), bytes: sum(found, (row) => row[2]) };
  });
  const of = (scope) => ({ documents: holds(each, "documents", scope), bytes: holds(each, "bytes", scope) });
  return { came: of("in"), kept: of("kept"), corpus: of("corpus"), dropped: dropped.filter((cause) => cause.documents || cause.bytes) };
}

function count(value) {
  return Math.round(value).toLocaleString("en");
}

/** A number of things, of which one is not called many. */
function several(value, noun) {
  return `${count(value)} ${noun}${Math.round(value) === 1 ? "" : "s"}`;
}

/** Bytes or a count, short: 3.2 MB, 45,210, 1.3 M. */
function short(value, measure) {
  const units = measure === "bytes" ? [" B", " kB", " MB", " GB", " TB", " PB"] : ["", " k", " M", " bn", " tn"];
  let step = 0;
  let left = value;
  while (left >= (measure === "bytes" ? 1000 : 100000) && step < units.length - 1) {
    left /= 1000;
    step += 1;
    if (measure !== "bytes" && step === 1 && left < 1000) break;
  }
  const digits = step && left < 100 ? (left < 10 ? 2 : 1) : 0;
  return left.toLocaleString("en", { maximumFractionDigits: digits }) + units[step];
}

function percent(part, whole) {
  if (!whole) return "–";
  const share = (100 * part) / whole;
  if (share === 0) return "0%";
  if (share >= 1) return `${share.toFixed(1)}%`;
  return share >= 0.1 ? `${share.toFixed(2)}%` : `${share.toLocaleString("en", { maximumSignificantDigits: 1 })}%`;
}

function decimal(value) {
  if (Math.abs(value) >= 1000) return short(value, "documents");
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
