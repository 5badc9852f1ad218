#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace wsol {

/// What is subtracted from pixels in [0, 1], and what they are divided by then; red, green, blue.
struct PixelStatistics {
  std::array<double, 3> mean;
  std::array<double, 3> deviation;
};

/// From the feature map to the logits.
struct HeadSettings {
  /// A row of heads().
  std::string name;
  /// `acol` only: from which value of the first branch's map on, 0 to 1, the second sees no features.
  double erase_threshold;

  bool operator==(const HeadSettings&) const = default;
};

/// The head of networks that no training method changes.
inline HeadSettings linear_head() { return {.name = "linear", .erase_threshold = 0}; }

/// Which network to build.
struct NetworkSpec {
  /// A row of backbones().
  std::string backbone;
  /// `plain`, or for preresnet18 also `activated`: batch norm and ReLU before the max-pool, and a first block without
  /// its own pre-activation.
  std::string stem;
  /// Two or more.
  int64_t num_classes;
  /// Stride of stage 4, 1 or 2; 1 doubles the final map.
  int64_t last_stride;
  /// Stride of stage 3, 1 or 2; 1 doubles the final map once more.
  int64_t layer3_stride;
  /// Of strided convolutions and the max-pool: `symmetric`, or `same` as TensorFlow pads.
  std::string padding;
  /// Of the images that it sees.
  PixelStatistics pixels;
  HeadSettings head;
  /// How probabilities are read off the logits: a row of multi_labels().
  std::string multi_label;
};

}  // namespace wsol
