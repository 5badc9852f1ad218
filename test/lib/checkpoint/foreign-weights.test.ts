import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePth } from "../../../lib/formats/pth/write-pth";
import { writeSafetensors } from "../../../lib/formats/safetensors";
import type { NamedTensor } from "../../../lib/formats/tensor-file";
import { zipParts } from "../../../lib/formats/zip/write-zip";
import type { WeightsSource } from "../../../lib/localize/load-weights";
import { Localizer } from "../../../lib/localize/localizer";
import {
  differenceOverRange,
  FOREIGN_WEIGHTS,
  filledTensor,
  filledVariable,
  npyOf,
  toHalf,
} from "../../support/foreign-weights";
import { patternBatch } from "../../support/small-network";
import { temporaryFolder } from "../../support/temporary-folder";

// The same images and weights, which follow from rules, gave PyTorch's numbers; test/slow has files that PyTorch wrote.

jest.setTimeout(120_000);

const folder = temporaryFolder();
const TOLERANCE = 1e-4;

async function logitsOf(source: WeightsSource): Promise<Float32Array> {
  const model = await Localizer.load(source, { device: "cpu" });
  try {
    return (await model.network.infer(patternBatch(2, 64), null)).logits;
  } finally {
    await model.close();
  }
}

describe.each(Object.entries(FOREIGN_WEIGHTS.networks))("weights of PyTorch's %s", (backbone, expected) => {
  const { mean, std, logits, logits_of_halves: logitsOfHalves, tensors: shapes } = expected;
  const stock = { backbone, lastStride: 2, mean, std } as unknown as WeightsSource;
  let tensors: NamedTensor[];
  beforeAll(() => {
    tensors = Object.entries(shapes).map(([name, shape]) => filledTensor(name, shape));
  });
  afterAll(() => {
    tensors = [];
  });

  test("give PyTorch's logits, from .safetensors", async () => {
    const weights = join(folder, `${backbone}.safetensors`);
    await writeSafetensors(weights, { tensors, metadata: { format: "pt" } });
    expect(differenceOverRange(await logitsOf({ ...stock, weights }), logits)).toBeLessThan(TOLERANCE);
  });

  test("give PyTorch's logits in half precision, from .pth of a network that was trained in parallel", async () => {
    const weights = join(folder, `${backbone}.pth`);
    await writePth(
      weights,
      tensors.map((tensor) => ({ ...toHalf(tensor), name: `module.${tensor.name}` })),
    );
    expect(differenceOverRange(await logitsOf({ ...stock, weights }), logitsOfHalves)).toBeLessThan(TOLERANCE);
    expect(differenceOverRange(await logitsOf({ ...stock, weights }), logits)).toBeGreaterThan(TOLERANCE);
  });
});

describe.each(Object.entries(FOREIGN_WEIGHTS.tensorpack))("tensorpack's %s", (backbone, { logits, tensors }) => {
  test("gives the logits of a network that is padded as TensorFlow pads and fed blue first", async () => {
    const weights = join(folder, `${backbone}.npz`);
    const files = Object.entries(tensors).map(([name, shape]) => ({
      name: `${name}.npy`,
      content: npyOf(filledVariable(name, shape)),
    }));
    writeFileSync(weights, Buffer.concat([...zipParts(files, 64)]));
    const source = { weights, backbone, lastStride: 2 } as unknown as WeightsSource;
    expect(differenceOverRange(await logitsOf(source), logits)).toBeLessThan(TOLERANCE);
    const padded = await logitsOf({ ...source, padding: "symmetric" });
    expect(differenceOverRange(padded, logits)).toBeGreaterThan(100 * TOLERANCE);
  });
});
