#include "native/torch/distributed/shared_training.h"

#include <c10/util/Exception.h>

#include <string>
#include <utility>

#include "native/torch/errors.h"
#include "native/torch/find_row.h"

namespace wsol {

namespace {

class StatisticsOfProcesses final : public SharedStatistics {
 public:
  explicit StatisticsOfProcesses(std::shared_ptr<ProcessGroup> processes)
      : SharedStatistics(processes->share().rank, processes->share().world_size), processes_(std::move(processes)) {}

  void sum(const at::Tensor& values) const override { processes_->training().sum(values); }

 private:
  std::shared_ptr<ProcessGroup> processes_;
};

/// The reducer takes gradients whose strides differ in sides of size 1 for such of another layout, and warns.
class WithoutStrides final : public c10::WarningHandler {
 public:
  void process(const c10::Warning& warning) override {
    if (warning.msg().find("Grad strides") == std::string::npos) c10::WarningHandler::process(warning);
  }
};

std::unique_ptr<DeviceExchange> exchange_of(const std::shared_ptr<ProcessGroup>& processes,
                                            const std::vector<at::Tensor>& parameters, const std::string& name) {
  const DistributedBackend& backend = find_row(distributed_backends(), name, "backend");
  if (backend.type == c10d::ProcessGroup::BackendType::GLOO) return nullptr;
  if (!parameters.front().is_cuda())
    throw InvalidArgument("backend", "gloo for a network on the CPU", '"' + name + '"');
  return std::make_unique<DeviceExchange>(processes, backend);
}

}  // namespace

SharedTraining::SharedTraining(std::shared_ptr<ProcessGroup> processes, const std::vector<at::Tensor>& parameters,
                               const DistributedSettings& settings)
    : processes_(std::move(processes)),
      exchange_(exchange_of(processes_, parameters, settings.backend)),
      reducer_(parameters, processes_->training()) {
  if (settings.sync_batch_norm) statistics_ = c10::make_intrusive<StatisticsOfProcesses>(processes_);
}

void SharedTraining::backward(const at::Tensor& loss) const {
  WithoutStrides handler;
  const c10::WarningUtils::WarningHandlerGuard guard(&handler);
  channel().run([&] { loss.backward(); });
}

}  // namespace wsol
