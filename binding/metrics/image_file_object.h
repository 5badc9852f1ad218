#pragma once

#include <memory>
#include <string>

#include "binding/common/napi.h"
#include "native/files/image_file.h"

namespace wsol::binding {

/// `ImageFile` of the ledger (lib/native/metrics-addon.ts). Calls that run keep the file; nothing else does once it is
/// closed or its environment ends.
class NativeImageFile : public Napi::ObjectWrap<NativeImageFile> {
 public:
  static constexpr const char* kName = "ImageFile";
  static constexpr napi_type_tag kTypeTag = {0x2f9c1e0b7d5a4836, 0xa1c47be95d20f683};

  static Napi::Function define(Napi::Env env);
  explicit NativeImageFile(const Napi::CallbackInfo& info);
  ~NativeImageFile() override;

 private:
  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value create(const Napi::CallbackInfo& info);
  Napi::Value read(const Napi::CallbackInfo& info);
  Napi::Value write(const Napi::CallbackInfo& info);
  Napi::Value release(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value bytes(const Napi::CallbackInfo& info);

  /// Throws ERR_WSOL_CLOSED.
  const std::shared_ptr<ImageFile>& opened() const;
  uint64_t read_index(const Napi::Value& value) const;

  std::string path_;
  ImageFileShape shape_ = {};
  std::shared_ptr<ImageFile> file_;
};

}  // namespace wsol::binding
