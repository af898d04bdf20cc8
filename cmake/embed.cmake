# cmake -DINPUT=file -DOUTPUT=header -DNAME=kName -DNAMESPACE=ns -P embed.cmake: a text file as a constant.
file(READ "${INPUT}" text)
file(WRITE "${OUTPUT}.tmp" "// Generated from ${NAME}'s source file.
#pragma once
namespace ${NAMESPACE} {
inline constexpr const char* ${NAME} = R\"sql(${text})sql\";
}
")
file(COPY_FILE "${OUTPUT}.tmp" "${OUTPUT}" ONLY_IF_DIFFERENT)
