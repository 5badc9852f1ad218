#include "native/files/image_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <system_error>
#include <thread>
#include <vector>

#include "files/temporary_file.h"

namespace wsol {

namespace {

using State = ImageFile::State;
constexpr ImageFileShape kShape = {.count = 7, .image_bytes = 300};
constexpr uint64_t kStamp = 42;

class ImageFileTest : public testing::Test {
 protected:
  ImageFileTest() { ImageFile::create(path(), kShape); }
  std::string path() const { return temporary_.path(); }
  ImageFile open() const { return ImageFile(*ImageFile::open(path(), kShape), kShape); }
  void overwrite(uint64_t offset, char byte) const {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(byte);
  }
  static std::vector<std::byte> image_of(int number) {
    return std::vector<std::byte>(kShape.image_bytes, static_cast<std::byte>(number));
  }

  std::vector<std::byte> out_ = std::vector<std::byte>(kShape.image_bytes);

 private:
  const TemporaryFile temporary_;
};

TEST_F(ImageFileTest, HoldsWhatWasWrittenUnderItsStampForWhoeverOpensIt) {
  ImageFile file = open();
  EXPECT_EQ(file.read(3, kStamp, out_), State::kAbsent);
  file.write(3, kStamp, image_of(9));
  EXPECT_EQ(file.read(3, kStamp, out_), State::kHeld);
  EXPECT_EQ(out_, image_of(9));
  ImageFile other = open();
  EXPECT_EQ(other.read(3, kStamp, out_), State::kHeld);
  EXPECT_EQ(other.read(3, kStamp + 1, out_), State::kAbsent);
  EXPECT_EQ(other.read(2, kStamp, out_), State::kAbsent);
}

TEST_F(ImageFileTest, GivesTheClaimOnAnAbsentImageToOneOnly) {
  ImageFile first = open(), second = open();
  EXPECT_EQ(first.read(1, kStamp, out_), State::kAbsent);
  EXPECT_EQ(first.read(1, kStamp, out_), State::kClaimed);
  EXPECT_EQ(second.read(1, kStamp, out_), State::kClaimed);
  first.release(1);
  EXPECT_EQ(second.read(1, kStamp, out_), State::kAbsent);
  second.write(1, kStamp, image_of(1));
  EXPECT_EQ(first.read(1, kStamp, out_), State::kHeld);
}

TEST_F(ImageFileTest, HoldsNothingUnderTheStampZero) {
  ImageFile file = open();
  EXPECT_EQ(file.read(0, 0, out_), State::kAbsent);
  file.write(0, 0, image_of(1));
  EXPECT_EQ(file.read(0, 0, out_), State::kAbsent);
}

TEST_F(ImageFileTest, FindsAnyChangedByteOfAnImageOrItsEntry) {
  ImageFile file = open();
  for (uint64_t index = 0; index < kShape.count; ++index) file.write(index, kStamp, image_of(int(index)));
  const uint64_t images = ImageFile::bytes_of(kShape) - kShape.count * kShape.image_bytes;
  for (const uint64_t at :
       {uint64_t{4096} + 2 * 16, uint64_t{4096} + 2 * 16 + 9, images + 2 * 300, images + 3 * 300 - 1}) {
    overwrite(at, 'x');
    EXPECT_EQ(file.read(2, kStamp, out_), State::kAbsent) << at;
    EXPECT_EQ(file.read(1, kStamp, out_), State::kHeld) << at;
    EXPECT_EQ(file.read(3, kStamp, out_), State::kHeld) << at;
    file.write(2, kStamp, image_of(2));
    EXPECT_EQ(file.read(2, kStamp, out_), State::kHeld) << at;
  }
}

TEST_F(ImageFileTest, IsNotOpenedWithADamagedHeaderCutShortOrInAnotherShape) {
  EXPECT_FALSE(ImageFile::open(path(), {.count = 8, .image_bytes = 300}).has_value());
  EXPECT_FALSE(ImageFile::open(path(), {.count = 7, .image_bytes = 301}).has_value());
  EXPECT_TRUE(ImageFile::open(path(), kShape).has_value());
  for (const uint64_t at : {0, 9, 17, 25}) {
    const TemporaryFile temporary;
    ImageFile::create(temporary.path(), kShape);
    std::fstream file(temporary.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file.put('x');
    file.close();
    EXPECT_FALSE(ImageFile::open(temporary.path(), kShape).has_value()) << at;
  }
  ASSERT_EQ(truncate(path().c_str(), static_cast<off_t>(ImageFile::bytes_of(kShape) - 1)), 0);
  EXPECT_FALSE(ImageFile::open(path(), kShape).has_value());
  ASSERT_EQ(truncate(path().c_str(), 3), 0);
  EXPECT_FALSE(ImageFile::open(path(), kShape).has_value());
}

TEST_F(ImageFileTest, LosesImagesOnlyWhenItIsCutShortWhileOpen) {
  ImageFile file = open();
  for (uint64_t index = 0; index < kShape.count; ++index) file.write(index, kStamp, image_of(int(index)));
  ASSERT_EQ(truncate(path().c_str(), 0), 0);
  EXPECT_EQ(file.read(6, kStamp, out_), State::kAbsent);
  file.write(6, kStamp, image_of(6));
  EXPECT_EQ(file.read(6, kStamp, out_), State::kHeld);
  EXPECT_EQ(out_, image_of(6));
}

TEST_F(ImageFileTest, RefusesShapesWhoseBytesNoFileHas) {
  EXPECT_THROW(ImageFile::bytes_of({.count = uint64_t{1} << 62, .image_bytes = 1}), std::system_error);
  EXPECT_THROW(ImageFile::bytes_of({.count = uint64_t{1} << 40, .image_bytes = uint64_t{1} << 40}), std::system_error);
}

// Writers of two versions of the same images, and readers who must see one of them whole, or neither.
TEST_F(ImageFileTest, NeverGivesOutAMixtureWhileOthersWrite) {
  std::atomic<bool> is_over = false;
  std::atomic<int> mixed = 0, held = 0;
  const auto write = [&](uint64_t stamp) {
    ImageFile file = open();
    while (!is_over) {
      for (uint64_t index = 0; index < kShape.count; ++index) file.write(index, stamp, image_of(int(stamp)));
    }
  };
  const auto read = [&](uint64_t stamp) {
    ImageFile file = open();
    std::vector<std::byte> out(kShape.image_bytes);
    for (int round = 0; round < 20'000; ++round) {
      const uint64_t index = static_cast<uint64_t>(round) % kShape.count;
      const State state = file.read(index, stamp, out);
      if (state == State::kAbsent) file.release(index);
      if (state != State::kHeld) continue;
      ++held;
      if (out != image_of(int(stamp))) ++mixed;
    }
  };
  std::vector<std::thread> writers, readers;
  for (const uint64_t stamp : {1, 2}) writers.emplace_back(write, stamp);
  for (const uint64_t stamp : {1, 2}) readers.emplace_back(read, stamp);
  for (std::thread& reader : readers) reader.join();
  is_over = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(mixed, 0);
  EXPECT_GT(held, 0);
}

}  // namespace

}  // namespace wsol
