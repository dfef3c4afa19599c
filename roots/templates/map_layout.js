// Where things stand: the squarified tree map of Bruls, Huizing and van Wijk (2000), and the neighbour in a direction.

/** Rectangles for items by their size, the largest first: [{ item, x, y, w, h }]. Items without size get none. */
function squarified(items, size, box) {
  const left = items.map((item) => ({ item, value: size(item) })).filter((each) => each.value > 0);
  left.sort((one, other) => other.value - one.value);
  const scale = (box.w * box.h) / sum(left, (each) => each.value);
  const areas = left.map((each) => ({ item: each.item, area: each.value * scale }));
  const found = [];
  let rest = { ...box };
  while (areas.length) {
    const side = Math.min(rest.w, rest.h);
    const row = [areas.shift()];
    while (areas.length && worst([...row, areas[0]], side) <= worst(row, side)) row.push(areas.shift());
    rest = placed(row, rest, found);
  }
  return found;
}

/** The worst ratio of the sides of a row's rectangles. */
function worst(row, side) {
  const total = sum(row, (each) => each.area);
  const areas = row.map((each) => each.area);
  const square = side * side;
  return Math.max((square * Math.max(...areas)) / total ** 2, total ** 2 / (square * Math.min(...areas)));
}

/** Put a row along the shorter side of a box; what is left of the box. */
function placed(row, box, found) {
  const total = sum(row, (each) => each.area);
  const upright = box.w >= box.h;
  const thick = total / (upright ? box.h : box.w);
  let along = 0;
  for (const { item, area } of row) {
    const length = area / thick;
    found.push(upright
      ? { item, x: box.x, y: box.y + along, w: thick, h: length }
      : { item, x: box.x + along, y: box.y, w: length, h: thick });
    along += length;
  }
  return upright
    ? { x: box.x + thick, y: box.y, w: Math.max(0, box.w - thick), h: box.h }
    : { x: box.x, y: box.y + thick, w: box.w, h: Math.max(0, box.h - thick) };
}

/** Which of some elements is next to one in the direction of an arrow key; the element itself where there is none. */
function neighbour(from, elements, key) {
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };
  const here = middle(from);
  let best = from;
  let least = Infinity;
  for (const element of elements) {
    const there = middle(element);
    const ahead = sign * (across ? there.x - here.x : there.y - here.y);
    const aside = Math.abs(across ? there.y - here.y : there.x - here.x);
    if (element !== from && ahead > 0.5 && ahead + 2 * aside < least) {
      least = ahead + 2 * aside;
      best = element;
    }
  }
  return best;
}
