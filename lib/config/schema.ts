import { z } from "zod";

const count = z.number().int().positive();
const seed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);
export const NUM_STAGES = 4;
const stride = z.union([z.literal(1), z.literal(2)]);

const triple = <Channel extends z.ZodNumber>(channel: Channel) => z.tuple([channel, channel, channel]);

const model = z.strictObject({
  backbone: z
    .enum(["preresnet18", "seresnet50", "resnet18", "resnet50"])
    .default("preresnet18")
    .describe("Network; the paper uses the first two."),
  stem: z
    .enum(["plain", "activated"])
    .default("plain")
    .describe("preresnet18 only: `activated` puts batch norm and ReLU before the max-pool."),
  numClasses: count.min(2).nullable().default(null).describe("Classes; null: as many as the data set has."),
  lastStride: stride.default(1).describe("Stride of the last stage; 1 doubles the final map (14x14 at 224)."),
  layer3Stride: stride.default(2).describe("Stride of stage 3; 1 doubles the final map again (28x28 at 224)."),
  padding: z
    .enum(["symmetric", "same"])
    .default("symmetric")
    .describe("Of strided convolutions and the max-pool; `same` as TensorFlow's, for weights that were trained so."),
  weights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Weights to start from: a file, or a name such as `torchvision/resnet50`; null: random."),
  classifier: z
    .enum(["auto", "load", "fresh"])
    .default("auto")
    .describe(
      "With `model.weights`: `fresh` starts a new classifier, `load` takes theirs, `auto` takes it where it has the same classes.",
    ),
});

const loss = z.strictObject({
  regularizer: z
    .enum(["none", "entropy", "label-smoothing", "confidence-penalty", "jeffreys", "jensen-shannon"])
    .default("entropy")
    .describe("The term added to the cross-entropy; `entropy` is the paper's KL(u||p)."),
  lambda: z.number().min(0).default(0).describe("Its weight; for label-smoothing the eps."),
  reduction: z
    .enum(["mean", "class-sum", "sum"])
    .default("mean")
    .describe("What the entropy term is summed over: `mean` is the true KL, `sum` depends on the batch size."),
  multiLabel: z
    .enum(["softmax", "bce"])
    .default("softmax")
    .describe("Images of several classes: `softmax` shares the target among them, `bce` takes a sigmoid per class."),
});

const fraction = z.number().min(0).max(1);

const has = z.strictObject({
  gridSize: count.default(4).describe("`has` only: side of a tile in pixels."),
  dropRate: fraction.default(0.5).describe("`has` only: probability that a tile is hidden."),
});

const cutmix = z.strictObject({
  probability: fraction.default(1).describe("`cutmix` only: probability that a batch is mixed."),
  beta: z.number().min(0.01).max(1000).default(1).describe("`cutmix` only: shares are drawn from Beta(beta, beta)."),
});

const adl = z.strictObject({
  threshold: fraction
    .default(0.9)
    .describe("`adl` only: attention of at least this share of an image's largest is dropped."),
  dropRate: fraction
    .default(0.75)
    .describe("`adl` only: probability of dropping; else features are weighed by importance."),
});

const rdap = z.strictObject({
  dropRate: fraction
    .default(0.75)
    .describe("`rdap` only: probability of dropping; else features are weighed by importance."),
  blockSize: count
    .nullable()
    .default(null)
    .describe("`rdap` only: side of the dropped square on the map; null: the largest odd one within a third of it."),
});

const acol = z.strictObject({
  threshold: fraction
    .default(0.7)
    .describe("`acol` only: the second branch sees no features where the first's map is at least this."),
});

const method = z.strictObject({
  name: z
    .enum(["none", "has", "cutmix", "adl", "rdap", "acol"])
    .default("none")
    .describe("Training method combined with the regularizer."),
  has: has.prefault({}),
  cutmix: cutmix.prefault({}),
  adl: adl.prefault({}),
  rdap: rdap.prefault({}),
  acol: acol.prefault({}),
});

const data = z.strictObject({
  imageSize: count.default(256).describe("Side in pixels of the square that training images are resized to."),
  cropSize: count.default(224).describe("Side in pixels of the random training crop, and of images in evaluation."),
  flip: z.number().min(0).max(1).default(0.5).describe("Probability of a horizontal flip in training."),
  mean: triple(z.number().min(0).max(1))
    .default([0.485, 0.456, 0.406])
    .describe("Subtracted from red, green and blue in [0, 1]: ImageNet's, or those of weights that are named."),
  std: triple(z.number().positive())
    .default([0.229, 0.224, 0.225])
    .describe("What they are divided by then: ImageNet's, or those of weights that are named."),
  cmyk: z.enum(["refuse", "convert"]).default("refuse").describe("What to do with CMYK images."),
  onBadImage: z
    .enum(["stop", "skip"])
    .default("stop")
    .describe(
      "At an image that is missing, damaged, refused or of another size: `skip` goes on without it and names it.",
    ),
  cache: z
    .enum(["memory", "disk", "none"])
    .default("memory")
    .describe("Where decoded images are kept: `disk` is a file that runs share, for sets larger than memory."),
  cacheMemory: z
    .number()
    .min(0)
    .default(2048)
    .describe("`data.cache=memory` only: MiB for decoded images; the rest is decoded each time."),
  cacheDir: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("`data.cache=disk` only: folder of the files; null: the user's cache folder."),
  workers: count
    .max(1024)
    .nullable()
    .default(null)
    .describe("Images decoded at once; null: one for each core, as far as Node's thread pool goes."),
});

const optim = z.strictObject({
  lr: z.number().positive().default(0.01).describe("Peak learning rate."),
  schedule: z.enum(["step", "onecycle", "cosine", "constant"]).default("step").describe("Learning rate over time."),
  decayEvery: count.default(15).describe("`step` only: epochs between two decays."),
  decayFactor: z.number().positive().max(1).default(0.1).describe("`step` only: factor of a decay."),
  epochs: count.default(50).describe("Passes over the `train` split."),
  batchSize: count
    .default(32)
    .describe("Images of a step, of all processes together; a last batch of one image is dropped."),
  momentum: z.number().min(0).lt(1).default(0.9).describe("Momentum of SGD."),
  nesterov: z.boolean().default(true).describe("Whether the momentum is Nesterov's."),
  weightDecay: z.number().min(0).default(1e-4).describe("L2 penalty on every parameter."),
  classifierLrMultiplier: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Learning-rate factor of the linear layer and the last stage; null: 10 with `model.weights`, else 1."),
});

const distributed = z.strictObject({
  backend: z
    .enum(["gloo", "nccl"])
    .default("gloo")
    .describe(
      "Several processes on GPUs only: gradients travel through the CPU (`gloo`), or from GPU to GPU (`nccl`).",
    ),
  syncBatchNorm: z
    .boolean()
    .default(false)
    .describe("Several processes only: whether batch norm sees the batches of all of them as one."),
});

const scoreMap = z.strictObject({
  kind: z
    .enum(["cam", "grad-cam", "grad-cam++", "layer-cam"])
    .default("cam")
    .describe("`cam`: class activation map, the mean over channels; the others weigh by the logit's gradient."),
  stage: z
    .number()
    .int()
    .min(1)
    .max(NUM_STAGES)
    .default(NUM_STAGES)
    .describe("The stage whose output the map is of; `cam` has only the last."),
  normalisation: z
    .enum(["minmax", "max", "pas", "ivr"])
    .default("minmax")
    .describe("How a map is brought to [0, 1], after the resize."),
  size: count.default(224).describe("Side in pixels of the score maps that boxes are taken from."),
});

const evaluation = z.strictObject({
  step: z.number().min(1e-4).max(1).default(0.001).describe("Step of the threshold grid."),
  sigma: z.number().min(0).max(1).default(0.15).describe("Fixed threshold reported beside the best one."),
});

/** The whole configuration of a run. Every key has a default, so `{}` is a valid configuration. */
export const configSchema = z.strictObject({
  model: model.prefault({}),
  loss: loss.prefault({}),
  method: method.prefault({}),
  data: data.prefault({}),
  optim: optim.prefault({}),
  scoreMap: scoreMap.prefault({}),
  evaluation: evaluation.prefault({}),
  distributed: distributed.prefault({}),
  evaluateEvery: count.default(1).describe("Epochs between two evaluations on `val`."),
  device: z
    .string()
    .regex(/^(auto|cpu|cuda:\d+)$/, "expected auto, cpu or cuda:N")
    .default("auto")
    .describe("`cpu`, `cuda:N`, or `auto`: the first CUDA device, else the CPU."),
  precision: z.enum(["float32", "bfloat16"]).default("float32").describe("`bfloat16`: autocast of the forward pass."),
  threads: z.number().int().min(0).max(1024).default(0).describe("CPU threads of the session; 0: all cores."),
  seed: seed.default(0).describe("Every random draw of a run follows from it."),
});

/** A complete configuration, as stored in a run folder. */
export type Config = z.output<typeof configSchema>;
/** What a user may leave out. */
export type ConfigInput = z.input<typeof configSchema>;
