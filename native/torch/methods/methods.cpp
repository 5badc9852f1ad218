#include "native/torch/find_row.h"
#include "native/torch/methods/acol.h"
#include "native/torch/methods/adl.h"
#include "native/torch/methods/cutmix.h"
#include "native/torch/methods/has.h"
#include "native/torch/methods/method.h"
#include "native/torch/methods/rdap.h"

namespace wsol {

namespace {

// name, draws, head, batch, features
constexpr Method kMethods[] = {
    {"none", DrawsBy::kRank, nullptr, nullptr, nullptr},
    {"has", DrawsBy::kPosition, nullptr, hide_and_seek, nullptr},
    {"cutmix", DrawsBy::kRank, nullptr, cutmix, nullptr},
    {"adl", DrawsBy::kRank, nullptr, nullptr, make_adl_hook},
    {"rdap", DrawsBy::kRank, nullptr, nullptr, make_rdap_hook},
    {"acol", DrawsBy::kRank, choose_acol_head, nullptr, nullptr},
};

}  // namespace

std::span<const Method> methods() { return kMethods; }

HeadSettings head_for(const MethodSettings& settings) {
  const Method& method = find_row(methods(), settings.name, "method");
  return method.choose_head ? method.choose_head(settings) : linear_head();
}

}  // namespace wsol
