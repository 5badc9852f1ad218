#include "native/torch/errors.h"

#include <c10/util/Exception.h>

#include <new>
#include <utility>

namespace wsol {

InvalidArgument::InvalidArgument(std::string parameter, std::string expected, const std::string& got)
    : Error("expected " + expected + " for '" + parameter + "', got " + got),
      parameter(std::move(parameter)),
      expected(std::move(expected)) {}

DeviceUnavailable::DeviceUnavailable(std::string device, const std::string& reason)
    : Error("expected an existing device for 'device', got \"" + device + "\": " + reason), device(std::move(device)) {}

TensorMismatch::TensorMismatch(std::string tensor, const std::string& message)
    : Error(message), tensor(std::move(tensor)) {}

NonFiniteLoss::NonFiniteLoss(const std::string& what, int64_t step, double loss)
    : Error("expected a finite " + what + " in step " + std::to_string(step) + ", got one that is not, with the loss " +
            std::to_string(loss)),
      step(step),
      loss(loss) {}

LostProcess::LostProcess(const std::string& reason) : Error("expected all processes of the run, lost one: " + reason) {}

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) || dynamic_cast<const c10::OutOfMemoryError*>(&error)) return true;
  // The CPU allocator and cuDNN report it as a general error.
  const std::string message = error.what();
  return message.find("not enough memory") != std::string::npos ||
         message.find("can't allocate memory") != std::string::npos ||
         message.find("CUDNN_STATUS_ALLOC_FAILED") != std::string::npos ||
         message.find("CUBLAS_STATUS_ALLOC_FAILED") != std::string::npos;
}

std::string brief_message(const std::exception& error) {
  const auto* libtorch_error = dynamic_cast<const c10::Error*>(&error);
  const std::string message = libtorch_error ? libtorch_error->what_without_backtrace() : error.what();
  return message.substr(0, message.find('\n'));
}

}  // namespace wsol
