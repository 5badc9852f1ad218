import {
  readCheckpointFile,
  readCheckpointMetadata,
  refuseNonFinite,
  type WeightsInfo,
  weightsInfo,
  weightsMetadata,
} from "../checkpoint/weights";
import { type DatasetFingerprint, isDatasetFingerprint } from "../data/fingerprint";
import { WsolError } from "../errors";
import { writeSafetensors } from "../formats/safetensors";
import type { NativeTensor } from "../native/torch-addon";
import { type Position, parsePosition } from "./position";

/** What a network in training consists of. */
export interface Snapshot {
  readonly weights: readonly NativeTensor[];
  /** Named as their parameters; empty before the first step. */
  readonly momentum: readonly NativeTensor[];
}

/** All that a run needs to go on. */
export interface TrainingState extends Snapshot {
  readonly position: Position;
  /** Of the data that the run began with. */
  readonly data: DatasetFingerprint;
}

const POSITION_KEY = "entropy-wsol.position";
const DATA_KEY = "entropy-wsol.data";
const MOMENTUM_PREFIX = "momentum.";

/** Writes a state file, atomically. @throws ERR_WSOL_WRITE */
export async function writeState(path: string, state: TrainingState, info: WeightsInfo): Promise<void> {
  const momentum = state.momentum.map((tensor) => ({ ...tensor, name: MOMENTUM_PREFIX + tensor.name }));
  await writeSafetensors(path, {
    tensors: [...state.weights, ...momentum],
    metadata: {
      ...weightsMetadata(info),
      [POSITION_KEY]: JSON.stringify(state.position),
      [DATA_KEY]: JSON.stringify(state.data),
    },
  });
}

/** Where a run stands and which data it began with, without its tensors. @throws ERR_WSOL_CHECKPOINT */
export async function readStateInfo(path: string): Promise<Pick<TrainingState, "position" | "data">> {
  const metadata = await readCheckpointMetadata(path);
  return { position: parsePosition(metadata[POSITION_KEY], path), data: parseFingerprint(metadata[DATA_KEY], path) };
}

/** @throws ERR_WSOL_CHECKPOINT if the file is damaged, or no state file */
export async function readState(path: string): Promise<TrainingState> {
  const file = await readCheckpointFile(path);
  weightsInfo(file, path);
  const position = parsePosition(file.metadata[POSITION_KEY], path);
  const data = parseFingerprint(file.metadata[DATA_KEY], path);
  const isMomentum = ({ name }: NativeTensor) => name.startsWith(MOMENTUM_PREFIX);
  const momentum = file.tensors.filter(isMomentum);
  refuseNonFinite(momentum, path);
  return {
    weights: file.tensors.filter((tensor) => !isMomentum(tensor)),
    momentum: momentum.map((tensor) => ({ ...tensor, name: tensor.name.slice(MOMENTUM_PREFIX.length) })),
    position,
    data,
  };
}

function parseFingerprint(text: string | undefined, path: string): DatasetFingerprint {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (isDatasetFingerprint(value)) return value;
  } catch {
    // Reported below.
  }
  throw new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' does not tell which data its run began with`, {
    details: { path },
  });
}
