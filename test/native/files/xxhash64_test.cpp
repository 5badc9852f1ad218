#include "native/files/xxhash64.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace wsol {

namespace {

uint64_t hash_of(std::string_view text, uint64_t seed = 0) { return xxhash64(std::as_bytes(std::span(text)), seed); }

// Of the reference implementation.
TEST(Xxhash64, GivesTheReferencesValues) {
  EXPECT_EQ(hash_of(""), 0xEF46DB3751D8E999);
  EXPECT_EQ(hash_of("a"), 0xD24EC4F1A98C6E5B);
  EXPECT_EQ(hash_of("abc"), 0x44BC2CF5AD770999);
  EXPECT_EQ(hash_of("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1);
}

TEST(Xxhash64, DependsOnTheSeedAndOnEveryByteOfEveryLength) {
  EXPECT_NE(hash_of("abc", 1), hash_of("abc"));
  for (size_t length = 1; length < 100; ++length) {
    std::vector<std::byte> bytes(length);
    const uint64_t before = xxhash64(bytes, 7);
    for (size_t at = 0; at < length; ++at) {
      bytes[at] ^= std::byte{0x10};
      EXPECT_NE(xxhash64(bytes, 7), before) << length << " bytes, at " << at;
      bytes[at] ^= std::byte{0x10};
    }
    EXPECT_EQ(xxhash64(bytes, 7), before);
  }
}

}  // namespace

}  // namespace wsol
