#pragma once

#include <cstdint>
#include <optional>

#include "binding/common/napi.h"
#include "binding/torch/network_session.h"
#include "native/torch/score_maps/score_map_settings.h"
#include "native/torch/train/trainer_settings.h"

// The sections of the configuration as the native side takes them, one reader each. Each throws CodedError or
// InvalidArgument.

namespace wsol::binding {

/// { model, method, data, loss, device, precision, threads, seed }
NetworkOptions read_network_options(const Napi::Value& value);

/// { loss, method, optim, data, seed }; the precision is the network's.
TrainerSettings read_trainer_settings(const Napi::Value& value, Precision precision);

LossSettings read_loss_settings(const Napi::Value& value, const char* parameter);

/// Section `scoreMap` with `labels`, or `topK` and perhaps `minProbability`; nullopt for null or undefined.
std::optional<ScoreMapSettings> read_score_map_settings(const Napi::Value& value, int64_t images,
                                                        const NetworkSpec& network);

}  // namespace wsol::binding
