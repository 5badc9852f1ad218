#include "binding/common/environment.h"
#include "binding/metrics/bootstrap.h"
#include "binding/metrics/file_lock_object.h"
#include "binding/metrics/functions.h"
#include "binding/metrics/image_file_object.h"
#include "binding/metrics/max_box_acc.h"
#include "binding/metrics/pixel_ap.h"

namespace wsol::binding {

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  Environment::install(env, exports);
  export_functions(env, exports);
  exports.Set("Bootstrap", NativeBootstrap::define(env));
  exports.Set("FileLock", NativeFileLock::define(env));
  exports.Set("ImageFile", NativeImageFile::define(env));
  exports.Set("MaxBoxAcc", NativeMaxBoxAcc::define(env));
  exports.Set("PixelAp", NativePixelAp::define(env));
  return exports;
}

NODE_API_MODULE(wsol_metrics_addon, init)

}  // namespace

}  // namespace wsol::binding
