#include "torch/json.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace wsol::test {

class JsonParser {
 public:
  explicit JsonParser(const std::string& source) : at_(source.c_str()) {}

  Json parse() {
    Json value;
    if (next() == '{') {
      value.kind_ = Json::Kind::kMembers;
      for (take('{'); next() != '}';) {
        const std::string key = parse_text();
        take(':');
        value.members_[key] = parse();
        if (next() == ',') take(',');
      }
      take('}');
    } else if (next() == '[') {
      value.kind_ = Json::Kind::kItems;
      for (take('['); next() != ']';) {
        value.items_.push_back(parse());
        if (next() == ',') take(',');
      }
      take(']');
    } else if (next() == '"') {
      value.kind_ = Json::Kind::kText;
      value.text_ = parse_text();
    } else if (std::strncmp(at_, "null", 4) == 0) {
      at_ += 4;
    } else {
      value.kind_ = Json::Kind::kNumber;
      char* end = nullptr;
      value.number_ = std::strtod(at_, &end);
      if (end == at_) throw std::runtime_error("not a JSON value: " + std::string(at_).substr(0, 20));
      at_ = end;
    }
    return value;
  }

 private:
  char next() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
    return *at_;
  }

  void take(char expected) {
    if (next() != expected) throw std::runtime_error(std::string("JSON: no ") + expected);
    ++at_;
  }

  std::string parse_text() {
    std::string text;
    for (take('"'); *at_ != '"'; ++at_) {
      if (*at_ == '\0') throw std::runtime_error("JSON: a text without end");
      if (*at_ == '\\') ++at_;
      text += *at_;
    }
    take('"');
    return text;
  }

  const char* at_;
};

Json Json::read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream source;
  source << stream.rdbuf();
  return JsonParser(source.str()).parse();
}

double Json::number() const {
  if (kind_ != Kind::kNumber) throw std::runtime_error("JSON: not a number");
  return number_;
}

std::vector<double> Json::flat() const {
  if (kind_ == Kind::kNumber) return {number_};
  std::vector<double> numbers;
  for (const Json& item : items_) {
    const std::vector<double> inner = item.flat();
    numbers.insert(numbers.end(), inner.begin(), inner.end());
  }
  return numbers;
}

}  // namespace wsol::test
