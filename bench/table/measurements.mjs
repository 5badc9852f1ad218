import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * What the table is made of, in its order: each the script of that name in this folder's parent, which measures both sides in
 * turn and prints `{ rows }` with `--json` (./rows.mjs). `python`: it has a peer there.
 */
const ALL = [
  {
    name: "step",
    title: "training step, and the memory of its process at most",
    python: true,
    full: ["--rounds", "3", "--rows", "preresnet18:128:32,seresnet50:224:16,resnet18:224:16,resnet18:128:32"],
    quick: ["--rounds", "2", "--rows", "preresnet18:128:32,seresnet50:128:16,resnet18:128:32", "--modes", "eager"],
  },
  {
    name: "whole-run",
    title: "whole run on photographs: ours validates in every epoch, the script evaluates once",
    python: true,
    data: true,
    full: ["--epochs", "15", "--rounds", "3"],
    quick: ["--epochs", "2"],
  },
  {
    name: "metrics",
    title:
      "evaluator, one core, 1,000 thresholds, three IoU levels: ours both box rules at once, the reference one at a time",
    python: true,
    full: ["--rounds", "7"],
    quick: ["--rounds", "3", "--maps", "12"],
  },
  {
    name: "inference",
    title: "inference: photographs to boxes",
    python: true,
    full: [],
    quick: ["--images", "100", "--rounds", "2"],
  },
  { name: "decoding", title: "decoding", python: true, full: ["--images", "4000"], quick: ["--images", "2000"] },
  {
    name: "start-up",
    title: "start-up: from the start of the process",
    python: true,
    full: ["--rounds", "5"],
    quick: ["--rounds", "2"],
  },
  {
    name: "processes",
    title: "training step with the batch shared by two processes of this machine, each on its share of the cores",
    python: true,
    full: ["--rounds", "5"],
    quick: ["--rounds", "2"],
  },
  { name: "training", title: "event loop while training", full: [], quick: [] },
  {
    name: "foreign-load",
    title: "slowdown of a training step under a foreign load",
    python: true,
    full: ["--rounds", "5"],
    quick: ["--rounds", "1"],
  },
  {
    name: "open-close",
    title: "memory, a trainer and a network opened, used and closed again and again",
    full: ["--cycles", "1000"],
    quick: ["--cycles", "40"],
  },
];

export const scriptOf = ({ name }) => fileURLToPath(new URL(`../${name}.mjs`, import.meta.url));

/** Those whose script is there. */
export const MEASUREMENTS = ALL.filter((measurement) => existsSync(scriptOf(measurement)));
