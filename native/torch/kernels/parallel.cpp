#include "native/torch/kernels/parallel.h"

#include <ATen/TensorIterator.h>
#include <ATen/ops/empty.h>

namespace wsol {

// at::parallel_for is compiled into its caller, and there it would start threads beside LibTorch's: those of the
// compiler's OpenMP, which need not be the one that LibTorch came with. An iterator's loop runs inside LibTorch.
void parallel_ranges(int64_t count, c10::function_ref<void(int64_t begin, int64_t end)> run) {
  if (count == 0) return;
  at::Tensor indices = at::empty({count}, at::kByte);
  const auto* const first = static_cast<const char*>(indices.const_data_ptr());
  at::TensorIterator iterator = at::TensorIterator::nullary_op(indices);
  const int64_t grain = 1;
  iterator.for_each(
      [&](char** data, const int64_t*, int64_t size, int64_t) {
        const int64_t begin = data[0] - first;
        run(begin, begin + size);
      },
      grain);
}

}  // namespace wsol
