#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/custom_class.h>
#include <torch/custom_class_detail.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace wsol {

/// The other processes whose batches count as one with this one's.
class SharedStatistics : public torch::CustomClassHolder {
 public:
  SharedStatistics(int64_t rank, int64_t world_size) : rank_(rank), world_size_(world_size) {}

  /// In place: the sum of all processes' values, float64 on the CPU. They call it alike.
  virtual void sum(const at::Tensor& values) const = 0;

  int64_t rank() const { return rank_; }
  int64_t world_size() const { return world_size_; }

 private:
  int64_t rank_;
  int64_t world_size_;
};

}  // namespace wsol
