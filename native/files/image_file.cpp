#include "native/files/image_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <system_error>
#include <utility>

#include "native/files/xxhash64.h"

namespace wsol {

namespace {

/// In the byte order of the machine: a file of another one is of another shape.
struct Header {
  std::array<char, 8> magic;
  ImageFileShape shape;
  uint64_t checksum;
};

constexpr std::array<char, 8> kMagic = {'W', 'S', 'O', 'L', 'P', 'I', 'X', '1'};
/// Of the header, and what the images are aligned to.
constexpr uint64_t kPage = 4096;
constexpr uint64_t kEntryBytes = 16;

uint64_t checksum_of(const Header& header) {
  return xxhash64(std::as_bytes(std::span(&header, 1)).first(offsetof(Header, checksum)), 0);
}

uint64_t images_offset(uint64_t count) { return (kPage + count * kEntryBytes + kPage - 1) / kPage * kPage; }

/// The index too is part of what is checked: an image in another's place is damage.
uint64_t checksum_of(std::span<const std::byte> image, uint64_t stamp, uint64_t index) {
  return xxhash64(image, stamp ^ (index * 0x9E3779B97F4A7C15));
}

}  // namespace

uint64_t ImageFile::bytes_of(const ImageFileShape& shape) {
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  const uint64_t table = images_offset(std::min(shape.count, kMost / kPage));
  if (shape.count > kMost / kPage || shape.image_bytes > (kMost - table) / std::max<uint64_t>(shape.count, 1)) {
    throw std::system_error(EFBIG, std::generic_category());
  }
  return table + shape.count * shape.image_bytes;
}

void ImageFile::create(const std::string& path, const ImageFileShape& shape) {
  Header header = {.magic = kMagic, .shape = shape, .checksum = 0};
  header.checksum = checksum_of(header);
  MappedFile::create(path, bytes_of(shape), std::as_bytes(std::span(&header, 1)));
}

std::optional<MappedFile> ImageFile::open(const std::string& path, const ImageFileShape& shape) {
  std::optional<MappedFile> file = MappedFile::open(path);
  if (!file) throw std::system_error(ENOENT, std::generic_category());
  Header header;
  if (!file->read(0, std::as_writable_bytes(std::span(&header, 1)))) return std::nullopt;
  const bool fits = header.magic == kMagic && header.shape == shape && header.checksum == checksum_of(header) &&
                    file->size() == bytes_of(shape);
  if (!fits) return std::nullopt;
  return file;
}

ImageFile::ImageFile(MappedFile file, const ImageFileShape& shape) : file_(std::move(file)), shape_(shape) {}

ImageFile::State ImageFile::read(uint64_t index, uint64_t stamp, std::span<std::byte> out) {
  if (read_held(index, stamp, out)) return State::kHeld;
  if (!try_claim(index)) return State::kClaimed;
  // Another may have written it between the two.
  if (!read_held(index, stamp, out)) return State::kAbsent;
  release(index);
  return State::kHeld;
}

bool ImageFile::read_held(uint64_t index, uint64_t stamp, std::span<std::byte> out) const {
  Entry entry;
  static_assert(sizeof entry == kEntryBytes);
  if (!file_.read(entry_offset(index), std::as_writable_bytes(std::span(&entry, 1)))) return false;
  if (stamp == 0 || entry.stamp != stamp || !file_.read(image_offset(index), out)) return false;
  return checksum_of(out, stamp, index) == entry.checksum;
}

void ImageFile::write(uint64_t index, uint64_t stamp, std::span<const std::byte> image) {
  const Releasing releasing{*this, index};
  if (file_.is_writable() && stamp != 0) {
    const Entry entry = {.stamp = stamp, .checksum = checksum_of(image, stamp, index)};
    file_.write(image_offset(index), image);
    file_.write(entry_offset(index), std::as_bytes(std::span(&entry, 1)));
  }
}

bool ImageFile::try_claim(uint64_t index) {
  const std::lock_guard lock(mutex_);
  if (claimed_.contains(index) || !file_.try_lock(entry_offset(index))) return false;
  claimed_.insert(index);
  return true;
}

void ImageFile::release(uint64_t index) {
  const std::lock_guard lock(mutex_);
  if (claimed_.erase(index) > 0) file_.unlock(entry_offset(index));
}

uint64_t ImageFile::entry_offset(uint64_t index) const { return kPage + index * kEntryBytes; }

uint64_t ImageFile::image_offset(uint64_t index) const {
  return images_offset(shape_.count) + index * shape_.image_bytes;
}

}  // namespace wsol
