import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportWeights } from "../../../lib/checkpoint/export-weights";
import { type WeightsInfo, weightsInfo, writeWeights } from "../../../lib/checkpoint/weights";
import { resolveConfig } from "../../../lib/config/resolve";
import type { ConfigInput } from "../../../lib/config/schema";
import { writeSafetensors } from "../../../lib/formats/safetensors";
import type { NamedTensor } from "../../../lib/formats/tensor-file";
import { readTensors } from "../../../lib/formats/tensors";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const TENSORS: readonly NamedTensor[] = [
  { name: "conv1.weight", dtype: "F32", shape: [2], data: new Uint8Array(Float32Array.of(1, -2).buffer) },
  { name: "bn1.num_batches_tracked", dtype: "I64", shape: [], data: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0) },
];

let made = 0;
async function runWith(config: ConfigInput, names: readonly string[] = ["last", "best"]): Promise<string> {
  const run = join(folder, `run-${made++}`);
  mkdirSync(run);
  const info: WeightsInfo = {
    ...{ config: resolveConfig(config), numClasses: 12, classes: null, epoch: 3, valThreshold: null },
  };
  writeFileSync(join(run, "config.json"), JSON.stringify(info.config));
  for (const [index, name] of names.entries()) {
    await writeWeights(join(run, `${name}.safetensors`), TENSORS.slice(0, 2 - index), info);
  }
  return run;
}

const plain = (tensors: readonly NamedTensor[]) => tensors.map((tensor) => ({ ...tensor, data: [...tensor.data] }));

describe("exportWeights", () => {
  test.each(["safetensors", "pth"] as const)("writes every tensor, batch counts too, as .%s", async (format) => {
    const out = join(folder, `plain.${format}`);
    const exported = await exportWeights(await runWith({ model: { backbone: "resnet18" } }), { out });
    expect(exported).toMatchObject({ path: out, format, backbone: "resnet18", numClasses: 12 });
    const { tensors, metadata } = await readTensors(out);
    expect(plain(tensors)).toEqual(plain(TENSORS));
    if (format === "safetensors") {
      expect(metadata.format).toBe("pt");
      expect(weightsInfo({ tensors, metadata }, out)?.numClasses).toBe(12);
    }
  });

  test("takes best of a run, a weights file itself, and a format that the name does not tell", async () => {
    const run = await runWith({});
    const out = join(folder, "weights.bin");
    await exportWeights(run, { out, format: "pth", checkpoint: "best" });
    expect((await readTensors(out)).tensors.map(({ name }) => name)).toEqual(["conv1.weight"]);
    await exportWeights(join(run, "last.safetensors"), { out, format: "safetensors" });
    expect((await readTensors(out)).tensors).toHaveLength(2);
  });

  test.each([
    [
      "resnet18",
      "import torchvision, torch\nmodel = torchvision.models.resnet18(num_classes=12)",
      "model.layer4[0].conv1.stride = model.layer4[0].downsample[0].stride = (1, 1)",
    ],
    [
      "resnet50",
      "import torchvision, torch\nmodel = torchvision.models.resnet50(num_classes=12)",
      "model.layer4[0].conv2.stride = model.layer4[0].downsample[0].stride = (1, 1)",
    ],
    [
      "seresnet50",
      'import timm, torch\nmodel = timm.create_model("seresnet50", num_classes=12)',
      "model.layer4[0].conv2.stride = model.layer4[0].downsample[0].stride = (1, 1)",
    ],
    [
      "preresnet18",
      'import timm, torch\nmodel = timm.create_model("resnetv2_18", num_classes=12)',
      "model.stages[3].blocks[0].conv1.stride = model.stages[3].blocks[0].downsample.conv.stride = (1, 1)",
    ],
  ] as const)(
    "tells how Python loads %s, and that the stride is no part of the file",
    async (backbone, begin, stride) => {
      const out = join(folder, `${backbone}.pth`);
      const { python, warnings } = await exportWeights(await runWith({ model: { backbone } }), { out });
      expect(python).toBe(
        `${begin}\nmodel.load_state_dict(torch.load("${out}", weights_only=True))\n${stride}  # model.lastStride=1`,
      );
      expect(warnings).toEqual([
        `model.lastStride=1 is part of the model and not of the file. In Python, after loading: ${stride}`,
        "Pixels in [0, 1] must be normalised with mean [0.485, 0.456, 0.406] and std [0.229, 0.224, 0.225].",
      ]);
    },
  );

  test("tells of stage 3 too, and of nothing where the strides are the usual ones", async () => {
    const out = join(folder, "strides.safetensors");
    const both = await exportWeights(await runWith({ model: { backbone: "resnet18", layer3Stride: 1 } }), { out });
    expect(both.warnings.map((line) => line.split("=")[0])).toEqual([
      "model.lastStride",
      "model.layer3Stride",
      expect.stringContaining("Pixels"),
    ]);
    const usual = await exportWeights(await runWith({ model: { backbone: "resnet18", lastStride: 2 } }), { out });
    expect(usual.python).toBe(
      `import torchvision, safetensors.torch\nmodel = torchvision.models.resnet18(num_classes=12)\nmodel.load_state_dict(safetensors.torch.load_file("${out}"))`,
    );
    expect(usual.warnings).toHaveLength(1);
  });

  test.each<[string, ConfigInput, string, boolean]>([
    ["ACoL's classifiers", { method: { name: "acol" } }, "ACoL", false],
    ["the activated stem", { model: { stem: "activated" } }, "model.stem=activated", false],
    ["TensorFlow's padding", { model: { padding: "same" } }, "model.padding=same", true],
  ])("says what torchvision and timm cannot do: %s", async (_, config, words, loads) => {
    const out = join(folder, "special.pth");
    const { python, warnings } = await exportWeights(await runWith(config), { out });
    expect(python !== null).toBe(loads);
    expect(warnings.join("\n")).toContain(words);
  });

  test.each<[string, object, string, string]>([
    ["no file", {}, "ERR_WSOL_ARGUMENT", "'out'"],
    ["an ending that tells no format", { out: "weights.bin" }, "ERR_WSOL_ARGUMENT", ".safetensors or .pth"],
    ["an unknown format", { out: "w.pth", format: "onnx" }, "ERR_WSOL_ARGUMENT", "'format'"],
    ["an unknown checkpoint", { out: "w.pth", checkpoint: "first" }, "ERR_WSOL_ARGUMENT", "'checkpoint'"],
    ["an unknown option", { out: "w.pth", fromat: "pth" }, "ERR_WSOL_ARGUMENT", "'fromat'"],
    ["weights that are not there", { out: "w.pth", checkpoint: "best" }, "ERR_WSOL_RUN_FOLDER", "best.safetensors"],
  ])("rejects %s", async (_, options, code, words) => {
    const run = await runWith({}, ["last"]);
    const error = await caught(() => exportWeights(run, options as Parameters<typeof exportWeights>[1]));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)]);
  });

  test("rejects weights of other tools, and to write over what it reads", async () => {
    const path = join(folder, "foreign.safetensors");
    await writeSafetensors(path, { tensors: TENSORS, metadata: {} });
    const out = join(folder, "never.pth");
    expect((await caught(() => exportWeights(path, { out }))).code).toBe("ERR_WSOL_CHECKPOINT");
    expect(existsSync(out)).toBe(false);
    const own = join(await runWith({}), "last.safetensors");
    expect((await caught(() => exportWeights(own, { out: own }))).code).toBe("ERR_WSOL_ARGUMENT");
  });
});
