import type { Config } from "../config/schema";

/** What other tools read: `pth` is PyTorch's own format. */
export type ExportFormat = "safetensors" | "pth";

/** A file that was written for other tools. */
export interface ExportedWeights {
  readonly path: string;
  readonly format: ExportFormat;
  readonly backbone: Config["model"]["backbone"];
  readonly numClasses: number;
  /** What the pixels must be normalised with. */
  readonly mean: Config["data"]["mean"];
  readonly std: Config["data"]["std"];
  /** Lines of Python that load it into torchvision's or timm's network; null where they have none like it. */
  readonly python: string | null;
  /** What is part of the model and not in the file. */
  readonly warnings: readonly string[];
}
