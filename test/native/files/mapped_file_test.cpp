#include "native/files/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <vector>

#include "files/temporary_file.h"

namespace wsol {

namespace {

constexpr uint64_t kBytes = 3 * 4096 + 100;

std::vector<std::byte> some_bytes(size_t count, int from) {
  std::vector<std::byte> bytes(count);
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(from++ % 251); });
  return bytes;
}

MappedFile made(const std::string& path) {
  MappedFile::create(path, kBytes, some_bytes(10, 1));
  return *MappedFile::open(path);
}

TEST(MappedFile, BeginsWithItsHeadAndIsZeroBeyond) {
  const TemporaryFile temporary;
  const MappedFile file = made(temporary.path());
  EXPECT_EQ(file.size(), kBytes);
  EXPECT_TRUE(file.is_writable());
  std::vector<std::byte> read(kBytes);
  ASSERT_TRUE(file.read(0, read));
  std::vector<std::byte> expected = some_bytes(10, 1);
  expected.resize(kBytes);
  EXPECT_EQ(read, expected);
}

TEST(MappedFile, ReadsWhatWasWrittenAcrossPagesAlsoByAnother) {
  const TemporaryFile temporary;
  MappedFile file = made(temporary.path());
  MappedFile other = *MappedFile::open(temporary.path());
  const std::vector<std::byte> written = some_bytes(5000, 3);
  other.write(4000, written);
  std::vector<std::byte> read(5000);
  ASSERT_TRUE(file.read(4000, read));
  EXPECT_EQ(read, written);
}

TEST(MappedFile, ReadsNothingBeyondItsEnd) {
  const TemporaryFile temporary;
  const MappedFile file = made(temporary.path());
  std::vector<std::byte> read(101);
  EXPECT_FALSE(file.read(kBytes - 100, read));
  EXPECT_FALSE(file.read(~uint64_t{0}, read));
  EXPECT_TRUE(file.read(kBytes, {}));
}

// A plain access to the mapping would end the process with SIGBUS.
TEST(MappedFile, TellsOfPagesThatTheFileHasLost) {
  const TemporaryFile temporary;
  MappedFile file = made(temporary.path());
  ASSERT_EQ(truncate(temporary.path().c_str(), 4096), 0);
  std::vector<std::byte> read(4096);
  EXPECT_TRUE(file.read(0, read));
  EXPECT_FALSE(file.read(8192, read));
  file.write(8192, some_bytes(4196, 5));
  ASSERT_TRUE(file.read(8192, read));
  EXPECT_EQ(read, some_bytes(4096, 5));
}

TEST(MappedFile, OpensNothingWhereThereIsNothingAndAnEmptyFileAsOneOfNoBytes) {
  const TemporaryFile temporary;
  EXPECT_FALSE(MappedFile::open(temporary.path()).has_value());
  std::ofstream(temporary.path()).close();
  EXPECT_EQ(MappedFile::open(temporary.path())->size(), 0U);
}

TEST(MappedFile, IsMadeUnderANewNameOnlyAndWithinTheDisk) {
  const TemporaryFile temporary;
  made(temporary.path());
  EXPECT_THROW(MappedFile::create(temporary.path(), 10, {}), std::system_error);
  EXPECT_THROW(MappedFile::create(temporary.path() + "2", uint64_t{1} << 60, {}), std::system_error);
  EXPECT_THROW(MappedFile::open("/dev"), std::system_error);
}

TEST(MappedFile, KeepsALockFromOthersUntilItIsFreedOrClosed) {
  const TemporaryFile temporary;
  MappedFile first = made(temporary.path());
  MappedFile second = *MappedFile::open(temporary.path());
  EXPECT_TRUE(first.try_lock(5));
  EXPECT_FALSE(second.try_lock(5));
  EXPECT_TRUE(second.try_lock(6));
  first.unlock(5);
  EXPECT_TRUE(second.try_lock(5));
  {
    MappedFile third = *MappedFile::open(temporary.path());
    EXPECT_TRUE(third.try_lock(7));
    EXPECT_FALSE(first.try_lock(7));
  }
  EXPECT_TRUE(first.try_lock(7));
}

}  // namespace

}  // namespace wsol
