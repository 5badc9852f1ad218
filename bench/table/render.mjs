const [FIGURE, PEER, RATIO] = [14, 19, 6];

/** One table for people: a heading for each measurement, a line for each figure and peer. */
export function renderTable(results) {
  const width = Math.max(...results.flatMap(({ rows }) => rows.map(({ what }) => what.length)), 40) + 4;
  const line = (what, ours, theirs, peer, ratio) => {
    const left = what.padEnd(width) + ours.padStart(FIGURE) + theirs.padStart(FIGURE);
    return `${left}  ${peer.padEnd(PEER)}${ratio.padStart(RATIO)}`.trimEnd();
  };
  const renderRow = ({ what, unit, ours, peers }) => {
    const [first, ...others] = peers;
    const own = [`  ${what}`, figure(ours, unit)];
    if (first === undefined) return [line(...own, "-", "", "")];
    const beside = ({ name, value, ratio }) => [figure(value, unit), name, ratio === null ? "" : ratio.toFixed(2)];
    return [line(...own, ...beside(first)), ...others.map((peer) => line("", "", ...beside(peer)))];
  };
  const renderMeasurement = ({ title, rows, problem }) => {
    return ["", title, ...(problem === null ? [] : [`  ${problem}`]), ...rows.flatMap(renderRow)];
  };
  return [line("", "entropy-wsol", "peer", "", "ratio"), ...results.flatMap(renderMeasurement)].join("\n");
}

/** At least three digits. */
function figure(value, unit) {
  const magnitude = Math.floor(Math.log10(Math.max(Math.abs(value), 0.01)));
  return `${value.toFixed(Math.max(0, 2 - magnitude))} ${unit}`;
}
