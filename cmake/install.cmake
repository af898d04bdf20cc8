# What is installed beside the programs: the manual page and the completions, made by the program itself, and the documents.
set(made ${CMAKE_BINARY_DIR}/share)
set(program $<TARGET_FILE:orchestrate>)
add_custom_command(
  OUTPUT ${made}/orchestrate.1.gz ${made}/orchestrate ${made}/_orchestrate ${made}/orchestrate.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
  COMMAND ${program} man > ${made}/orchestrate.1
  COMMAND gzip --best --no-name --force ${made}/orchestrate.1
  COMMAND ${program} completion bash > ${made}/orchestrate
  COMMAND ${program} completion zsh > ${made}/_orchestrate
  COMMAND ${program} completion fish > ${made}/orchestrate.fish
  DEPENDS orchestrate
  VERBATIM)
add_custom_target(orchestrate-share ALL DEPENDS ${made}/orchestrate.1.gz)

# A distribution's zsh looks for packages' completions in a place of their own.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(zsh_functions zsh/vendor-completions)
else()
  set(zsh_functions zsh/site-functions)
endif()

install(TARGETS orchestrate RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${made}/orchestrate.1.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/man/man1)
install(FILES ${made}/orchestrate DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${made}/_orchestrate DESTINATION ${CMAKE_INSTALL_DATADIR}/${zsh_functions})
install(FILES ${made}/orchestrate.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
file(GLOB documents CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
install(FILES README.md ${documents} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/orchestrate)
