# house_library(NAME SOURCES... [LINK libs...]): one folder, one library `house_NAME`, PRIVATE links only,
# so that an include across a floor that is not allowed also fails to link.
function(house_flags target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference)
  # g++ 12 reports null dereferences and overlaps inside inlined standard headers when optimising (bug 105329).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-null-dereference -Wno-restrict)
  endif()
  if(ORCHESTRATE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(ORCHESTRATE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${ORCHESTRATE_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${ORCHESTRATE_SANITIZE})
  endif()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
endfunction()

function(house_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  if(NOT arg_SOURCES)
    add_library(house_${name} INTERFACE)
    return()
  endif()
  add_library(house_${name} STATIC ${arg_SOURCES})
  house_flags(house_${name})
  target_link_libraries(house_${name} PRIVATE ${arg_LINK})
endfunction()

# house_test(NAME SOURCES... [LINK libs...] [TIMEOUT s] [SLOW]): one gtest program per folder, registered with ctest under
# label `unit`, or `slow`, a bounded time each. One process per program, not per test: starting one costs more than most tests do.
function(house_test name)
  cmake_parse_arguments(arg "SLOW" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 180)
  endif()
  add_executable(${name} ${arg_SOURCES})
  house_flags(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 --gtest_color=no)
  set(label unit)
  if(arg_SLOW)
    set(label slow)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${arg_TIMEOUT})
endfunction()
