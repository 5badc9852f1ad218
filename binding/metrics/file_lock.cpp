#include "binding/metrics/file_lock.h"

#if !defined(_WIN32)

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "binding/common/coded_error.h"

namespace wsol::binding {

namespace {

constexpr mode_t kMode = 0666;

CodedError cannot_lock(const std::string& path, int reason) {
  return CodedError("ERR_WSOL_WRITE", "cannot lock '" + path + "': " + std::strerror(reason), {{"path", path}});
}

/// 0, or the system's error.
int lock(int file) {
#if defined(F_OFD_SETLK)
  // Not flock, which network file systems often keep to one machine.
  struct flock whole_file = {};
  whole_file.l_type = F_WRLCK;
  whole_file.l_whence = SEEK_SET;
  return fcntl(file, F_OFD_SETLK, &whole_file) == 0 ? 0 : errno;
#else
  return ::flock(file, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
#endif
}

bool is_held(int reason) { return reason == EAGAIN || reason == EWOULDBLOCK || reason == EACCES; }

bool is_unsupported(int reason) {
  return reason == EINVAL || reason == ENOLCK || reason == ENOSYS || reason == ENOTSUP || reason == EOPNOTSUPP;
}

/// False if the file was removed or replaced between its opening and its locking.
bool is_at(int file, const std::string& path) {
  struct stat opened = {};
  struct stat named = {};
  return fstat(file, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

}  // namespace

FileLock::Outcome FileLock::try_acquire() {
  if (file_ != kClosed) return Outcome::kAcquired;
  while (true) {
    const int file = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
    if (file == kClosed) {
      if (errno == EINTR) continue;
      throw cannot_lock(path_, errno);
    }
    const int reason = lock(file);
    if (reason == 0 && is_at(file, path_)) {
      file_ = file;
      return Outcome::kAcquired;
    }
    close(file);
    if (reason == 0 || reason == EINTR) continue;
    if (is_held(reason)) return Outcome::kHeld;
    if (is_unsupported(reason)) return Outcome::kUnsupported;
    throw cannot_lock(path_, reason);
  }
}

// The text only helps a message: a full disk must fail no run for it.
void FileLock::write(const std::string& text) {
  if (file_ == kClosed || ftruncate(file_, 0) != 0) return;
  has_text_ = pwrite(file_, text.data(), text.size(), 0) > 0;
}

void FileLock::release() {
  if (file_ == kClosed) return;
  if (has_text_ && ftruncate(file_, 0) == 0) has_text_ = false;
  close(file_);
  file_ = kClosed;
}

}  // namespace wsol::binding

#else

namespace wsol::binding {

FileLock::Outcome FileLock::try_acquire() { return Outcome::kUnsupported; }
void FileLock::write(const std::string&) {}
void FileLock::release() {}

}  // namespace wsol::binding

#endif
