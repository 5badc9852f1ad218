/** The ledger of the addon that is linked with CUDA's own libraries: every name that `binding/cuda` exports. */

declare const isNcclMaker: unique symbol;

/** Native code that makes NCCL, for the big addon to call. */
export interface NcclMaker {
  readonly [isNcclMaker]: true;
}

export interface CudaAddon {
  /** Version of the LibTorch that the addon was built for. */
  readonly builtFor: string;
  readonly ncclMaker: NcclMaker;
}
