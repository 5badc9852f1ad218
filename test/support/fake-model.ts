import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWeights } from "../../lib/checkpoint/weights";
import { resolveConfig } from "../../lib/config/resolve";
import type { Config } from "../../lib/config/schema";
import { fakeTensors } from "./fake-torch";
import { GREY_SIDE } from "./grey-data";

/** Settings of a model for {@link GREY_SIDE}. */
export const FAKE_CONFIG: Config = resolveConfig({
  model: { backbone: "resnet18" },
  data: { imageSize: GREY_SIDE, cropSize: GREY_SIDE },
  optim: { batchSize: 3 },
  scoreMap: { size: GREY_SIDE },
  evaluation: { step: 0.1, sigma: 0.2 },
  device: "cpu",
});

/** A run folder whose weights are those of the stand-in after so many steps. */
export async function writeFakeModel(folder: string, steps: { readonly last: number; readonly best: number }) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "config.json"), JSON.stringify(FAKE_CONFIG));
  for (const name of ["last", "best"] as const) {
    const info = { config: FAKE_CONFIG, numClasses: 3, classes: null, epoch: steps[name], valThreshold: null };
    await writeWeights(join(folder, `${name}.safetensors`), fakeTensors(steps[name]), info);
  }
}
