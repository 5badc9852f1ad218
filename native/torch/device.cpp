#include "native/torch/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/cuda.h>

#include <charconv>

#include "native/metrics/available_cores.h"
#include "native/torch/errors.h"

namespace wsol {

c10::Device parse_device(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::kCPU);
  const std::string prefix = "cuda:";
  int index = -1;
  if (name.starts_with(prefix)) {
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + prefix.size(), end, index);
    if (error != std::errc() || stop != end) index = -1;
  }
  if (index < 0) throw InvalidArgument("device", "cpu or cuda:N", '"' + name + '"');
  const int count = torch::cuda::device_count();
  if (count == 0) throw DeviceUnavailable(name, "this machine or this LibTorch has no CUDA device");
  if (index >= count) throw DeviceUnavailable(name, "this machine has cuda:0 to cuda:" + std::to_string(count - 1));
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

void tune_convolutions(c10::Device device) {
  if (device.is_cuda()) at::globalContext().setBenchmarkCuDNN(true);
}

std::vector<std::string> cuda_devices() {
  std::vector<std::string> names;
  const int count = torch::cuda::device_count();
  for (int index = 0; index < count; ++index) names.push_back("cuda:" + std::to_string(index));
  return names;
}

void use_threads(int threads) {
  if (threads < 0) throw InvalidArgument("threads", "0 or more", std::to_string(threads));
  if (threads == 0) threads = available_cores();
  // The first query initialises the calling thread, which would otherwise undo the setting later.
  at::get_num_threads();
  at::set_num_threads(threads);
}

SerialRegion::SerialRegion() : threads_before_(at::get_num_threads()) {
  if (threads_before_ != 1) at::set_num_threads(1);
}

SerialRegion::~SerialRegion() {
  if (threads_before_ != 1) at::set_num_threads(threads_before_);
}

Precision parse_precision(const std::string& name) {
  if (name == "float32") return Precision::kFloat32;
  if (name == "bfloat16") return Precision::kBfloat16;
  throw InvalidArgument("precision", "float32 or bfloat16", '"' + name + '"');
}

AutocastRegion::AutocastRegion(Precision precision, c10::DeviceType device)
    : device_(device),
      enabled_before_(at::autocast::is_autocast_enabled(device)),
      cache_before_(at::autocast::is_autocast_cache_enabled()),
      dtype_before_(at::autocast::get_autocast_dtype(device)) {
  at::autocast::set_autocast_enabled(device, precision == Precision::kBfloat16);
  at::autocast::set_autocast_dtype(device, at::kBFloat16);
  // Each weight is cast once per forward pass, so the cache, which all threads share, would save nothing.
  at::autocast::set_autocast_cache_enabled(false);
}

AutocastRegion::~AutocastRegion() {
  at::autocast::set_autocast_enabled(device_, enabled_before_);
  at::autocast::set_autocast_dtype(device_, dtype_before_);
  at::autocast::set_autocast_cache_enabled(cache_before_);
}

}  // namespace wsol
