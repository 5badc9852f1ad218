#pragma once

#include <chrono>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "native/torch/share.h"

namespace wsol {

/// Gloo between the processes that meet in `store`, over the interfaces of GLOO_SOCKET_IFNAME, else the one that the
/// machine's name belongs to. They wait for each other for `to_start`, and later, within a call, for half an hour.
c10::intrusive_ptr<c10d::Backend> make_gloo(const c10::intrusive_ptr<c10d::Store>& store, const Share& share,
                                            std::chrono::milliseconds to_start);

}  // namespace wsol
