#pragma once

namespace wsol {

/// While one lives, LibTorch's large blocks of CPU memory are kept for the next tensors instead of being given back to
/// the kernel: every step of training takes and frees the same ones. The first one puts the allocator in place, for
/// good; without any it does what LibTorch's own does.
class MemoryKeeping {
 public:
  MemoryKeeping();
  ~MemoryKeeping();
  MemoryKeeping(const MemoryKeeping&) = delete;
  MemoryKeeping& operator=(const MemoryKeeping&) = delete;
};

}  // namespace wsol
