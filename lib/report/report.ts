import { writeFileAtomically } from "../files";
import { checkOptions, type OptionKeys } from "../options";
import { version } from "../version";
import { htmlDocument } from "./document";
import { type Html, html } from "./html";
import { readPageScript } from "./page-script";
import type { ReportedRun } from "./reported-run";
import { commands } from "./sections/commands";
import { definitions } from "./sections/definitions";
import { entropyAndLocalization } from "./sections/entropy-and-localization";
import { environments } from "./sections/environments";
import { evaluations } from "./sections/evaluations";
import { gallery } from "./sections/gallery";
import { galleryData } from "./sections/gallery-data";
import { headline } from "./sections/headline";
import { panelGrid } from "./sections/panel-grid";
import { resultsTable } from "./sections/results-table";
import { settings } from "./sections/settings";
import { thresholdCurves } from "./sections/threshold-curves";
import { trainingCurves } from "./sections/training-curves";

export interface ReportOptions {
  /** The first is what the others are compared with. */
  readonly runs: readonly ReportedRun[];
  /** The HTML file. */
  readonly out: string;
  /** The command line to show as the one that made the page. */
  readonly command?: string;
  /** @default now */
  readonly date?: Date;
}

const KNOWN: OptionKeys<ReportOptions> = { runs: true, out: true, command: true, date: true };

/**
 * Writes one HTML file that holds everything it shows and asks for nothing else.
 * @throws ERR_WSOL_WRITE
 */
export async function writeReport(options: ReportOptions): Promise<void> {
  checkOptions(options, KNOWN);
  await writeFileAtomically(options.out, await renderReport(options));
}

/** The page of {@link writeReport} as text. */
export async function renderReport({ runs, out, command, date = new Date() }: ReportOptions): Promise<string> {
  const madeBy = command ?? `wsol report ${runs.map(({ folder }) => folder).join(" ")} --out ${out}`;
  const pictures = galleryData(runs);
  const sections = [
    section("results", "Results", resultsTable(runs)),
    section("gallery", "Gallery", gallery(pictures)),
    section("pictures", "Where the networks look", await panelGrid(runs)),
    section("entropy", "Entropy and localization", entropyAndLocalization(runs)),
    section("training", "Training", trainingCurves(runs)),
    section("thresholds", "Localization over thresholds", thresholdCurves(runs)),
    section("evaluation", "What was evaluated", evaluations(runs)),
    section("settings", "Settings", settings(runs)),
    section("environment", "Environment", environments(runs)),
    section("definitions", "What the figures mean", definitions()),
    section("commands", "Made by", commands(runs, madeBy)),
  ].filter((one) => one !== null);
  const names = runs.map(({ name }) => name).join(", ");
  return htmlDocument({
    title: `Localization report: ${names}`,
    script: pictures === null ? null : await readPageScript("page"),
    body: html`<main><header><h1>Weakly supervised localization</h1>
<p class="lead">${introduction(runs)}. ${date.toISOString().slice(0, 10)}, entropy-wsol ${version}.</p></header>
${headline(runs)}
<nav>${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
${sections.map(({ id, title, body }) => html`<section id="${id}"><h2>${title}</h2>${body}</section>`)}
</main>`,
  });
}

/** Many names are better read in the table. */
function introduction(runs: readonly ReportedRun[]): string {
  if (runs.length > 4) return `${runs.length} runs`;
  return `${runs.length === 1 ? "One run" : `${runs.length} runs`}: ${runs.map(({ name }) => name).join(", ")}`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function section(id: string, title: string, body: Html | null): Section | null {
  return body === null ? null : { id, title, body };
}
