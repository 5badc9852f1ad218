#include "native/torch/kernels/batch_norm/moments.h"

#include <ATen/ops/zeros.h>

namespace wsol::batch_norm {

void share_moments(std::vector<Moments>& channels, const SharedStatistics& shared) {
  constexpr int64_t kNumbers = 3;
  const auto count = static_cast<int64_t>(channels.size());
  const at::Tensor all = at::zeros({shared.world_size(), count, kNumbers}, at::kDouble);
  auto* const values = all.mutable_data_ptr<double>();
  auto* own = values + shared.rank() * count * kNumbers;
  for (const Moments& moments : channels) {
    *own++ = moments.count;
    *own++ = moments.mean;
    *own++ = moments.squares;
  }
  shared.sum(all);
  for (int64_t channel = 0; channel < count; ++channel) {
    Moments of_all;
    for (int64_t rank = 0; rank < shared.world_size(); ++rank) {
      const double* const from = values + (rank * count + channel) * kNumbers;
      of_all.add({.count = from[0], .mean = from[1], .squares = from[2]});
    }
    channels[channel] = of_all;
  }
}

}  // namespace wsol::batch_norm
