#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

// The one idiom of all tables of variants: rows with a `name`, found by it, else the known ones are listed.

namespace wsol {

/// The row of this name; nullptr where there is none.
template <typename Row>
const Row* find_by_name(std::span<const Row> rows, std::string_view name) {
  for (const Row& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

template <typename Row>
std::vector<std::string> names_of(std::span<const Row> rows) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.emplace_back(row.name);
  return names;
}

/// `one of a, b, c`.
template <typename Row>
std::string one_of(std::span<const Row> rows) {
  std::string known;
  for (const Row& row : rows) known += (known.empty() ? "" : ", ") + std::string(row.name);
  return "one of " + known;
}

}  // namespace wsol
