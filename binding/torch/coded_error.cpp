#include "binding/common/coded_error.h"

#include "native/torch/errors.h"

namespace wsol::binding {

CodedError coded_error_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const CodedError& error) {
    return error;
  } catch (const InvalidArgument& error) {
    return CodedError("ERR_WSOL_ARGUMENT", error.what(),
                      {{"parameter", error.parameter}, {"expected", error.expected}});
  } catch (const DeviceUnavailable& error) {
    return CodedError("ERR_WSOL_DEVICE", error.what(), {{"device", error.device}});
  } catch (const TensorMismatch& error) {
    return CodedError("ERR_WSOL_CHECKPOINT", error.what(), {{"tensor", error.tensor}});
  } catch (const NonFiniteLoss& error) {
    return CodedError("ERR_WSOL_NON_FINITE_LOSS", error.what(),
                      {{"step", static_cast<double>(error.step)}, {"loss", error.loss}});
  } catch (const LostProcess& error) {
    return CodedError("ERR_WSOL_DISTRIBUTED", error.what());
  } catch (const std::exception& error) {
    const char* const code = is_out_of_memory(error) ? "ERR_WSOL_OUT_OF_MEMORY" : "ERR_WSOL_NATIVE";
    return CodedError(code, brief_message(error));
  } catch (...) {
    return coded_error_of_standard(std::current_exception());
  }
}

}  // namespace wsol::binding
