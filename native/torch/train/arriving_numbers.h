#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include <optional>

namespace wsol {

/// A tensor on its way from the device, which goes on meanwhile.
class ArrivingNumbers {
 public:
  explicit ArrivingNumbers(const at::Tensor& numbers);

  /// On the CPU; waits for it.
  const at::Tensor& arrived();

 private:
  at::Tensor numbers_;
  /// Of a device that works beside the processor.
  std::optional<c10::Event> arrival_;
};

}  // namespace wsol
