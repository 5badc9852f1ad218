#include "binding/metrics/image_file_object.h"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "binding/common/arguments.h"
#include "binding/common/class_members.h"
#include "binding/common/promise_worker.h"

namespace wsol::binding {

namespace {

constexpr int64_t kMostImages = int64_t{1} << 31;
constexpr int64_t kMostImageBytes = int64_t{1} << 31;
constexpr size_t kStampBytes = sizeof(uint64_t);

/// What `call` returns; errors of the system get the path and a code.
template <typename Call>
auto with_path(const std::string& path, const char* what, Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::system_error& error) {
    throw CodedError("ERR_WSOL_WRITE", std::string("cannot ") + what + " '" + path + "': " + error.code().message(),
                     {{"path", path}, {"errno", static_cast<double>(error.code().value())}});
  }
}

/// The blocks of one reading. JavaScript gets `images` itself, without a copy, once nothing writes to it any more.
struct Reading {
  std::unique_ptr<std::byte[]> images;
  std::vector<uint8_t> states;
};

Napi::ArrayBuffer hand_over(Napi::Env env, std::unique_ptr<std::byte[]> block, size_t bytes) {
  const auto drop = [](napi_env, void* data, void*) { delete[] static_cast<std::byte*>(data); };
  napi_value buffer;
  const napi_status status = napi_create_external_arraybuffer(env, block.get(), bytes, drop, nullptr, &buffer);
  if (status == napi_no_external_buffers_allowed) {
    const Napi::ArrayBuffer copy = Napi::ArrayBuffer::New(env, bytes);
    std::memcpy(const_cast<Napi::ArrayBuffer&>(copy).Data(), block.get(), bytes);
    return copy;
  }
  if (status != napi_ok) throw Napi::Error::New(env);
  static_cast<void>(block.release());
  return Napi::ArrayBuffer(env, buffer);
}

void drop_at_end(void* file) { static_cast<std::shared_ptr<ImageFile>*>(file)->reset(); }

}  // namespace

Napi::Function NativeImageFile::define(Napi::Env env) {
  const Napi::Function constructor =
      DefineClass(env, kName, std::vector<Napi::ClassPropertyDescriptor<NativeImageFile>>());
  ClassMembers<NativeImageFile>(constructor)
      .getter<&NativeImageFile::bytes>("bytes")
      .promise_method<&NativeImageFile::create>("create")
      .method<&NativeImageFile::open>("open")
      .promise_method<&NativeImageFile::read>("read")
      .promise_method<&NativeImageFile::write>("write")
      .method<&NativeImageFile::release>("release")
      .method<&NativeImageFile::close>("close");
  return constructor;
}

NativeImageFile::NativeImageFile(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeImageFile>(info) {
  entry_point(info.Env(), [&] {
    path_ = read_string(info[0], "path");
    const Fields shape(info[1], "shape");
    shape_.count = static_cast<uint64_t>(shape.integer("count", 1, kMostImages));
    shape_.image_bytes = static_cast<uint64_t>(shape.integer("imageBytes", 1, kMostImageBytes));
    tag<NativeImageFile>(info);
  });
  napi_add_env_cleanup_hook(info.Env(), drop_at_end, &file_);
}

NativeImageFile::~NativeImageFile() { napi_remove_env_cleanup_hook(Env(), drop_at_end, &file_); }

Napi::Value NativeImageFile::bytes(const Napi::CallbackInfo& info) {
  const auto bytes = with_path(path_, "make", [&] { return ImageFile::bytes_of(shape_); });
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

Napi::Value NativeImageFile::create(const Napi::CallbackInfo& info) {
  const auto execute = [path = read_string(info[0], "path"), shape = shape_] {
    with_path(path, "write", [&] { ImageFile::create(path, shape); });
  };
  return run_on_pool(info.Env(), "wsol:ImageFile.create", execute, [](Napi::Env env) { return env.Undefined(); });
}

Napi::Value NativeImageFile::open(const Napi::CallbackInfo& info) {
  const auto named = [&](const char* state) { return Napi::String::New(info.Env(), state); };
  if (!MappedFile::is_supported()) return named("unsupported");
  file_.reset();
  try {
    std::optional<MappedFile> file = ImageFile::open(path_, shape_);
    if (!file) return named("foreign");
    file_ = std::make_shared<ImageFile>(std::move(*file), shape_);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::no_such_file_or_directory) return named("absent");
    with_path(path_, "open", [] { throw; });
  }
  return named(file_->is_writable() ? "opened" : "read-only");
}

Napi::Value NativeImageFile::read(const Napi::CallbackInfo& info) {
  const std::shared_ptr<ImageFile> file = opened();
  StagingPool& staging = Environment::staging(info.Env());
  const Staged<int32_t> indices = staging.copy(read_typed_array<int32_t>(info[0], "indices"));
  const size_t count = indices.elements.size();
  for (const int32_t index : indices.elements) {
    if (index < 0 || static_cast<uint64_t>(index) >= shape_.count) {
      throw invalid_argument("indices", "numbers from 0 to " + std::to_string(shape_.count - 1), std::to_string(index));
    }
  }
  const Staged<uint8_t> stamps =
      staging.copy(read_typed_array<uint8_t>(info[1], "stamps", count * kStampBytes, "8 for each index"));
  const size_t image_bytes = shape_.image_bytes;
  const auto reading = std::make_shared<Reading>();
  const auto execute = [file, indices, stamps, count, image_bytes, reading] {
    reading->images = std::make_unique_for_overwrite<std::byte[]>(count * image_bytes);
    reading->states.resize(count);
    for (size_t row = 0; row < count; ++row) {
      uint64_t stamp;
      std::memcpy(&stamp, stamps.elements.data() + row * kStampBytes, kStampBytes);
      const std::span<std::byte> out(reading->images.get() + row * image_bytes, image_bytes);
      const auto state = file->read(static_cast<uint64_t>(indices.elements[row]), stamp, out);
      if (state != ImageFile::State::kHeld) std::ranges::fill(out, std::byte{0});
      reading->states[row] = static_cast<uint8_t>(state);
    }
  };
  return run_on_pool(info.Env(), "wsol:ImageFile.read", execute, [reading, count, image_bytes](Napi::Env env) {
    const size_t bytes = count * image_bytes;
    const Napi::ArrayBuffer images = hand_over(env, std::move(reading->images), bytes);
    Napi::Uint8Array states = Napi::Uint8Array::New(env, count);
    std::ranges::copy(reading->states, states.Data());
    Napi::Object result = Napi::Object::New(env);
    result.Set("images", Napi::Uint8Array::New(env, bytes, images, 0));
    result.Set("states", states);
    return result;
  });
}

Napi::Value NativeImageFile::write(const Napi::CallbackInfo& info) {
  const std::shared_ptr<ImageFile> file = opened();
  const uint64_t index = read_index(info[0]);
  const auto bytes = read_typed_array<uint8_t>(info[1], "stamp", kStampBytes, "8");
  uint64_t stamp;
  std::memcpy(&stamp, bytes.data(), kStampBytes);
  const auto image = read_typed_array<uint8_t>(info[2], "image", shape_.image_bytes, "imageBytes");
  const auto execute = [file, index, stamp, staged = Environment::staging(info.Env()).copy(image), path = path_] {
    with_path(path, "write", [&] { file->write(index, stamp, std::as_bytes(staged.elements)); });
  };
  return run_on_pool(info.Env(), "wsol:ImageFile.write", execute, [](Napi::Env env) { return env.Undefined(); });
}

Napi::Value NativeImageFile::release(const Napi::CallbackInfo& info) {
  const uint64_t index = read_index(info[0]);
  if (file_) file_->release(index);
  return info.Env().Undefined();
}

Napi::Value NativeImageFile::close(const Napi::CallbackInfo& info) {
  file_.reset();
  return info.Env().Undefined();
}

const std::shared_ptr<ImageFile>& NativeImageFile::opened() const {
  if (file_) return file_;
  throw CodedError("ERR_WSOL_CLOSED", "the image file '" + path_ + "' is not open", {{"path", path_}});
}

uint64_t NativeImageFile::read_index(const Napi::Value& value) const {
  return static_cast<uint64_t>(read_integer(value, "index", 0, static_cast<int64_t>(shape_.count) - 1));
}

}  // namespace wsol::binding
