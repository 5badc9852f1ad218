#pragma once

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>

namespace wsol {

/// Base of every error that native/torch throws itself; LibTorch's own errors are `c10::Error`.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A parameter has a wrong value: "expected WHAT for 'PARAMETER', got VALUE".
class InvalidArgument : public Error {
 public:
  InvalidArgument(std::string parameter, std::string expected, const std::string& got);

  const std::string parameter;
  const std::string expected;
};

/// The device that was asked for does not exist on this machine, or LibTorch was built without it.
class DeviceUnavailable : public Error {
 public:
  DeviceUnavailable(std::string device, const std::string& reason);

  const std::string device;
};

/// Tensors do not fit the network by name, shape or dtype; `tensor` is the first offender.
class TensorMismatch : public Error {
 public:
  TensorMismatch(std::string tensor, const std::string& message);

  const std::string tensor;
};

/// The loss of a training step, or a gradient, became NaN or infinite; weights, momentum and running statistics are as
/// before the step.
class NonFiniteLoss : public Error {
 public:
  /// `what` is not finite: "loss" or "gradients".
  NonFiniteLoss(const std::string& what, int64_t step, double loss);

  const int64_t step;
  const double loss;
};

/// Another process of the run is gone, or never came.
class LostProcess : public Error {
 public:
  explicit LostProcess(const std::string& reason);
};

/// True for host or device memory exhaustion, in whichever of its several classes LibTorch reports it.
bool is_out_of_memory(const std::exception& error);

/// The first line of an error's message: without LibTorch's C++ stack.
std::string brief_message(const std::exception& error);

}  // namespace wsol
