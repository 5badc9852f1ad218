#pragma once

namespace wsol::binding {

/// While one lives, its thread works on something that JavaScript asked for. The exit of the process waits for the work
/// that runs and lets none begin, because static destructors, LibTorch's among them, then take away what it uses.
/// process.exit() runs neither the environments' cleanup hooks nor, if a listener fails or is removed, JavaScript.
class NativeWork {
 public:
  /// Call it on the JavaScript thread, after everything that the work uses was loaded; any number of times.
  static void guard_exit();

  NativeWork();
  ~NativeWork();
  NativeWork(const NativeWork&) = delete;
  NativeWork& operator=(const NativeWork&) = delete;

  /// False once the process exits: then do nothing.
  bool may_run() const { return may_run_; }

  /// Never returns. For a thread of our own once the process exits: its end would run destructors beside the static
  /// ones.
  [[noreturn]] static void wait_for_exit();

 private:
  bool may_run_;
};

}  // namespace wsol::binding
