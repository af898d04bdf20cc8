# The Debian package: `./dev package`. Configure with CMAKE_INSTALL_PREFIX=/usr.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME orchestrate)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "runs headless coding agents overnight")
set(CPACK_PACKAGE_DESCRIPTION
    "A queue of tasks is drained by headless coding agents, or any command, each
in a workspace of its own and within limits on time, output and money. What
they leave is checked and judged. No task is lost, run twice, or called done
when it is not, whatever dies; in the morning one page says what happened,
what it cost, and what waits for a decision.")
set(CPACK_PACKAGE_CONTACT "orchestrate developers <orchestrate@example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS git)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS sqlite3)

# What Debian wants in a package's documents. No address is known: example.org is nobody's (RFC 2606).
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(debian ${CMAKE_BINARY_DIR}/debian)
  set(documents ${CMAKE_INSTALL_DATADIR}/doc/orchestrate)
  string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  configure_file(cmake/debian-changelog.in ${debian}/changelog @ONLY)
  add_custom_command(
    OUTPUT ${debian}/changelog.gz
    COMMAND gzip --best --no-name --force --keep ${debian}/changelog
    DEPENDS ${debian}/changelog)
  add_custom_target(orchestrate-debian ALL DEPENDS ${debian}/changelog.gz)
  install(FILES ${debian}/changelog.gz DESTINATION ${documents})
  install(FILES cmake/debian-copyright DESTINATION ${documents} RENAME copyright)
  install(FILES cmake/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME orchestrate)
endif()
include(CPack)
