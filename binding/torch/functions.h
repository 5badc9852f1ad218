#pragma once

#include "binding/common/napi.h"

// The functions of the ledger that need no session.

namespace wsol::binding {

Napi::Value info(const Napi::CallbackInfo& info);

Napi::Value resize_image(const Napi::CallbackInfo& info);

Napi::Value regularized_loss(const Napi::CallbackInfo& info);

/// Takes what the addon cuda makes NCCL with.
Napi::Value use_nccl(const Napi::CallbackInfo& info);

}  // namespace wsol::binding
