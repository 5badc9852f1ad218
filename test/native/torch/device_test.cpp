#include "native/torch/device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <thread>

#include "native/torch/errors.h"

namespace wsol {

namespace {

TEST(ParseDevice, RejectsWhatIsNoDeviceName) {
  for (const char* name : {"", "gpu", "cuda", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999", "CPU"}) {
    EXPECT_THROW(parse_device(name), InvalidArgument) << name;
  }
  EXPECT_EQ(parse_device("cpu"), c10::Device(c10::kCPU));
}

TEST(ParseDevice, RefusesAGpuThatIsNotThereInsteadOfFallingBack) {
  const std::string absent = "cuda:" + std::to_string(cuda_devices().size());
  EXPECT_THROW(parse_device(absent), DeviceUnavailable);
}

TEST(ParsePrecision, KnowsTwo) {
  EXPECT_EQ(parse_precision("float32"), Precision::kFloat32);
  EXPECT_EQ(parse_precision("bfloat16"), Precision::kBfloat16);
  EXPECT_THROW(parse_precision("float16"), InvalidArgument);
}

TEST(UseThreads, SetsTheCallingThreadsNumber) {
  std::thread([] {
    use_threads(3);
    EXPECT_EQ(at::get_num_threads(), 3);
    {
      const SerialRegion serial;
      EXPECT_EQ(at::get_num_threads(), 1);
    }
    EXPECT_EQ(at::get_num_threads(), 3);
    EXPECT_THROW(use_threads(-1), InvalidArgument);
  }).join();
}

TEST(AutocastRegion, EndsWithItsScope) {
  const at::Tensor a = at::ones({2, 2});
  {
    const AutocastRegion autocast(Precision::kBfloat16, c10::kCPU);
    EXPECT_EQ(a.matmul(a).scalar_type(), at::kBFloat16);
  }
  const AutocastRegion none(Precision::kFloat32, c10::kCPU);
  EXPECT_EQ(a.matmul(a).scalar_type(), at::kFloat);
}

TEST(Errors, OutOfMemoryIsRecognisedInItsSeveralClasses) {
  EXPECT_TRUE(is_out_of_memory(std::bad_alloc()));
  EXPECT_FALSE(is_out_of_memory(std::runtime_error("something else")));
  try {
    at::empty({int64_t{1} << 50}, at::kByte);
    FAIL() << "2^50 bytes were allocated";
  } catch (const std::exception& error) {
    EXPECT_TRUE(is_out_of_memory(error)) << brief_message(error);
    EXPECT_EQ(brief_message(error).find('\n'), std::string::npos);
  }
}

}  // namespace

}  // namespace wsol
