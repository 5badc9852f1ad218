#include "native/torch/tensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "native/torch/errors.h"
#include "torch/golden.h"

namespace wsol {

namespace {

std::shared_ptr<Network> network_of(uint64_t seed) {
  return make_network(test::plain_spec("preresnet18", 3), seed, c10::Device(c10::kCPU));
}

NamedTensor& find(std::vector<NamedTensor>& tensors, const std::string& name) {
  return *std::find_if(tensors.begin(), tensors.end(), [&](const NamedTensor& entry) { return entry.name == name; });
}

TEST(Tensors, ExportedTensorsAreContiguousCopiesInThePublicShapes) {
  const auto network = network_of(1);
  auto tensors = export_tensors(*network);
  for (const NamedTensor& entry : tensors) EXPECT_TRUE(entry.tensor.is_contiguous()) << entry.name;
  EXPECT_EQ(find(tensors, "head.fc.weight").tensor.sizes(), at::IntArrayRef({3, 512, 1, 1}));
  EXPECT_EQ(find(tensors, "norm.num_batches_tracked").tensor.dim(), 0);
  tensors[0].tensor.zero_();
  EXPECT_GT(network->state()[0].tensor.abs().max().item<double>(), 0);
}

TEST(Tensors, ImportTakesThemInAnyOrder) {
  auto tensors = export_tensors(*network_of(1));
  std::reverse(tensors.begin(), tensors.end());
  const auto target = network_of(2);
  import_tensors(*target, tensors);
  const auto expected = export_tensors(*network_of(1)), actual = export_tensors(*target);
  for (size_t index = 0; index < expected.size(); ++index) {
    EXPECT_TRUE(at::equal(actual[index].tensor, expected[index].tensor)) << expected[index].name;
  }
  EXPECT_TRUE(target->state()[0].tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Tensors, ImportRejectsWhatDoesNotFitNamesItAndChangesNothing) {
  const auto target = network_of(2);
  const auto before = export_tensors(*target);
  const auto offender = [&](const std::function<void(std::vector<NamedTensor>&)>& spoil) -> std::string {
    auto tensors = export_tensors(*network_of(1));
    spoil(tensors);
    try {
      import_tensors(*target, tensors);
    } catch (const TensorMismatch& error) {
      EXPECT_NE(std::string(error.what()).find(error.tensor), std::string::npos);
      return error.tensor;
    }
    return "";
  };
  using Tensors = std::vector<NamedTensor>;
  EXPECT_EQ(offender([](Tensors& t) { t.pop_back(); }), "head.fc.bias");
  EXPECT_EQ(offender([](Tensors& t) { t.push_back({"extra", at::zeros({1})}); }), "extra");
  EXPECT_EQ(offender([](Tensors& t) { t.push_back(t[3]); }), "stages.0.blocks.0.norm1.running_mean");
  EXPECT_EQ(offender([](Tensors& t) { find(t, "head.fc.bias").tensor = at::zeros({4}); }), "head.fc.bias");
  EXPECT_EQ(offender([](Tensors& t) { find(t, "norm.bias").tensor = at::zeros({512}, at::kDouble); }), "norm.bias");
  const auto after = export_tensors(*target);
  for (size_t index = 0; index < before.size(); ++index) {
    EXPECT_TRUE(at::equal(after[index].tensor, before[index].tensor)) << before[index].name;
  }
}

TEST(Tensors, DtypesGoByTheirSafetensorsNames) {
  EXPECT_EQ(dtype_name(at::kFloat), "F32");
  EXPECT_EQ(parse_dtype("I64"), at::kLong);
  EXPECT_EQ(parse_dtype(dtype_name(at::kBFloat16)), at::kBFloat16);
  EXPECT_THROW(parse_dtype("float32"), InvalidArgument);
  EXPECT_THROW(dtype_name(at::kComplexFloat), InvalidArgument);
}

}  // namespace

}  // namespace wsol
