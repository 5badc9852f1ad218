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
    const Fields fields(info[0], "image"), size(info[1], "size");
    const int64_t width = fields.integer("width", 1, max_side);
    const int64_t height = fields.integer("height", 1, max_side);
    const int64_t to_width = read_integer(size.get("width"), "size.width", 1, max_side);
    const int64_t to_height = read_integer(size.get("height"), "size.height", 1, max_side);
    const auto length = static_cast<size_t>(height * width * channels);
    const auto data = read_typed_array<uint8_t>(fields.get("data"), "data", length, "height x width x 3");
    const Staged<uint8_t> staged = Environment::staging(info.Env()).copy(data);
    const auto resized = std::make_shared<at::Tensor>();
    return run_on_pool(
        info.Env(), "wsol:resizeImage",
        [staged, resized, height, width, to_height, to_width] {
          const at::Tensor image =
              at::from_blob(const_cast<uint8_t*>(staged.elements.data()), {height, width, channels}, at::kByte);
          *resized = resize_bilinear(image, to_height, to_width);
        },
        [resized](Napi::Env env) { return make_typed_array(env, *resized); });
  });
}

}  // namespace wsol::binding
