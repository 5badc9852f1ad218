#include "native/torch/distributed/gradient_reducer.h"

#include <algorithm>

namespace wsol {

namespace {

/// In the order in which the backward pass is done with them, about that of the last parameters first.
std::vector<std::vector<size_t>> buckets_of(const std::vector<at::Tensor>& parameters) {
  auto [buckets, limits] = c10d::compute_bucket_assignment_by_size(
      parameters, {c10d::kDefaultFirstBucketBytes, c10d::kDefaultBucketBytesCap});
  std::reverse(buckets.begin(), buckets.end());
  return buckets;
}

}  // namespace

GradientReducer::GradientReducer(const std::vector<at::Tensor>& parameters, Channel& channel)
    : channel_(channel),
      reducer_(parameters, buckets_of(parameters), channel.group(),
               /*expect_sparse_gradients=*/std::vector<bool>(parameters.size(), false), c10d::kDefaultBucketBytesCap,
               /*find_unused_parameters=*/false, /*gradient_as_bucket_view=*/true, /*param_names=*/{},
               c10d::kDefaultFirstBucketBytes, /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false,
               /*bucket_bytes_cap_list=*/{}) {}

void GradientReducer::before_forward() {
  // Once, after the first step, the buckets are ordered by what was ready when.
  channel_.run([this] {
    reducer_.prepare_for_forward();
    reducer_.rebuild_buckets();
  });
}

void GradientReducer::before_backward() { reducer_.prepare_for_backward({}); }

}  // namespace wsol
