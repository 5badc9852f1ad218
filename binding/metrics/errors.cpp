#include <exception>
#include <stdexcept>

#include "binding/common/coded_error.h"
#include "native/metrics/max_box_acc.h"
#include "native/metrics/score_maps.h"

namespace wsol::binding {

CodedError coded_error_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const InvalidScoreMap& error) {
    return CodedError("ERR_WSOL_SCORE_MAP", error.what(), {{"index", static_cast<double>(error.index)}});
  } catch (const InvalidMask& error) {
    return CodedError("ERR_WSOL_MASK", error.what(), {{"index", static_cast<double>(error.index)}});
  } catch (const MixedPredictions& error) {
    return CodedError("ERR_WSOL_ARGUMENT", error.what(), {{"parameter", error.parameter}});
  } catch (const std::invalid_argument& error) {
    return CodedError("ERR_WSOL_ARGUMENT", error.what());
  } catch (...) {
    return coded_error_of_standard(exception);
  }
}

}  // namespace wsol::binding
