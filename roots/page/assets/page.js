/* Lines, sliders and number boxes of one limit show the same; roots/page/axes.py and figures.py say how. No request is
   made here: what a limit does to documents is asked for by the page, when a handle is let go. */
(() => {
  const unchanged = () => window.dash_clientside.no_update;
  const at = (axis, value) => (axis.log ? Math.log10(Math.max(value, 0) + 1) : value);
  const place = (axis, limit, end) => {
    if (limit === null || limit === undefined) return end === "min" ? axis.low : axis.high;
    return Math.min(Math.max(at(axis, limit), axis.low), axis.high);
  };
  // At its end of the axis a handle keeps everything.
  const limitAt = (axis, position, end) => {
    const near = axis.step / 2;
    if (end === "min" ? position <= axis.low + near : position >= axis.high - near) return null;
    return axis.log ? Math.round(10 ** position - 1) : Number(position.toFixed(axis.digits));
  };
  const written = (axis, limit) => {
    if (limit === null || limit === undefined) return "no limit";
    const said = limit.toLocaleString("en", { maximumSignificantDigits: 10 });
    return at(axis, limit) < axis.low ? `← ${said}` : at(axis, limit) > axis.high ? `${said} →` : said;
  };
  const line = (axis, limit, end, old) => {
    const x = place(axis, limit, end);
    return { ...old, x0: x, x1: x, y0: 0, y1: 1, label: { ...old.label, text: written(axis, limit), xanchor: x < (axis.low + axis.high) / 2 ? "left" : "right" } };
  };
  // A number as people write it: 0.25 or 0,25; 10 000 or 10,000 words. NaN where it is none, null for no limit.
  const typed = (axis, value) => {
    const text = `${value ?? ""}`.trim().replace(/\s/g, "").replace(/,/g, axis.log ? "" : ".");
    return text === "" ? null : Number(text);
  };
  const shown = limit => (limit === null || limit === undefined ? "" : `${limit}`);

  // What one limit shows after a handle, a number or a button was moved; `data` holds its axis, its ends and `force`.
  const move = (dragged, slid, low, high, keep, force, moved, data, figure) => {
    const none = () => [unchanged(), unchanged(), unchanged(), unchanged(), unchanged()];
    const { axis, ends, now } = data;
    // Several can have happened at once: that a plot was drawn must not hide that a button was pressed.
    const triggered = window.dash_clientside.callback_context.triggered.map(each => each.prop_id);
    const happened = (part, property) =>
      triggered.some(each => each.includes(`"part":"${part}"`) && each.endsWith(`}.${property}`));
    const next = { ...now };
    const follow = positions =>
      ends.forEach((end, index) => {
        if (Math.abs(positions[index] - place(axis, now[end], end)) > axis.step / 1000)
          next[end] = limitAt(axis, positions[index], end);
      });
    const lines = Object.keys(moved ?? {}).some(key => key.startsWith("shapes"));
    let preview = false;
    if (happened("keep", "n_clicks")) ends.forEach(end => (next[end] = null));
    else if (happened("force", "n_clicks")) ends.forEach(end => (next[end] = data.force[end]));
    else if (happened("min", "value") || happened("max", "value")) {
      if (happened("min", "value") && ends.includes("min")) next.min = typed(axis, low);
      if (happened("max", "value") && ends.includes("max")) next.max = typed(axis, high);
    } else if (happened("slider", "value")) follow(slid);
    else if (happened("plot", "relayoutData") && lines) {
      const old = figure.layout.shapes.map(each => each.x0);
      const ats = ends.map((_, index) => {
        const both = ["x0", "x1"].map(key => moved[`shapes[${index}].${key}`]).filter(each => each !== undefined);
        // Whoever takes a line by one of its ends moves that end alone.
        const far = both.sort((a, b) => Math.abs(b - old[index]) - Math.abs(a - old[index]));
        return far.length ? far[0] : old[index];
      });
      follow(ats);
    } else if (happened("slider", "drag_value")) {
      follow(dragged);
      preview = true;
    } else return none();
    ends.forEach(end => (next[end] = Number.isNaN(next[end]) ? now[end] : next[end]));
    const same = ends.every(end => next[end] === now[end]);
    if (same && preview) return none();
    const shapes = ends.map((end, index) => line(axis, next[end], end, figure.layout.shapes[index]));
    return [
      preview ? unchanged() : ends.map(end => place(axis, next[end], end)),
      ends.includes("min") ? shown(next.min) : unchanged(),
      ends.includes("max") ? shown(next.max) : unchanged(),
      { ...figure, layout: { ...figure.layout, shapes } },
      preview || same ? unchanged() : { ...data, now: next },
    ];
  };

  // The question of the page: what was chosen, and the limits that differ from those in force.
  const question = (limits, scope) => {
    if (!scope) return unchanged();
    const moved = limits.filter(each => each && each.lang === scope.lang);
    const differs = each => each.ends.some(end => each.now[end] !== each.force[end]);
    return { ...scope, limits: Object.fromEntries(moved.filter(differs).map(each => [each.filter, each.now])) };
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, { limits: { move, question } });

  // The handles of a slider have no names of their own, and a position on a logarithm is no number of words.
  const name = thumb => {
    const holder = thumb.closest("[data-label]");
    if (!holder) return;
    const thumbs = [...holder.querySelectorAll("[role=slider]")];
    const which = thumbs.length > 1 ? [", least", ", most"][thumbs.indexOf(thumb)] : "";
    const position = Number(thumb.getAttribute("aria-valuenow"));
    const said = holder.dataset.log === "1" ? Math.round(10 ** position - 1).toLocaleString("en") : `${position}`;
    for (const [key, value] of [["aria-label", holder.dataset.label + which], ["aria-valuetext", said]])
      if (thumb.getAttribute(key) !== value) thumb.setAttribute(key, value);
  };
  const nameAll = () => document.querySelectorAll("[data-label] [role=slider]").forEach(name);
  new MutationObserver(nameAll).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuenow"],
  });
})();
