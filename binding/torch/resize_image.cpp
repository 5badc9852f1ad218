#include <ATen/ops/from_blob.h>

#include <memory>

#include "binding/common/arguments.h"
#include "binding/common/entry_point.h"
#include "binding/common/promise_worker.h"
#include "binding/torch/functions.h"
#include "binding/torch/make_results.h"
#include "native/torch/image_ops.h"

namespace wsol::binding {

Napi::Value resize_image(const Napi::CallbackInfo& info) {
  return promise_entry_point(info.Env(), [&] {
    const int64_t max_side = 1 << 20, channels = 3;
    const int64_t width = read_integer(info[1], "width", 1, max_side);
    const int64_t height = read_integer(info[2], "height", 1, max_side);
    const int64_t to_width = read_integer(info[3], "toWidth", 1, max_side);
    const int64_t to_height = read_integer(info[4], "toHeight", 1, max_side);
    const auto length = static_cast<size_t>(height * width * channels);
    const auto data = read_typed_array<uint8_t>(info[0], "data", length, "height x width x 3");
    const at::Tensor image = at::from_blob(const_cast<uint8_t*>(data.data()), {height, width, channels}, at::kByte);
    const auto resized = std::make_shared<at::Tensor>();
    return run_on_pool(
        info.Env(), "wsol:resizeImage", {info[0]},
        [image, resized, to_height, to_width] { *resized = resize_bilinear(image, to_height, to_width); },
        [resized](Napi::Env env) { return make_typed_array(env, *resized); });
  });
}

}  // namespace wsol::binding
