import {
  allCudaRequirements,
  isSystemLibrary,
  requirementsFor,
} from "../../../../../lib/native/libtorch/fetch/cuda-requirements";

const TOOLKIT = [
  "filelock",
  "cuda-toolkit[cublas,cudart,cupti,cusparse]==13.0.3",
  "cuda-bindings<14,>=13.0.3",
  "nvidia-cusparselt-cu13==0.8.1",
  "nvidia-nccl-cu13==2.29.7",
  "triton==3.7.1",
];
const SINGLE = [
  "sympy>=1.13.3",
  "nvidia-cuda-runtime-cu12==12.8.90",
  "nvidia-cuda-cupti-cu12==12.8.90",
  "nvidia-cusparse-cu12==12.5.8.93",
];

describe("requirementsFor", () => {
  it("cuts the toolkit's extras to the libraries that are needed", () => {
    expect(requirementsFor(["libcudart.so.13", "libcupti.so.13"], TOOLKIT)).toEqual([
      "cuda-toolkit[cudart,cupti]==13.0.3",
    ]);
  });

  it("finds the package of each library in wheels that name single packages", () => {
    expect(requirementsFor(["libcupti.so.12", "libcudart.so.12"], SINGLE)).toEqual([SINGLE[2], SINGLE[1]]);
  });

  it("prefers the longer name: cusparselt is not cusparse, cublasLt comes with cublas", () => {
    expect(requirementsFor(["libcusparseLt.so.0"], TOOLKIT)).toEqual(["nvidia-cusparselt-cu13==0.8.1"]);
    expect(requirementsFor(["libcublasLt.so.13"], TOOLKIT)).toEqual(["cuda-toolkit[cublas]==13.0.3"]);
  });

  it("leaves out libraries that no requirement names", () => {
    expect(requirementsFor(["libmkl_core.so.2"], TOOLKIT)).toEqual([]);
  });
});

describe("allCudaRequirements", () => {
  it("keeps NVIDIA's packages whole, with the toolkit's headers, and drops the others", () => {
    const toolkit = "cuda-toolkit[cublas,cudart,cupti,cusparse,crt,cccl]==13.0.3";
    expect(allCudaRequirements(TOOLKIT)).toEqual([toolkit, TOOLKIT[3], TOOLKIT[4]]);
  });
});

describe("isSystemLibrary", () => {
  it("knows the C library's parts and the driver from what wheels carry", () => {
    expect(
      ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "libcuda.so.1", "libstdc++.so.6"].every(isSystemLibrary),
    ).toBe(true);
    expect(["libc10.so", "libcudart.so.13", "libcupti.so.13", "libmkl_core.so.2"].some(isSystemLibrary)).toBe(false);
  });
});
