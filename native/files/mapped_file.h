#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace wsol {

/// A file that is read through a mapping of its pages, shared with whoever reads or writes it, and written as a file: a
/// full disk is then an error and no signal. No method gives a pointer into the mapping out: a page that the file has
/// lost, because somebody cut it short or its disk fails, would end the process of whoever touches it. All but the
/// constructor may be called from any thread.
class MappedFile {
 public:
  /// Whether this platform has what is needed.
  static bool is_supported();

  /// For reading and, where the file's permissions allow it, for writing. Nothing if there is no such file. Throws
  /// std::system_error.
  static std::optional<MappedFile> open(const std::string& path);

  /// A new file of `bytes` zeros that begins with `head`, on disk, its whole space reserved where the file system can
  /// do so. Throws std::system_error, EEXIST among them; the caller removes what was begun.
  static void create(const std::string& path, uint64_t bytes, std::span<const std::byte> head);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  /// When it was opened.
  uint64_t size() const { return size_; }
  bool is_writable() const { return is_writable_; }

  /// False, with anything in `out`, where the file does not have these bytes, or they cannot be read.
  bool read(uint64_t offset, std::span<std::byte> out) const;

  /// Throws std::system_error.
  void write(uint64_t offset, std::span<const std::byte> bytes);

  /// Takes the byte at `offset` for itself, among all that ask for it this way: other processes, and other MappedFiles
  /// of this one. The system frees it when the process ends. False if another has it; true also where the file system,
  /// the platform, or a file that may not be written knows no such thing.
  bool try_lock(uint64_t offset);
  void unlock(uint64_t offset);

 private:
  MappedFile(int file, void* pages, uint64_t size, bool is_writable)
      : file_(file), pages_(static_cast<std::byte*>(pages)), size_(size), is_writable_(is_writable) {}

  bool read_mapped(uint64_t offset, std::span<std::byte> out) const;
  bool read_file(uint64_t offset, std::span<std::byte> out) const;

  int file_;
  std::byte* pages_;
  uint64_t size_;
  bool is_writable_;
  /// Whether the system can make pages ready and tell when it cannot.
  mutable std::atomic<bool> can_populate_ = true;
};

}  // namespace wsol
