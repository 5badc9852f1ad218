#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>

#include "native/files/mapped_file.h"

namespace wsol {

/// How many images a file has room for, and of how many bytes.
struct ImageFileShape {
  uint64_t count;
  uint64_t image_bytes;

  bool operator==(const ImageFileShape&) const = default;
};

/// Decoded images of equal size in one file, for any number of processes that read and write it at the same time.
///
/// A header, a table with the stamp and the checksum of each image, and the images. The stamp, given by the caller,
/// says what the image was decoded from, and how. Every reading compares both, so that an image that is half written,
/// being replaced, damaged or outdated is simply absent: nothing needs to be finished, and nothing to be repaired after
/// a kill. Any thread may call any method.
class ImageFile {
 public:
  enum class State : uint8_t {
    kHeld = 0,
    /// The caller has the claim on it: it is for the caller to `write` or `release` it.
    kAbsent = 1,
    /// Another has claimed it, and will write it soon.
    kClaimed = 2,
  };

  static uint64_t bytes_of(const ImageFileShape& shape);

  /// An empty one under a new name. Throws std::system_error.
  static void create(const std::string& path, const ImageFileShape& shape);

  /// The file, if it has this shape: its header is whole and none of its bytes are missing. Throws std::system_error,
  /// with ENOENT if there is none.
  static std::optional<MappedFile> open(const std::string& path, const ImageFileShape& shape);

  ImageFile(MappedFile file, const ImageFileShape& shape);

  bool is_writable() const { return file_.is_writable(); }
  const ImageFileShape& shape() const { return shape_; }

  /// Copies image `index` to `out` if it is there and was made under `stamp`; else claims it. A stamp of 0 fits
  /// nothing.
  State read(uint64_t index, uint64_t stamp, std::span<std::byte> out);

  /// Stores image `index` and ends the claim on it. Nothing but the latter where the file may not be written.
  void write(uint64_t index, uint64_t stamp, std::span<const std::byte> image);

  /// Ends the claim on image `index`, if there is one.
  void release(uint64_t index);

 private:
  struct Entry {
    uint64_t stamp;
    uint64_t checksum;
  };

  /// Also when the writing fails.
  struct Releasing {
    ImageFile& file;
    uint64_t index;
    ~Releasing() { file.release(index); }
  };

  bool read_held(uint64_t index, uint64_t stamp, std::span<std::byte> out) const;
  bool try_claim(uint64_t index);
  uint64_t entry_offset(uint64_t index) const;
  uint64_t image_offset(uint64_t index) const;

  MappedFile file_;
  const ImageFileShape shape_;
  std::mutex mutex_;
  std::unordered_set<uint64_t> claimed_;
};

}  // namespace wsol
