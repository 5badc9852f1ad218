#include "native/torch/find_row.h"
#include "native/torch/methods/method.h"

namespace wsol {

namespace {

constexpr Method kMethods[] = {{.name = "none", .head = "linear", .change_batch = nullptr, .make_hook = nullptr}};

}  // namespace

std::span<const Method> methods() { return kMethods; }

void validate(const MethodSettings& settings) { find_row(methods(), settings.name, "name"); }

}  // namespace wsol
