#include "native/metrics/available_cores.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace wsol {

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The process's group of cgroup v2, such as `/system.slice/job.scope`; empty without one.
std::string own_group() {
  std::istringstream lines(read_file("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return "";
}

/// The smallest quota of the group and those above it; inside a container its own group is the root.
std::optional<double> quota() {
  std::optional<double> smallest;
  const auto consider = [&](const std::optional<double>& cores) {
    if (cores && (!smallest || *cores < *smallest)) smallest = cores;
  };
  for (std::string group = own_group();; group.resize(group.rfind('/'))) {
    consider(cores_of_quota(read_file("/sys/fs/cgroup" + group + "/cpu.max")));
    if (group.empty() || group.rfind('/') == std::string::npos) break;
  }
  const std::string v1 = "/sys/fs/cgroup/cpu/cpu.cfs_";
  consider(cores_of_quota(read_file(v1 + "quota_us") + " " + read_file(v1 + "period_us")));
  return smallest;
}

}  // namespace

std::optional<double> cores_of_quota(std::string_view cpu_max) {
  std::istringstream words{std::string(cpu_max)};
  double quota = 0, period = 0;
  if (!(words >> quota >> period) || !(quota > 0) || !(period > 0)) return std::nullopt;
  return quota / period;
}

int available_cores() {
  const int allowed = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const std::optional<double> limit = quota();
  if (!limit || *limit >= allowed) return allowed;
  return std::max(1, static_cast<int>(std::ceil(*limit)));
}

}  // namespace wsol
