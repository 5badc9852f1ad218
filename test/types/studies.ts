import { type Comparison, compare, type StudyResult, sweep } from "../../lib/index";

export async function sweepsAStrength(signal: AbortSignal): Promise<StudyResult> {
  const study = sweep("data/cub", {
    out: "studies/eps",
    vary: { eps: { from: 0, to: 0.8, count: 9 }, "method.name": ["none", "adl"] },
    seeds: [0, 1],
    config: { optim: { epochs: 3 } },
    signal,
  });
  for await (const event of study) {
    if (event.type === "evaluated") {
      const loc: number | null = event.figures.gtKnownLoc;
      console.log(event.run, loc);
    }
    // @ts-expect-error TS2339 only of events of a run
    console.log(event.figures);
  }
  // @ts-expect-error TS2345 a folder is needed
  sweep("data/cub", { vary: { "loss.lambda": [0, 1] }, seeds: [0] });
  return study;
}

export async function comparesTwoSides(): Promise<boolean | null> {
  const comparison: Comparison = await compare(["runs/a", "runs/a2"], "runs/b", { resamples: 1000 });
  // @ts-expect-error TS2561 no such option
  await compare("runs/a", "runs/b", { samples: 3 });
  // @ts-expect-error TS2554 two sides
  await compare("runs/a");
  console.log(comparison.images, comparison.notes[0]);
  return comparison.verdict.bBeatsA;
}
