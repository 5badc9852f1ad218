// What the scripts print with --json: `{ rows }`, or the rows alone. A row says in `what`, else in the plain fields before its
// figures, what was measured. Figures are in fields named by their unit, `{ what, milliseconds: { ours, eager } }`, or the other
// way round, `{ what, ours: { milliseconds }, peer: { milliseconds } }`.

/** By field: how the unit is written, and whether less or more of it is better; null: neither. */
const UNITS = {
  milliseconds: { unit: "ms", better: "less" },
  processorMilliseconds: { unit: "ms CPU", better: "less" },
  seconds: { unit: "s", better: "less" },
  mebibytes: { unit: "MiB", better: "less" },
  times: { unit: "x", better: "less" },
  imagesPerSecond: { unit: "img/s", better: "more" },
  percent: { unit: "%", better: null },
};

const PEERS = {
  peer: "PyTorch script",
  eager: "PyTorch eager",
  compiled: "PyTorch compiled",
  script: "PyTorch script",
  opencv: "reference, OpenCV",
  sharp: "sharp alone",
  pillow: "Pillow",
  idle: "an idle loop",
  alone: "ours, one process",
  ddp: "PyTorch DDP",
};

/** Every figure of a document that has ours: `{ measurement, what, unit, ours, peers: [{ name, value, ratio }] }`. */
export function rowsOf(measurement, document) {
  const entries = Array.isArray(document) ? document : (document.rows ?? []);
  return entries.flatMap((entry) => {
    const figures = Object.entries(isObject(entry.ours) ? byUnit(entry) : entry);
    const withOurs = figures.filter(([, value]) => typeof value?.ours === "number");
    return withOurs.map(([field, values]) => rowOf(measurement, labelOf(entry), field, values));
  });
}

const isObject = (value) => typeof value === "object" && value !== null;

/** The figures of a row that has them by side. */
function byUnit(entry) {
  const sides = Object.entries(entry).filter(([, value]) => isObject(value));
  const figuresOf = (unit) => Object.fromEntries(sides.map(([side, figures]) => [side, figures[unit]]));
  return Object.fromEntries(Object.keys(entry.ours).map((unit) => [unit, figuresOf(unit)]));
}

function labelOf({ what, ...entry }) {
  const values = Object.values(entry);
  return what ?? values.slice(0, values.findIndex(isObject)).join(", ");
}

function rowOf(measurement, what, field, { ours, ...others }) {
  const { unit, better } = UNITS[field] ?? { unit: field, better: null };
  const peers = Object.entries(others)
    .filter(([, value]) => typeof value === "number")
    .map(([name, value]) => ({ name: PEERS[name] ?? name, value, ratio: ratioOf(ours, value, better) }));
  return { measurement, what, unit, ours, peers };
}

/** How many times better ours is. */
function ratioOf(ours, theirs, better) {
  if (better === null) return null;
  return better === "less" ? theirs / ours : ours / theirs;
}
