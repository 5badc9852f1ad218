# LibTorch's CUDA half, against the headers alone: no CUDA toolkit has to be there, nor a compiler for GPUs. What it needs of CUDA
# the loader has opened by then.
add_library(wsol_libtorch_cuda INTERFACE)
target_include_directories(wsol_libtorch_cuda SYSTEM INTERFACE ${WSOL_CUDA_INCLUDE})
target_link_libraries(wsol_libtorch_cuda INTERFACE wsol_libtorch
  "${WSOL_LIBTORCH}/lib/libtorch_cuda.so" "${WSOL_LIBTORCH}/lib/libc10_cuda.so")
