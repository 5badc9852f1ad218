#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace wsol {

/// A name in a folder of its own, which goes with it.
class TemporaryFile {
 public:
  TemporaryFile() {
    std::string name = (std::filesystem::temp_directory_path() / "wsol-test-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~TemporaryFile() { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "file").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace wsol
