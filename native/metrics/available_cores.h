#pragma once

#include <optional>
#include <string_view>

namespace wsol {

/// Cores that this process may use: those that the system lets it run on, at most as many as its container's CPU quota
/// amounts to (rounded up), at least 1.
int available_cores();

/// Cores of a quota as cgroup v2 writes it in `cpu.max`: `QUOTA PERIOD` in microseconds, or `max PERIOD`. nullopt
/// without a quota, and for what is no such text.
std::optional<double> cores_of_quota(std::string_view cpu_max);

}  // namespace wsol
