import { NOT_RECORDED, scoreMapWords, shortFingerprint } from "../../runs/comparability";
import type { Evaluated } from "../../runs/evaluation";
import type { RunSummary, StoredEvaluation } from "../../runs/summary";
import { counted } from "../../words";
import { factsTable } from "../facts-table";
import { type Html, html } from "../html";
import { splitWords } from "../words";

interface EvaluatedRun extends RunSummary {
  readonly evaluation: StoredEvaluation;
}

const FACTS: readonly (readonly [label: string, of: (evaluated: Evaluated, run: EvaluatedRun) => string | null])[] = [
  ["data set", ({ data }) => data],
  ["its fingerprint", ({ fingerprint }) => shortFingerprint(fingerprint)],
  ["masks", ({ masks }) => masks],
  ["weights", weights],
  ["score map", ({ model, scoreMaps }) => (model === null ? scoreMaps : scoreMapWords(model.scoreMap))],
  ["threshold step", ({ step }) => String(step)],
  ["sigma", ({ sigma }) => String(sigma)],
  ["device", ({ model }) => (model === null ? null : `${model.device}, ${model.precision}`)],
  ["entropy-wsol", (evaluated) => evaluated.package],
];

/** What was evaluated, and how; null without an evaluation. */
export function evaluations(runs: readonly RunSummary[]): Html | null {
  const evaluated = runs.filter((run): run is EvaluatedRun => run.evaluation !== null);
  if (evaluated.length === 0) return null;
  const rows = FACTS.map(([label, of]) => ({
    label,
    values: evaluated.map((run) => {
      const { evaluated: what } = run.evaluation;
      return what === null ? NOT_RECORDED : (of(what, run) ?? "–");
    }),
  }));
  const split = {
    label: "split",
    values: evaluated.map(({ evaluation }) => splitWords(evaluation)),
  };
  const told = [split, ...rows].filter(({ values }) => !isBare(values));
  const names = evaluated.map(({ name }) => name);
  return html`${factsTable(names, told)}<p class="note">The fingerprint is made of the split’s ids, labels, image sizes, boxes and masks: equal for copies of one data set.</p>`;
}

/** A row that only some of the runs could have filled, and none did. */
function isBare(values: readonly string[]): boolean {
  const isRecorded = values.some((value) => value !== NOT_RECORDED);
  return isRecorded && values.every((value) => value === NOT_RECORDED || value === "–");
}

function weights({ model }: Evaluated, { epochs }: EvaluatedRun): string | null {
  if (model === null) return null;
  const trained = epochs.at(-1)?.epoch;
  const { epoch } = model;
  const name = model.checkpoint ?? model.weights;
  if (epoch === null) return name;
  const isOlder = model.checkpoint === "last" && trained !== undefined && epoch < trained;
  const after = `${name}, after ${counted(Number(epoch.toFixed(2)), "epoch")}`;
  return isOlder ? `${after}; the run has ${trained} by now` : after;
}
