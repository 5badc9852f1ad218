#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace wsol::test {

/// A JSON value: just enough to read the fixtures. A wrong access throws.
class Json {
 public:
  static Json read(const std::filesystem::path& file);

  const Json& operator[](const std::string& key) const { return members_.at(key); }
  const Json& operator[](size_t index) const { return items_.at(index); }
  bool has(const std::string& key) const { return members_.contains(key); }
  double number() const;
  const std::string& text() const { return text_; }
  const std::vector<Json>& items() const { return items_; }
  const std::map<std::string, Json>& members() const { return members_; }
  /// All numbers of a nested array in order.
  std::vector<double> flat() const;

 private:
  friend class JsonParser;

  enum class Kind { kNull, kNumber, kText, kItems, kMembers };
  Kind kind_ = Kind::kNull;
  double number_ = 0;
  std::string text_;
  std::vector<Json> items_;
  std::map<std::string, Json> members_;
};

}  // namespace wsol::test
