#include "native/torch/distributed/device_exchange.h"

#include <utility>

namespace wsol {

DeviceExchange::DeviceExchange(ProcessGroup& processes, const DistributedBackend& backend)
    : backend_(processes.training().exchange_on_gpus_by(backend)),
      watch_(std::in_place, processes.messages(), [backend = backend_] { backend->abort(); }) {}

DeviceExchange::~DeviceExchange() {
  watch_.reset();
  // Not shut down in order, which waits for processes that may have failed.
  backend_->abort();
}

}  // namespace wsol
