/** What a run was made with; lies in the run folder as `environment.json`. */
export interface Environment {
  readonly package: string;
  readonly libtorch: string;
  readonly device: string;
  readonly deviceName: string;
  readonly precision: string;
  /** Of each process. */
  readonly threads: number;
  /** That train together. */
  readonly processes: number;
  readonly node: string;
  readonly platform: string;
  readonly data: string;
  /** Of the folder that the run was started in; null outside a git checkout. */
  readonly commit: string | null;
  readonly startedAt: string;
}
