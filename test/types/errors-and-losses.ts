import {
  applySettings,
  type Config,
  type ConfigInput,
  isWsolError,
  regularizedLoss,
  resolveConfig,
  version,
  WsolError,
  type WsolErrorCode,
} from "../../lib/index";

export function errorsHaveACodeOfAClosedUnion(error: unknown): WsolErrorCode | undefined {
  // @ts-expect-error TS18046 unknown until it is asked
  error.code;
  if (!isWsolError(error)) return undefined;
  const fix: string | undefined = error.fix;
  console.log(error.message, error.details.path, error.cause, fix);
  // @ts-expect-error TS2367 no such code
  if (error.code === "ERR_WSOL_OOPS") return undefined;
  // @ts-expect-error TS2345 no such code
  isWsolError(error, "ERR_WSOL_OOPS");
  // @ts-expect-error TS2345 no such code
  new WsolError("ERR_OOPS", "x");
  return error.code;
}

export function losses(): Float64Array {
  const { loss, effectiveEps, gradient } = regularizedLoss([[2, 0, -1]], [0], { lambda: 0.1, reduction: "sum" });
  const eps: number | null = effectiveEps;
  console.log(loss, eps, version.length);
  // @ts-expect-error TS2322 rows of logits
  regularizedLoss([2, 0, -1], [0]);
  // @ts-expect-error TS2322 no such reduction
  regularizedLoss([[2, 0]], [0], { reduction: "average" });
  return gradient;
}

export function configurations(input: ConfigInput): Config {
  const config: Config = resolveConfig(applySettings(input, ["loss.lambda=1e-4"]));
  const backbone: "preresnet18" | "seresnet50" | "resnet18" | "resnet50" = config.model.backbone;
  console.log(backbone, config.optim.lr);
  // @ts-expect-error TS2345 settings are a list
  applySettings(input, "loss.lambda=1e-4");
  // @ts-expect-error TS2322 no such schedule
  return resolveConfig({ optim: { schedule: "linear" } });
}
