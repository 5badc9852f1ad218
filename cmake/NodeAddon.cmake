# wsol_node_addon(NAME SOURCES… LIBRARIES…): a .node file at Release/, built against Node-API 8 by cmake-js, whose CMAKE_JS_INC
# holds the headers of node-api-headers and node-addon-api.
function(wsol_node_addon name)
  cmake_parse_arguments(ADDON "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(${name} MODULE ${ADDON_SOURCES} ${CMAKE_JS_SRC})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".node" SKIP_BUILD_RPATH ON)
  # A worker that is being terminated refuses to make errors: without the last one node-addon-api ends the process then.
  target_compile_definitions(${name} PRIVATE NAPI_VERSION=8 NODE_ADDON_API_CPP_EXCEPTIONS
    NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
  target_include_directories(${name} SYSTEM PRIVATE ${CMAKE_JS_INC})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE wsol_flags ${ADDON_LIBRARIES} ${CMAKE_JS_LIB})
endfunction()

# Beside an addon, after each link, the LibTorch that it is for: the loader compares it with the one that it finds before it loads
# the addon.
function(wsol_note_libtorch name)
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/libtorch-version.txt" CONTENT "${WSOL_LIBTORCH_RELEASE}\n")
  add_custom_command(TARGET ${name} POST_BUILD COMMAND "${CMAKE_COMMAND}" -E copy
    "${CMAKE_CURRENT_BINARY_DIR}/libtorch-version.txt" "$<TARGET_FILE_DIR:${name}>/libtorch-version.txt" VERBATIM)
endfunction()
