/// <reference types="node" preserve="true" />
// First, so that a bundle that holds the package fails with the fix and not with what else is missing there.
import "./version";

export { type ExportWeightsOptions, exportWeights } from "./checkpoint/export-weights";
export type { ExportedWeights, ExportFormat } from "./checkpoint/exported-weights";
export { describePreset, type PresetDescription, presetConfig } from "./config/presets";
export type { Origin, RecipeName } from "./config/recipes";

export { applySettings, readConfigFile, resolveConfig } from "./config/resolve";
export type { Config, ConfigInput } from "./config/schema";
export { type CheckOptions, type CheckReport, check } from "./data/check/check";
export type { ClassCounts } from "./data/check/class-counts";
export type { CheckFinding, FoundItem } from "./data/check/findings";
export type { FindingKind, Severity } from "./data/check/kinds";
export type { CheckedSplit } from "./data/check/split-tally";
export { Dataset } from "./data/dataset";
export { type CachedSplit, type CacheImagesOptions, cacheImages } from "./data/images/cache-images";
export type {
  PrepareEndEvent,
  PrepareEvent,
  PrepareNoteEvent,
  PrepareOptions,
  PrepareProblemEvent,
  PrepareProgress,
  PrepareResult,
  PrepareStartEvent,
} from "./data/prepare/events";
export { prepare } from "./data/prepare/prepare";
export type { FormatSettings, PublishedCounts, SourceProblem } from "./data/prepare/source-format";
export type { Box, Split, SplitName } from "./data/split";
export { isWsolError, WsolError, type WsolErrorCode } from "./errors";
export { type EvaluateOptions, evaluate } from "./evaluate/evaluate";
export { type EvaluateRunOptions, evaluateRun } from "./evaluate/evaluate-run";
export { type EvaluateScoreMapsOptions, evaluateScoreMaps } from "./evaluate/score-maps/evaluate-score-maps";
export type { ImageInput, RawImage } from "./localize/image-input";
export type { LoadOptions, ModelOptions, WeightsOrigin, WeightsSource } from "./localize/load-weights";
export type { Localization, LocalizeOptions } from "./localize/localize";
export { Localizer } from "./localize/localizer";
export type { FeaturesOptions, StageFeatures } from "./localize/stage-features";
export { type RegularizedLoss, type RegularizedLossOptions, regularizedLoss } from "./losses/regularized-loss";
export {
  type FeatureSheet,
  type FeatureSheetOptions,
  featureSheet,
  type SheetModel,
  type SheetStage,
} from "./pictures/features-of-models";
export {
  type GalleryImage,
  type GalleryOptions,
  galleryOfRun,
  type RunGallery,
} from "./pictures/gallery-of-run";

export { type Panel, type PanelsOptions, panelsOfRun } from "./pictures/panels-of-run";
export { type StageMean, stageMeans } from "./pictures/stage-maps";
export { type ReportOptions, writeReport } from "./report/report";
export type { ReportedRun } from "./report/reported-run";
export { type ReportSources, readReportSources } from "./report/sources";
export type { Evaluated, EvaluatedModel, Evaluation, ImageRecord } from "./runs/evaluation";
export type {
  EndEvent,
  EpochEvent,
  FitEvent,
  InitialWeights,
  SkippedEvent,
  StartEvent,
  StepProgress,
  ValidationSummary,
} from "./runs/events";
export { type RunSummary, readRunSummaries } from "./runs/summary";
export {
  type CompareEvent,
  type CompareOptions,
  compare,
  type EvaluateProgress,
  type ResampleProgress,
} from "./studies/compare/compare";
export type { ComparedSide } from "./studies/compare/compared-runs";
export type { ComparedRun, Comparison } from "./studies/compare/comparison";
export type { FigureComparison } from "./studies/compare/figure-comparison";
export type { JudgedFigure, Outcome, Verdict } from "./studies/compare/verdict";
export type { ExperimentName } from "./studies/experiments/experiments";
export type { PublishedPair } from "./studies/experiments/published";
export { type ReproduceOptions, reproduce } from "./studies/reproduce/reproduce";
export type {
  EntropyPoint,
  LocalizationFigure,
  ReproducedArm,
  ReproducedPair,
  Reproduction,
  UnattributedPair,
} from "./studies/reproduce/reproduction";
export type { FigureName } from "./studies/resampled-figures";
export type { ArmResult, RunFailure, StudyRun } from "./studies/study/arm-result";
export type {
  RunEndEvent,
  RunEpochEvent,
  RunEvaluatedEvent,
  RunFailedEvent,
  RunStartEvent,
  RunStatus,
  StudyEndEvent,
  StudyEvent,
  StudyPlanEvent,
  StudyProgress,
} from "./studies/study/events";
export type { SplitFigures, Spread, Spreads } from "./studies/study/figures";
export type { Settings, SettingValue, StudyArm, StudyPlan } from "./studies/study/plan";
export { readStudy, type StudySummary, type SummarizedArm, type SummarizedRun } from "./studies/study/read-study";
export type { StudyResult } from "./studies/study/result";
export type { ComparedFigure, DifferenceFromSpot } from "./studies/study/sureness";
export type { ChosenBy, SweetSpot } from "./studies/study/sweet-spot";
export { type SweepOptions, sweep } from "./studies/sweep/sweep";
export type { EvenValues, VariedValues, Vary } from "./studies/sweep/vary";
export type { Run } from "./tasks/run";
export { type FitResult, type FittedModel, fit } from "./train/fit";
export type { FitConfig, FitOptions, ValidationProgress } from "./train/options";
export { version } from "./version";
