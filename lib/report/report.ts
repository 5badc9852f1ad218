import { writeFileAtomically } from "../files";
import { checkOptions, type OptionKeys } from "../options";
import type { StudySummary } from "../studies/study/read-study";
import { version } from "../version";
import { counted } from "../words";
import { COLOURS } from "./charts/series";
import { htmlDocument } from "./document";
import { type Html, html } from "./html";
import { LIVE } from "./page/live";
import { readPageScript } from "./page-script";
import type { ReportedRun } from "./reported-run";
import { representatives } from "./representatives";
import { commands } from "./sections/commands";
import { definitions } from "./sections/definitions";
import { entropyAndLocalization } from "./sections/entropy-and-localization";
import { environments } from "./sections/environments";
import { evaluations } from "./sections/evaluations";
import { gallery } from "./sections/gallery";
import { galleryData } from "./sections/gallery-data";
import { headline } from "./sections/headline";
import { panelGrid } from "./sections/panel-grid";
import { progressTable, type WatchedRun } from "./sections/progress";
import { resultsTable } from "./sections/results-table";
import { settings } from "./sections/settings";
import { strength } from "./sections/strength";
import { study, studyHeadline } from "./sections/study";
import { thresholdCurves } from "./sections/threshold-curves";
import { trainingCurves } from "./sections/training-curves";

export interface ReportOptions {
  /** The first is what the others are compared with. */
  readonly runs: readonly ReportedRun[];
  /** Studies that the runs are of, whose tables head the page. @default none */
  readonly studies?: readonly StudySummary[];
  /** The HTML file. */
  readonly out: string;
  /** The command line to show as the one that made the page. */
  readonly command?: string;
  /** @default now */
  readonly date?: Date;
}

const KNOWN: OptionKeys<ReportOptions> = { runs: true, studies: true, out: true, command: true, date: true };

/**
 * Writes one HTML file that holds everything it shows and asks for nothing else.
 * @throws ERR_WSOL_WRITE
 */
export async function writeReport(options: ReportOptions): Promise<void> {
  checkOptions(options, KNOWN);
  await writeFileAtomically(options.out, await renderReport(options));
}

/** What a page that is served shows beside its report. */
export interface LiveState {
  /** Of what the page shows; its script asks whether it still is. */
  readonly revision: string;
  readonly progress: readonly WatchedRun[];
}

/** The page of {@link writeReport} as text. @param live Of a page that is served: it updates itself, and has no gallery */
export async function renderReport(options: ReportOptions, live: LiveState | null = null): Promise<string> {
  const { runs, studies = [], out, command, date = new Date() } = options;
  const madeBy = command ?? `wsol report ${runs.map(({ folder }) => folder).join(" ")} --out ${out}`;
  const pictured = runs.filter(({ panels, gallery: ofRun }) => panels.length > 0 || ofRun);
  const shown = representatives(runs, COLOURS, pictured);
  const ofSome = (body: Html | null) => body && html`${shownNote(runs, shown)}${body}`;
  const curves = strength(runs);
  const pictures = galleryData(shown);
  const results = section("results", "Results", resultsTable(runs, studies.length > 0));
  const term = section("strength", "What the term does", curves);
  const sections = [
    section("progress", "Progress", live && progressTable(live.progress, date)),
    section("study", studies.length > 1 ? "Studies" : "Study", study(studies)),
    ...(studies.length > 0 ? [term, results] : [results, term]),
    section("gallery", "Gallery", gallery(pictures)),
    section("pictures", "Where the networks look", await panelGrid(shown)),
    section("entropy", "Entropy and localization", ofSome(entropyAndLocalization(shown, curves === null))),
    section("training", "Training", ofSome(trainingCurves(shown))),
    section("thresholds", "Localization over thresholds", ofSome(thresholdCurves(shown))),
    section("evaluation", "What was evaluated", evaluations(runs)),
    section("settings", "Settings", settings(runs)),
    section("environment", "Environment", environments(runs)),
    section("definitions", "What the figures mean", definitions()),
    section("commands", "Made by", commands(runs, madeBy)),
  ].filter((one) => one !== null);
  const lead = `${introduction(runs, studies)}. ${date.toISOString().slice(0, 10)}, entropy-wsol ${version}.`;
  return page({
    title: `Localization report: ${nameList(runs)}`,
    lead,
    head: studies.length === 0 ? headline(runs) : studyHeadline(studies),
    sections,
    live,
    hasGallery: pictures !== null,
  });
}

/** The page that is served before there is anything to report. @param problem Why there is not, where that is no matter of time */
export function renderWaiting({ problem, ...live }: LiveState & { readonly problem: string | null }): Promise<string> {
  const words = problem ?? "No run has begun yet.";
  return page({
    title: "Localization report",
    lead: `entropy-wsol ${version}.`,
    head: html`<p class="notice">${words}</p>`,
    sections: [section("progress", "Progress", progressTable(live.progress, new Date()))].filter((one) => one !== null),
    live,
    hasGallery: false,
  });
}

interface PageParts {
  readonly title: string;
  readonly lead: string;
  /** Before the sections. */
  readonly head: Html | null;
  readonly sections: readonly Section[];
  readonly live: LiveState | null;
  readonly hasGallery: boolean;
}

async function page({ title, lead, head, sections, live, hasGallery }: PageParts): Promise<string> {
  const script = live !== null ? "live" : hasGallery ? "page" : null;
  return htmlDocument({
    title,
    script: script && (await readPageScript(script)),
    asksItsServer: live !== null,
    body: html`<main${live && html` data-revision="${live.revision}"`}><header><h1>Weakly supervised localization</h1>
<p class="lead">${lead}${live && html` <span id="${LIVE.statusId}">${LIVE.connected}</span>`}</p></header>
${head}
<nav>${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
${sections.map(({ id, title, body }) => html`<section id="${id}"><h2>${title}</h2>${body}</section>`)}
</main>`,
  });
}

/** Many names are better read in the table. */
const MOST_NAMES = 4;

function introduction(runs: readonly ReportedRun[], studies: readonly StudySummary[]): string {
  const count = runs.length === 1 ? "One run" : counted(runs.length, "run");
  const ofStudies =
    studies.length === 0 ? "" : ` of ${studies.length === 1 ? "a study" : counted(studies.length, "study", "studies")}`;
  return runs.length > MOST_NAMES ? `${count}${ofStudies}` : `${count}${ofStudies}: ${nameList(runs)}`;
}

function nameList(runs: readonly ReportedRun[]): string {
  return runs.length > MOST_NAMES ? counted(runs.length, "run") : runs.map(({ name }) => name).join(", ");
}

/** Says what is not drawn where not all runs are. */
function shownNote(runs: readonly ReportedRun[], shown: readonly ReportedRun[]): Html | null {
  if (shown.length === runs.length) return null;
  return html`<p class="note before">${shown.length} of ${counted(runs.length, "run")}: one each of as many settings, the first and the best among them. All are in the <a href="#results">results</a>.</p>`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function section(id: string, title: string, body: Html | null): Section | null {
  return body === null ? null : { id, title, body };
}
