#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "binding/common/napi.h"
#include "binding/torch/network_session.h"
#include "native/torch/score_map.h"
#include "native/torch/tensors.h"
#include "native/torch/train/trainer.h"

// JavaScript's arguments as the native side takes them, checked. Each throws CodedError or InvalidArgument.

namespace wsol::binding {

NetworkOptions read_network_options(const Napi::Value& value);

/// Everything but the precision, which is the network's.
TrainerSettings read_trainer_settings(const Napi::Value& value, Precision precision);

LossSettings read_loss_settings(const Napi::Value& value);

/// uint8 [N, H, W, 3], a copy.
at::Tensor read_images(const Napi::Value& value, ImageStaging& staging);

/// int64 of the given shape, a copy; each from 0 to classes - 1.
at::Tensor read_labels(const Napi::Value& value, const char* parameter, std::vector<int64_t> shape, int64_t classes);

/// nullopt for null or undefined.
std::optional<ScoreMapSettings> read_score_map_settings(const Napi::Value& value, int64_t images, int64_t classes);

/// Copies. Throws TensorMismatch for a tensor that is of an unknown dtype, or whose data does not fit its shape.
std::vector<NamedTensor> read_tensors(const Napi::Value& value);

}  // namespace wsol::binding
