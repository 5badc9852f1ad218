/** The page's style sheet. Colours of runs: `--s0` to `--s7`, told apart by colour-blind readers too, in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #17202b; --soft: #5c6776; --rule: #dfe3e9; --grid: #e9ecf0;
  --accent: #0b6e5f; --up: #14753c; --down: #b3261e; --best: #e3f4ec;
  --s0: #56616f; --s1: #0072b2; --s2: #d1540a; --s3: #00876a; --s4: #b4468f; --s5: #9a7400; --s6: #6b51b5; --s7: #2f9bd0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #182028; --ink: #e8edf2; --soft: #9aa7b5; --rule: #2c3743; --grid: #26303a;
    --accent: #4fd1b5; --up: #5fd38d; --down: #ff8f85; --best: #173529;
    --s0: #aab5c1; --s1: #5cb8f5; --s2: #ff9a52; --s3: #3ddbb0; --s4: #f08fcf; --s5: #e8c84a; --s6: #b3a0ff; --s7: #9fdcff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 6px; }
h2 { font-size: 21px; line-height: 1.3; margin: 0 0 14px; letter-spacing: -0.01em; }
h3 { font-size: 16px; margin: 0 0 8px; overflow-wrap: anywhere; }
h3 small { font-weight: 400; }
small, .note, .lead, figcaption span { color: var(--soft); }
.lead { margin: 0 0 26px; }
.notice { background: var(--card); border: 1px solid var(--rule); border-left: 4px solid var(--down); border-radius: 8px; padding: 14px 18px; margin: 0 0 20px; }
.notice.spot { border-left-color: var(--accent); } .notice.spot p { margin: 0 0 6px; overflow-wrap: anywhere; } .notice.spot p:last-child { margin: 0; }
.results.study tr.spot > * { background: var(--best); } .results.study th[scope=row] { padding-left: 8px; overflow-wrap: break-word; }
ul.note { padding-left: 20px; }
.note { font-size: 14px; margin: 12px 0 0; }
.empty { margin: 0; color: var(--soft); }
main > section { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 22px 24px 24px; margin: 0 0 20px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 22px; font-size: 15px; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13.5px; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; }
.scroll { overflow-x: auto; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 0 0 20px; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 16px 18px; }
.tile p { margin: 0; }
.tile .value { font-size: 30px; font-weight: 650; line-height: 1.25; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile .value small { font-size: 16px; font-weight: 400; letter-spacing: 0; }
.tile .name { font-size: 14px; color: var(--soft); }
.tile .change { font-size: 14px; font-variant-numeric: tabular-nums; }
.up { color: var(--up); } .down { color: var(--down); } .same { color: var(--soft); }
small.up { color: var(--up); } small.down { color: var(--down); }
figcaption span.up { color: var(--up); } figcaption span.down { color: var(--down); }

table { border-collapse: collapse; width: 100%; font-size: 15px; }
th, td { padding: 9px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
thead th { font-size: 14px; line-height: 1.3; font-weight: 600; vertical-align: bottom; }
tbody tr:last-child > * { border-bottom: 0; }
th small, td small { display: block; font-size: 12.5px; font-weight: 400; line-height: 1.35; }
.results th[scope=row] { min-width: 150px; font-weight: 600; overflow-wrap: anywhere; }
.results td { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.results td, .results thead th { padding-left: 9px; padding-right: 9px; }
.results thead tr:first-child th.group { text-align: center; white-space: nowrap; padding-bottom: 2px; border-bottom: 0; } .results thead tr:nth-child(2) th { padding-top: 0; text-align: right; white-space: nowrap; }
.results thead th.group[colspan="1"] { text-align: right; }
.results thead small { display: inline; font-size: 13px; }
.results td.none { color: var(--soft); }
.results td b { background: var(--best); border-radius: 5px; padding: 2px 5px; margin-right: -5px; }
.results th[scope=row], .results th[rowspan] { position: sticky; left: 0; background: var(--card); padding-left: 0; }
.facts th[scope=row] { font-weight: 400; white-space: nowrap; padding-left: 0; }
.facts thead th:first-child { padding-left: 0; }
.facts td { overflow-wrap: anywhere; min-width: 110px; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 8px; background: var(--run); }

.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 12px; padding: 0; font-size: 14.5px; }
.legend li { min-width: 0; overflow-wrap: anywhere; }
.legend svg { width: 28px; height: 10px; margin-right: 7px; vertical-align: middle; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 22px 28px; }
.chart { margin: 0; max-width: 640px; }
.chart figcaption { font-size: 15px; line-height: 1.35; margin: 0 0 4px; }
.chart figcaption span { margin-left: 8px; font-size: 13.5px; }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; }
.chart text { font-size: 13px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.grid line { stroke: var(--grid); } .axis, .tick { stroke: var(--soft); stroke-opacity: .55; }
.bar { fill: none; stroke: var(--run); stroke-width: 1.4; stroke-opacity: .75; }
.break { stroke: var(--soft); stroke-width: 1.2; fill: none; } .gap { fill: var(--card); }
.guide line { stroke: var(--soft); stroke-dasharray: 3 4; } .guide text { paint-order: stroke; stroke: var(--card); stroke-width: 5px; stroke-linejoin: round; }
.aside { margin: 0; align-self: center; max-width: 56ch; font-size: 15px; color: var(--soft); }
h3.sub { margin: 26px 0 6px; }
.line { fill: none; stroke: var(--run); stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; }
.dot { fill: var(--run); } .dot.large { stroke: var(--card); stroke-width: 1.5; }
circle.dot:hover { stroke: var(--ink); }
.d1 { stroke-dasharray: 7 4; } .d2 { stroke-dasharray: 2 4; } .dot { stroke-dasharray: none; }
.s0 { --run: var(--s0); } .s1 { --run: var(--s1); } .s2 { --run: var(--s2); } .s3 { --run: var(--s3); }
.s4 { --run: var(--s4); } .s5 { --run: var(--s5); } .s6 { --run: var(--s6); } .s7 { --run: var(--s7); }

.key { font-size: 14px; color: var(--soft); margin: 0 0 16px; }
.key span { display: inline-block; vertical-align: -2px; height: 13px; margin: 0 5px 0 14px; } .key span:first-child { margin-left: 0; }
.key .box { width: 18px; border: 2.5px solid; } .key .predicted { border-color: #12e04c; } .key .truth { border-color: #ff2a2a; }
.key .ramp { width: 70px; border-radius: 3px; background: linear-gradient(90deg, #440154, #3e4989, #26828e, #35b779, #b5de2b, #fde725); }
.image { padding: 0 0 22px; } .image:last-child { padding-bottom: 0; }
.panels { display: grid; gap: 14px 22px; grid-template-columns: repeat(var(--runs), minmax(300px, 1fr)); }
.panel { margin: 0; min-width: 0; }
.panel img { display: block; max-width: 100%; height: auto; }
[data-runs="1"] .panel img { max-width: min(100%, 780px); }
.panel figcaption { font-size: 14px; padding: 4px 0 0 4px; }
details { margin-top: 14px; } summary { cursor: pointer; color: var(--accent); } details > div { margin-top: 8px; }
dl { margin: 0; display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 10px 24px; font-size: 15px; }
dt { font-weight: 600; } dd { margin: 0; max-width: 74ch; }
footer { color: var(--soft); font-size: 14px; }

.note.before { margin: 0 0 12px; max-width: 92ch; }
.toolbar { position: sticky; top: 0; z-index: 2; background: var(--card); border-bottom: 1px solid var(--rule); padding: 10px 0 12px; margin: 0 0 10px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 10px; font-size: 14.5px; }
.toolbar fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; min-width: 0; }
.toolbar legend { float: left; padding: 0; margin-right: 4px; color: var(--soft); }
.chip { border: 1px solid var(--rule); border-radius: 999px; padding: 2px 11px 2px 8px; display: inline-flex; align-items: center; cursor: pointer; overflow-wrap: anywhere; }
.chip input { margin: 0 7px 0 0; accent-color: var(--accent); } .chip:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
.thresholds { display: grid; gap: 4px 28px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); }
.threshold { display: grid; grid-template-columns: minmax(72px, max-content) 1fr 3.2em max-content; align-items: center; gap: 10px; min-width: 0; }
.threshold .name { overflow-wrap: anywhere; } .threshold output { font-variant-numeric: tabular-nums; text-align: right; }
.threshold input { width: 100%; min-width: 60px; margin: 0; accent-color: var(--accent); }
.choices { display: flex; flex-wrap: wrap; gap: 8px 18px; color: var(--soft); }
.choices label { display: inline-flex; align-items: center; gap: 6px; min-width: 0; max-width: 100%; white-space: nowrap; } .choices select { flex: 0 1 auto; text-overflow: ellipsis; }
.gallery select, .gallery button { font: inherit; color: var(--ink); background: var(--page); border: 1px solid var(--rule); border-radius: 7px; padding: 3px 8px; min-width: 0; max-width: 100%; }
.gallery button { font-size: 13px; color: var(--soft); cursor: pointer; } .gallery button:hover { color: var(--ink); border-color: var(--soft); }
.gallery :is(select, button, input):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.hits { margin: 0; font-size: 14.5px; font-variant-numeric: tabular-nums; min-height: 1.55em; } .hits > span { white-space: nowrap; margin-left: 8px; } .hits .swatch { margin-right: 5px; }
.count { margin: 0 0 12px; font-size: 14px; color: var(--soft); }
.cards { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--shown) * 156px + 24px)), 1fr)); }
.card { border: 1px solid var(--rule); border-radius: 10px; padding: 10px 12px 12px; cursor: zoom-in; scroll-margin: 190px 0 20px; min-width: 0; }
.card:hover { border-color: var(--soft); } .card:focus { outline: 3px solid var(--accent); outline-offset: 1px; }
.view .title { margin: 0 0 6px; font-size: 14px; line-height: 1.35; overflow-wrap: anywhere; }
.view .pair { display: grid; gap: 12px; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
.view figure { margin: 0; min-width: 0; } .view canvas { display: block; width: 100%; border-radius: 4px; background: var(--grid); }
.view figcaption { font-size: 13px; line-height: 1.45; padding-top: 6px; color: var(--soft); overflow-wrap: anywhere; } .view figcaption b { color: var(--ink); } .view .swatch { margin-right: 5px; }
.large { border: 0; padding: 0; width: min(1180px, calc(100vw - 32px)); max-width: none; max-height: calc(100dvh - 32px); border-radius: 14px; background: var(--card); color: var(--ink); }
.large::backdrop { background: rgba(8, 12, 16, .72); } .large > div { padding: 0 20px 20px; } .large > .bar { display: flex; gap: 10px; align-items: center; padding: 12px 20px; position: sticky; top: 0; background: var(--card); }
.large .bar button { font-size: 17px; line-height: 1; padding: 8px 13px; } .large .bar button:last-child { margin-left: auto; } .large .place { font-size: 14px; color: var(--soft); font-variant-numeric: tabular-nums; }
.large .title { font-size: 17px; } .large figcaption { font-size: 15px; } .large canvas { max-height: calc(100dvh - 230px); object-fit: contain; background: none; }
.keyboard { display: flex; flex-wrap: wrap; gap: 6px 20px; } .keys { white-space: nowrap; }
kbd { font: 12.5px/1 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; border: 1px solid var(--rule); border-bottom-width: 2px; border-radius: 5px; padding: 2px 5px; background: var(--page); }

@media (max-width: 640px) {
  .results.study th[scope=row] { max-width: 168px; overflow-wrap: anywhere; }
  .toolbar { position: static; } .card { scroll-margin: 12px; } .cards { grid-template-columns: 1fr; } .keyboard { display: none; }
  .threshold { grid-template-columns: minmax(0, 1fr) max-content max-content; gap: 4px 10px; } .threshold input { grid-row: 2; grid-column: 1 / -1; height: 28px; }
  .large { width: 100vw; max-height: 100dvh; border-radius: 0; } .large > div { padding: 0 12px 16px; } .large .pair { grid-auto-flow: row; } .large canvas { max-height: 60dvh; }
  main { padding: 24px 12px 40px; } h1 { font-size: 25px; }
  main > section { padding: 18px 16px; border-radius: 10px; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 10px; } .tile { padding: 12px 14px; } .tile .value { font-size: 25px; }
  .panels { grid-template-columns: 1fr; }
  dl { grid-template-columns: 1fr; gap: 2px; } dd { margin-bottom: 10px; }
  .chart text { font-size: 18px; }
}
@media print { body { background: #fff; } main > section, .tile { break-inside: avoid; } }
`;
