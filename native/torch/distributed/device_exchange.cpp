#include "native/torch/distributed/device_exchange.h"

#include <c10/util/Logging.h>

#include <utility>

namespace wsol {

namespace {

void give_up(c10d::Backend& backend) noexcept {
  try {
    backend.abort();
  } catch (const std::exception& error) {
    LOG(WARNING) << "giving up " << backend.getBackendName() << " failed: " << error.what();
  }
}

}  // namespace

DeviceExchange::DeviceExchange(std::shared_ptr<ProcessGroup> processes, const DistributedBackend& backend)
    : processes_(std::move(processes)), backend_(processes_->training().exchange_on_gpus_by(backend)) {
  if (processes_->share().world_size == 1) return;
  watch_.emplace(processes_->take_watch_channel(), [backend = backend_] { give_up(*backend); });
}

DeviceExchange::~DeviceExchange() {
  watch_.reset();
  // Not shut down in order, which waits for processes that may have failed.
  give_up(*backend_);
  processes_->training().exchange_by_gloo();
}

}  // namespace wsol
