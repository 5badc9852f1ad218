#pragma once

#include <cstdint>
#include <string>

namespace wsol {

struct HasSettings {
  /// Side of a tile in pixels, 1 or more.
  int64_t grid_size;
  /// Probability that a tile is hidden.
  double drop_rate;
};

struct CutmixSettings {
  /// Probability that a batch is mixed.
  double probability;
  /// The share of the first image is drawn from Beta(beta, beta); 0.01 to 1000.
  double beta;
};

struct AdlSettings {
  /// Attention of at least this share of an image's largest is dropped, 0 to 1.
  double threshold;
  /// Probability of dropping; else features are weighed by their importance.
  double drop_rate;
};

struct RdapSettings {
  /// As ADL's.
  double drop_rate;
  /// Side of the dropped square in positions of the map; 0: the largest odd number within a third of its side.
  int64_t block_size;
};

struct AcolSettings {
  /// Features are erased for the second branch where the first's map, brought to [0, 1], is at least this; 0 to 1.
  double threshold;
};

/// Which training method, with the settings of each.
struct MethodSettings {
  /// A row of methods().
  std::string name;
  HasSettings has;
  CutmixSettings cutmix;
  AdlSettings adl;
  RdapSettings rdap;
  AcolSettings acol;
};

/// Throws InvalidArgument naming the setting that is wrong.
void validate(const MethodSettings& settings);

}  // namespace wsol
