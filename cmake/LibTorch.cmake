# An imported target of our own: find_package(Torch) of a CUDA wheel demands a CUDA toolkit, which device code here never needs.
if(NOT EXISTS "${WSOL_LIBTORCH}/include/torch/csrc/api/include/torch/torch.h")
  message(FATAL_ERROR "WSOL_LIBTORCH=${WSOL_LIBTORCH} holds no include/torch/csrc/api/include/torch/torch.h")
endif()

# The release, from the headers: `2.13.0`.
set(WSOL_LIBTORCH_RELEASE "")
foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(EXISTS "${WSOL_LIBTORCH}/include/${_header}" AND NOT WSOL_LIBTORCH_RELEASE)
    file(STRINGS "${WSOL_LIBTORCH}/include/${_header}" _lines REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+$")
    list(TRANSFORM _lines REPLACE "^#define TORCH_VERSION_[A-Z]+ " "")
    list(JOIN _lines "." WSOL_LIBTORCH_RELEASE)
  endif()
endforeach()
if(NOT WSOL_LIBTORCH_RELEASE MATCHES "^[0-9]+\\.[0-9]+\\.[0-9]+$")
  message(FATAL_ERROR "WSOL_LIBTORCH=${WSOL_LIBTORCH}: no version in its headers")
endif()

add_library(wsol_libtorch INTERFACE)
target_include_directories(wsol_libtorch SYSTEM INTERFACE
  "${WSOL_LIBTORCH}/include" "${WSOL_LIBTORCH}/include/torch/csrc/api/include")
if(APPLE)
  set(_suffix dylib)
else()
  set(_suffix so)
endif()
target_link_libraries(wsol_libtorch INTERFACE
  "${WSOL_LIBTORCH}/lib/libtorch_cpu.${_suffix}" "${WSOL_LIBTORCH}/lib/libc10.${_suffix}")
if(NOT APPLE)
  # A CUDA build's libtorch_cpu refers to CUDA libraries that the build machine need not have.
  target_link_options(wsol_libtorch INTERFACE -Wl,--allow-shlib-undefined)
endif()
