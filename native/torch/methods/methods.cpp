#include "native/torch/find_row.h"
#include "native/torch/methods/acol.h"
#include "native/torch/methods/adl.h"
#include "native/torch/methods/cutmix.h"
#include "native/torch/methods/has.h"
#include "native/torch/methods/method.h"
#include "native/torch/methods/rdap.h"

namespace wsol {

namespace {

// name, head, batch, features
constexpr Method kMethods[] = {
    {"none", nullptr, nullptr, nullptr},        {"has", nullptr, hide_and_seek, nullptr},
    {"cutmix", nullptr, cutmix, nullptr},       {"adl", nullptr, nullptr, make_adl_hook},
    {"rdap", nullptr, nullptr, make_rdap_hook}, {"acol", choose_acol_head, nullptr, nullptr},
};

}  // namespace

std::span<const Method> methods() { return kMethods; }

HeadSettings head_for(const MethodSettings& settings) {
  const Method& method = find_row(methods(), settings.name, "method");
  return method.choose_head ? method.choose_head(settings) : linear_head();
}

}  // namespace wsol
