#include "native/torch/methods/method_settings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "native/torch/errors.h"
#include "native/torch/methods/method.h"
#include "torch/method_named.h"

namespace wsol {

namespace {

std::string refused_by(const std::function<void(MethodSettings&)>& change) {
  MethodSettings settings = test::method_named("none");
  change(settings);
  try {
    validate(settings);
  } catch (const InvalidArgument& error) {
    return error.parameter;
  }
  return "";
}

TEST(MethodSettings, AreAcceptedForEveryMethod) {
  for (const Method& method : methods()) {
    EXPECT_EQ(refused_by([&](MethodSettings& s) { s.name = method.name; }), "") << method.name;
  }
}

TEST(MethodSettings, AreRefusedOutOfRangeByName) {
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.name = "magic"; }), "method");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.has.grid_size = 0; }), "gridSize");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.has.drop_rate = 1.5; }), "dropRate");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.cutmix.probability = -1; }), "probability");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.cutmix.beta = 0; }), "beta");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.cutmix.beta = INFINITY; }), "beta");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.adl.threshold = NAN; }), "threshold");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.adl.drop_rate = -0.1; }), "dropRate");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.rdap.drop_rate = 2; }), "dropRate");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.rdap.block_size = -1; }), "blockSize");
  EXPECT_EQ(refused_by([](MethodSettings& s) { s.acol.threshold = 1.1; }), "threshold");
}

}  // namespace

}  // namespace wsol
