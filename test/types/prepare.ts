import { type PrepareEvent, type PrepareResult, prepare, type Run, type SourceProblem } from "../../lib/index";

export async function aPreparationIsIteratedAndAwaited(signal: AbortSignal): Promise<readonly SourceProblem[]> {
  const run: Run<PrepareEvent, PrepareResult> = prepare("cub", "CUB_200_2011.tgz", "data/cub", {
    val: 5,
    seed: 1,
    copy: true,
    signal,
    onProgress: ({ stage, done, total }) => console.error(stage, total === null ? done : done / total),
  });
  for await (const event of run) {
    // @ts-expect-error TS2339 only a problem has an image
    event.image;
    if (event.type === "problem") console.error(event.image, event.problem, event.entry ?? "");
    if (event.type === "start") console.error(event.splits.train ?? 0, event.resumed);
  }
  const { status, problems, splits } = await run;
  // @ts-expect-error TS2367 no such status
  if (status === "resumed") return [];
  // @ts-expect-error TS2339 no such split
  splits.validation;
  return problems;
}

export function wrongOptions(): void {
  // @ts-expect-error TS2554 the folder is needed
  prepare("cub", "CUB_200_2011.tgz");
  // @ts-expect-error TS2322 a number
  prepare("cub", "a", "b", { val: "5" });
  // @ts-expect-error TS2353 no such option
  prepare("cub", "a", "b", { copies: true });
}
