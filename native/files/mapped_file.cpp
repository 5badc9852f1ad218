#include "native/files/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace wsol {

namespace {

[[noreturn]] void fail(int reason) { throw std::system_error(reason, std::generic_category()); }

}  // namespace

MappedFile::MappedFile(MappedFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      pages_(std::exchange(other.pages_, nullptr)),
      size_(other.size_),
      is_writable_(other.is_writable_) {}

#if !defined(_WIN32)

namespace {

constexpr mode_t kMode = 0666;

/// Calls a function of the system again while a signal interrupts it.
template <typename Call>
auto retried(Call&& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

struct Closing {
  int file;
  ~Closing() { close(file); }
};

void write_all(int file, uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        retried([&] { return pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (written < 0) fail(errno);
    offset += static_cast<uint64_t>(written);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

/// 0, or the system's error; file systems that cannot reserve space get a file with a hole.
int reserve(int file, uint64_t bytes) {
#if defined(__linux__)
  // Not posix_fallocate, which writes every block where the file system cannot do it.
  if (retried([&] { return fallocate(file, 0, 0, static_cast<off_t>(bytes)); }) == 0) return 0;
  if (errno != EOPNOTSUPP && errno != ENOSYS) return errno;
#elif defined(F_PREALLOCATE)
  fstore_t wanted = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, static_cast<off_t>(bytes), 0};
  if (fcntl(file, F_PREALLOCATE, &wanted) != 0 && errno == ENOSPC) return errno;
#endif
  return retried([&] { return ftruncate(file, static_cast<off_t>(bytes)); }) == 0 ? 0 : errno;
}

#if defined(F_OFD_SETLK)
int set_lock(int file, uint64_t offset, short type) {
  // Of the open file, not of the process: two of them conflict within one process too.
  struct flock range = {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(offset);
  range.l_len = 1;
  return retried([&] { return fcntl(file, F_OFD_SETLK, &range); }) == 0 ? 0 : errno;
}
#endif

}  // namespace

bool MappedFile::is_supported() { return true; }

std::optional<MappedFile> MappedFile::open(const std::string& path) {
  bool is_writable = true;
  int file = retried([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); });
  if (file == -1 && (errno == EACCES || errno == EPERM || errno == EROFS)) {
    is_writable = false;
    file = retried([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  }
  if (file == -1 && errno == ENOENT) return std::nullopt;
  if (file == -1) fail(errno);
  struct stat found = {};
  void* pages = nullptr;
  int reason = fstat(file, &found) == 0 ? 0 : errno;
  const auto size = static_cast<uint64_t>(found.st_size);
  if (reason == 0 && size > 0) {
    pages = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    if (pages == MAP_FAILED) reason = errno;
  }
  if (reason == 0) return MappedFile(file, pages, size, is_writable);
  close(file);
  fail(reason);
}

void MappedFile::create(const std::string& path, uint64_t bytes, std::span<const std::byte> head) {
  const int file = retried([&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode); });
  if (file == -1) fail(errno);
  const Closing closing{file};
  if (const int reason = reserve(file, bytes); reason != 0) fail(reason);
  write_all(file, 0, head);
  if (retried([&] { return fsync(file); }) != 0) fail(errno);
}

MappedFile::~MappedFile() {
  if (pages_ != nullptr) munmap(pages_, size_);
  if (file_ != -1) close(file_);
}

bool MappedFile::read(uint64_t offset, std::span<std::byte> out) const {
  if (offset > size_ || out.size() > size_ - offset) return false;
  if (out.empty()) return true;
  if (can_populate_.load(std::memory_order_relaxed)) {
    if (read_mapped(offset, out)) return true;
    if (can_populate_.load(std::memory_order_relaxed)) return false;
  }
  return read_file(offset, out);
}

bool MappedFile::read_mapped(uint64_t offset, std::span<std::byte> out) const {
#if defined(__linux__)
#if !defined(MADV_POPULATE_READ)
  constexpr int MADV_POPULATE_READ = 22;
#endif
  static const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t begin = offset / page * page;
  // One request to the disk for all pages, and an error where touching them would raise SIGBUS.
  while (madvise(pages_ + begin, offset + out.size() - begin, MADV_POPULATE_READ) != 0) {
    if (errno == EINTR || errno == EAGAIN) continue;
    if (errno == EINVAL || errno == ENOSYS) can_populate_.store(false, std::memory_order_relaxed);
    return false;
  }
  std::memcpy(out.data(), pages_ + offset, out.size());
  return true;
#else
  can_populate_.store(false, std::memory_order_relaxed);
  return false;
#endif
}

bool MappedFile::read_file(uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t count = retried([&] { return pread(file_, out.data(), out.size(), static_cast<off_t>(offset)); });
    if (count <= 0) return false;
    offset += static_cast<uint64_t>(count);
    out = out.subspan(static_cast<size_t>(count));
  }
  return true;
}

void MappedFile::write(uint64_t offset, std::span<const std::byte> bytes) { write_all(file_, offset, bytes); }

bool MappedFile::try_lock(uint64_t offset) {
#if defined(F_OFD_SETLK)
  const int reason = is_writable_ ? set_lock(file_, offset, F_WRLCK) : 0;
  return reason != EAGAIN && reason != EACCES;
#else
  static_cast<void>(offset);
  return true;
#endif
}

void MappedFile::unlock(uint64_t offset) {
#if defined(F_OFD_SETLK)
  if (is_writable_) set_lock(file_, offset, F_UNLCK);
#else
  static_cast<void>(offset);
#endif
}

#else

bool MappedFile::is_supported() { return false; }
std::optional<MappedFile> MappedFile::open(const std::string&) { fail(ENOTSUP); }
void MappedFile::create(const std::string&, uint64_t, std::span<const std::byte>) { fail(ENOTSUP); }
MappedFile::~MappedFile() = default;
bool MappedFile::read(uint64_t, std::span<std::byte>) const { return false; }
bool MappedFile::read_mapped(uint64_t, std::span<std::byte>) const { return false; }
bool MappedFile::read_file(uint64_t, std::span<std::byte>) const { return false; }
void MappedFile::write(uint64_t, std::span<const std::byte>) { fail(ENOTSUP); }
bool MappedFile::try_lock(uint64_t) { return true; }
void MappedFile::unlock(uint64_t) {}

#endif

}  // namespace wsol
