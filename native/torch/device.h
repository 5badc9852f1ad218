#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>
#include <vector>

namespace wsol {

/// `cpu` or `cuda:N` as a device that exists. Throws InvalidArgument for another word and DeviceUnavailable for a GPU
/// that is not there: never a silent fall-back to the CPU.
c10::Device parse_device(const std::string& name);

/// Lets a GPU's library of convolutions try for each new shape which of its ways is fastest: a run has few shapes.
void tune_convolutions(c10::Device device);

/// `cuda:0`, `cuda:1`, … of this machine; empty with a CPU build or no GPU.
std::vector<std::string> cuda_devices();

/// Sets the calling thread's number of CPU threads; 0: available_cores(). Each session calls it once, on its
/// own thread, before anything else.
void use_threads(int threads);

/// While it lives, LibTorch runs serially on the calling thread: for short work on a pool whose threads are many
/// already.
class SerialRegion {
 public:
  SerialRegion();
  ~SerialRegion();
  SerialRegion(const SerialRegion&) = delete;
  SerialRegion& operator=(const SerialRegion&) = delete;

 private:
  int threads_before_;
};

/// `float32`: as stored. `bfloat16`: autocast of the forward pass; weights, loss and update stay float32.
enum class Precision { kFloat32, kBfloat16 };

/// Throws InvalidArgument for anything but `float32` and `bfloat16`.
Precision parse_precision(const std::string& name);

/// Autocast for the calling thread while it lives; restores what was before.
class AutocastRegion {
 public:
  AutocastRegion(Precision precision, c10::DeviceType device);
  ~AutocastRegion();
  AutocastRegion(const AutocastRegion&) = delete;
  AutocastRegion& operator=(const AutocastRegion&) = delete;

 private:
  c10::DeviceType device_;
  bool enabled_before_;
  bool cache_before_;
  c10::ScalarType dtype_before_;
};

}  // namespace wsol
