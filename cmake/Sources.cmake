# wsol_sources(VARIABLE PATTERN…): the files that match the patterns, relative to the current folder. file(GLOB) alone would read
# the brackets in the path of that folder as a part of the pattern; behind them it does not follow `..` either.
function(wsol_sources variable)
  set(escaped "")
  foreach(pattern IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH pattern BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    string(REGEX REPLACE "([][])" "[\\1]" pattern "${pattern}")
    list(APPEND escaped "${pattern}")
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${escaped})
  set(${variable} "${sources}" PARENT_SCOPE)
endfunction()
