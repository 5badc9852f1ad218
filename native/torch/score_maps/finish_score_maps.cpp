#include "native/torch/score_maps/finish_score_maps.h"

#include <ATen/Parallel.h>
#include <ATen/ops/upsample_bicubic2d.h>

#include <span>

#include "native/metrics/parallel_images.h"

namespace wsol {

at::Tensor finish_score_maps(const at::Tensor& raw_maps, int64_t size, const Normalisation& normalisation) {
  at::Tensor maps = raw_maps.to(at::kDouble);
  const bool align_corners = false;
  if (size > 0) maps = at::upsample_bicubic2d(maps, {size, size}, align_corners);
  maps = maps.cpu().contiguous();
  // They are normalised in place, and where nothing was to do they still lie where they came from.
  if (maps.is_alias_of(raw_maps)) maps = maps.clone();
  const int64_t pixels = maps.size(2) * maps.size(3);
  double* const values = maps.mutable_data_ptr<double>();
  // Not at::parallel_for: it is a template that runs serially in code that is compiled without OpenMP.
  const auto threads = static_cast<unsigned>(at::get_num_threads());
  for_each_image(static_cast<size_t>(maps.size(0) * maps.size(1)), threads, [&](size_t, size_t map) {
    normalise(normalisation, std::span(values + static_cast<int64_t>(map) * pixels, static_cast<size_t>(pixels)));
  });
  return maps;
}

}  // namespace wsol
