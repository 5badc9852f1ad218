#pragma once

#include <vector>

#include "binding/common/napi.h"

namespace wsol::binding {

/// Keeps objects from being collected while native code reads them. Made and destroyed on the JavaScript thread.
class KeptValues {
 public:
  /// Values that are no objects need no keeping and are passed over.
  explicit KeptValues(const std::vector<Napi::Value>& values) {
    for (const Napi::Value& value : values) {
      if (value.IsObject()) references_.push_back(Napi::Persistent(value.As<Napi::Object>()));
    }
  }

 private:
  std::vector<Napi::ObjectReference> references_;
};

}  // namespace wsol::binding
