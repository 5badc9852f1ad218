#pragma once

#include <string>
#include <utility>

namespace wsol::binding {

/// An exclusive lock of the operating system on a file. It belongs to the open file, so a second FileLock conflicts
/// with it also within one process, and the system frees it when the process ends in whatever way, also before anybody
/// has waited for that process. Whoever wants the lock must ask for it this way: nothing else is kept from the file.
class FileLock {
 public:
  enum class Outcome {
    kAcquired,
    /// Another holds it.
    kHeld,
    /// The file system, or this platform, has no such lock.
    kUnsupported,
  };

  explicit FileLock(std::string path) : path_(std::move(path)) {}
  ~FileLock() { release(); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// Makes the file where needed and never waits. Throws CodedError ERR_WSOL_WRITE if the file cannot be opened.
  Outcome try_acquire();

  /// Replaces the content of the file, which tells others who holds the lock; nothing while it is not held.
  void write(const std::string& text);

  /// Empties the file if something was written, and frees the lock. The file stays: one that is unlinked could be
  /// locked by one process under its old name and by another under the new. Idempotent.
  void release();

 private:
  static constexpr int kClosed = -1;

  std::string path_;
  int file_ = kClosed;
  bool has_text_ = false;
};

}  // namespace wsol::binding
