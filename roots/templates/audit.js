const facts = JSON.parse(document.getElementById('facts').textContent);
const $ = id => document.getElementById(id);
const buttons = [...document.querySelectorAll('[data-label]')];
const store = `roots-audit-${facts.key}`;
let said = { labels: {}, notes: {} };
let at = 0;
let keeps = true;

try {
  const found = JSON.parse(localStorage.getItem(store) || 'null');
  if (found && found.labels && found.notes) said = found;
} catch {
  keeps = false;
}

const ids = facts.rows.map(row => row[0]);
const labelled = () => ids.filter(id => said.labels[id]).length;

function keep() {
  try {
    localStorage.setItem(store, JSON.stringify(said));
  } catch {
    keeps = false;
  }
  $('kept').textContent = keeps
    ? 'Labels are kept in this browser, on this device.'
    : 'This browser keeps nothing: download the labels before you close the page.';
}

function show() {
  const [id, text] = facts.rows[at];
  $('text').textContent = text || '(no text)';
  $('text').scrollTop = 0;
  $('note').value = said.notes[id] || '';
  for (const button of buttons) button.setAttribute('aria-pressed', String(said.labels[id] === button.dataset.label));
  $('place').textContent = `Text ${at + 1} of ${ids.length}; ${labelled()} with a label`;
  $('done').value = labelled();
  $('back').disabled = at === 0;
  $('next').disabled = at === ids.length - 1;
  $('open').disabled = labelled() === ids.length;
}

function go(place) {
  if (place >= 0 && place < ids.length) at = place;
  show();
}

function label(name) {
  const id = ids[at];
  if (name && said.labels[id] !== name) {
    said.labels[id] = name;
    keep();
    go(at + 1);
  } else {
    delete said.labels[id];
    keep();
    show();
  }
}

function open() {
  const order = ids.map((_, place) => (at + 1 + place) % ids.length);
  const found = order.find(place => !said.labels[ids[place]]);
  if (found !== undefined) go(found);
}

// As roots writes a sheet: a cell that a spreadsheet would act upon begins with an apostrophe.
const acting = /^(?:['=+\-@＝＋－＠\t\r]|\d+(?:[eE]\d+)?$)/;
const cell = value => `"${(acting.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;

function sheet() {
  const rows = ids.map((id, place) => [String(place + 1), id, '', said.labels[id] || '', said.notes[id] || '']);
  const lines = rows.map(([number, ...rest]) => [`"${number}"`, ...rest.map(cell)].join(','));
  return `\ufeff${['number,id,text,label,note', ...lines].join('\r\n')}\r\n`;
}

function download() {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([sheet()], { type: 'text/csv;charset=utf-8' }));
  link.download = facts.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

for (const button of buttons) button.addEventListener('click', () => label(button.dataset.label));
$('back').addEventListener('click', () => go(at - 1));
$('next').addEventListener('click', () => go(at + 1));
$('open').addEventListener('click', open);
$('download').addEventListener('click', download);
$('note').addEventListener('input', event => {
  said.notes[ids[at]] = event.target.value;
  if (!event.target.value) delete said.notes[ids[at]];
  keep();
});

// On a keyboard of another script a key is known by its place: where G stands is an Arabic letter.
function pressed(event) {
  const latin = event.key.length > 1 || event.key <= '\u007f';
  return (latin ? event.key : event.code.replace(/^Key/, '')).toLowerCase();
}

document.addEventListener('keydown', event => {
  if (event.target === $('note') || event.ctrlKey || event.metaKey || event.altKey) return;
  const does = {
    g: () => label('good'),
    b: () => label('bad'),
    u: () => label('unsure'),
    n: open,
    arrowleft: () => go(at - 1),
    arrowright: () => go(at + 1),
    backspace: () => label(''),
  }[pressed(event)];
  if (!does) return;
  event.preventDefault();
  // A key that is held down must not label every text that follows.
  if (!event.repeat || event.key.startsWith('Arrow')) does();
});

keep();
open();
if (labelled() === 0) go(0);
document.querySelector('details').open = labelled() === 0;
