#pragma once

#include <torch/csrc/autograd/custom_function.h>

namespace wsol {

/// What a function's forward pass left to its backward pass under this name, as IValue::make_capsule() does; null if
/// nothing.
template <typename Held>
c10::intrusive_ptr<Held> capsule_in(const torch::autograd::AutogradContext& context, const char* name) {
  const auto found = context.saved_data.find(name);
  if (found == context.saved_data.end()) return {};
  return c10::static_intrusive_pointer_cast<Held>(found->second.toCapsule());
}

}  // namespace wsol
