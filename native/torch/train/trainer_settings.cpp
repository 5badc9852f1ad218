#include "native/torch/train/trainer_settings.h"

#include <cmath>
#include <string>

#include "native/torch/distributed/backends.h"
#include "native/torch/errors.h"
#include "native/torch/find_row.h"

namespace wsol {

void validate(const TrainerSettings& settings) {
  validate(settings.loss);
  validate(settings.method);
  validate(settings.optim.sgd);
  const double multiplier = settings.optim.classifier_lr_multiplier;
  if (!std::isfinite(multiplier) || multiplier <= 0) {
    throw InvalidArgument("classifierLrMultiplier", "a finite number above 0", c10::str(multiplier));
  }
  const auto& [crop_size, flip] = settings.data;
  if (crop_size < 1) throw InvalidArgument("cropSize", "1 or more", std::to_string(crop_size));
  if (!(flip >= 0 && flip <= 1)) throw InvalidArgument("flip", "a number from 0 to 1", c10::str(flip));
  find_row(distributed_backends(), settings.distributed.backend, "backend");
  const auto& [rank, world_size] = settings.share;
  if (world_size < 1) throw InvalidArgument("worldSize", "1 or more", std::to_string(world_size));
  if (rank < 0 || rank >= world_size) {
    throw InvalidArgument("rank", "0 or more, below worldSize", c10::str(rank, " of ", world_size));
  }
}

}  // namespace wsol
