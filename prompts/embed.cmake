# cmake -DOUTPUT=builtin.cpp "-DFILES=a.md;b.md" -P embed.cmake: writes the definition of prompts/builtin.h.
# The texts become arrays of bytes: no literal is too long for a compiler, and no text can end its own literal.
set(arrays "")
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} bytes HEX)
  if(bytes STREQUAL "")
    message(FATAL_ERROR "${file} is empty: a template must say something")
  endif()
  string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char text_of_${name}[] = {\n    ${bytes}};\n")
  string(APPEND rows "    {\"${name}\", {text_of_${name}, sizeof text_of_${name}}},\n")
endforeach()

file(WRITE ${OUTPUT} "// Made from prompts/*.md by prompts/embed.cmake; edit those.
#include \"prompts/builtin.h\"

namespace orchestrate::prompts {
namespace {

${arrays}
constexpr Builtin kTemplates[] = {
${rows}};

}  // namespace

std::span<const Builtin> builtin_templates() { return kTemplates; }

}  // namespace orchestrate::prompts
")
