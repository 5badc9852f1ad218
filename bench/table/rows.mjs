// What the scripts print with --json: `{ rows }`, or the rows alone. A row says in `what`, else in its plain fields, what was
// measured, and has its figures in fields named by their unit: `{ what, milliseconds: { ours, eager, compiled } }`.

/** By field: how the unit is written, and whether less or more of it is better; null: neither. */
const UNITS = {
  milliseconds: { unit: "ms", better: "less" },
  seconds: { unit: "s", better: "less" },
  mebibytes: { unit: "MiB", better: "less" },
  times: { unit: "x", better: "less" },
  imagesPerSecond: { unit: "img/s", better: "more" },
  percent: { unit: "%", better: null },
};

const PEERS = {
  eager: "PyTorch eager",
  compiled: "PyTorch compiled",
  script: "PyTorch script",
  opencv: "reference, OpenCV",
  sharp: "sharp alone",
  pillow: "Pillow",
  idle: "an idle loop",
};

/** Every figure of a document that has ours: `{ measurement, what, unit, ours, peers: [{ name, value, ratio }] }`. */
export function rowsOf(measurement, document) {
  const entries = Array.isArray(document) ? document : (document.rows ?? []);
  return entries.flatMap((entry) => {
    const figures = Object.entries(entry).filter(([, value]) => typeof value?.ours === "number");
    return figures.map(([field, values]) => rowOf(measurement, labelOf(entry), field, values));
  });
}

function labelOf({ what, ...entry }) {
  const isPlain = (value) => typeof value === "string" || typeof value === "number";
  return what ?? Object.values(entry).filter(isPlain).join(", ");
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
