#pragma once

// LibTorch comes with Gloo, and with a header of c10d that includes Gloo's, which it does not come with. These declare
// as much as that header needs; what lies behind them is only pointed to.

#include <chrono>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

}  // namespace gloo
