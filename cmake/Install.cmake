# SPDX-License-Identifier: MIT
# What `cmake --install` lays out: the Lua package and, with CORM_HOST, what a C program
# needs that embeds it. LuaRocks sets CORM_LUADIR and CORM_CDIR to folders of its own.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(CORM_LUADIR ${CMAKE_INSTALL_DATADIR}/lua/5.4 CACHE STRING "folder for Lua files")
set(CORM_CDIR ${CMAKE_INSTALL_LIBDIR}/lua/5.4 CACHE STRING "folder for Lua's C modules")
cmake_path(ABSOLUTE_PATH CORM_LUADIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}
    OUTPUT_VARIABLE full_luadir)
file(RELATIVE_PATH CORM_LUADIR_FROM_LIB ${CMAKE_INSTALL_FULL_LIBDIR} ${full_luadir})

# Called by csrc/CMakeLists.txt for the module.
function(corm_install_module target)
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/lua/corm DESTINATION ${CORM_LUADIR}
        FILES_MATCHING PATTERN "*.lua")
    install(TARGETS ${target} LIBRARY DESTINATION ${CORM_CDIR}/corm)
endfunction()

# Called by csrc/CMakeLists.txt for libcorm and its program.
function(corm_install_host library program)
    install(TARGETS ${library} ${program} EXPORT corm)
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/csrc/include/corm TYPE INCLUDE)
    install(EXPORT corm NAMESPACE corm:: FILE cormConfig.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/corm)
    # The same for a build tree: -Dcorm_DIR=build.
    export(EXPORT corm NAMESPACE corm:: FILE ${CMAKE_BINARY_DIR}/cormConfig.cmake)
    write_basic_package_version_file(${CMAKE_BINARY_DIR}/cormConfigVersion.cmake
        COMPATIBILITY SameMinorVersion)
    install(FILES ${CMAKE_BINARY_DIR}/cormConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/corm)
    # Relative to the file itself, so that `cmake --install --prefix` may move it.
    file(RELATIVE_PATH CORM_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
    configure_file(${CMAKE_SOURCE_DIR}/cmake/corm.pc.in ${CMAKE_BINARY_DIR}/corm.pc @ONLY)
    install(FILES ${CMAKE_BINARY_DIR}/corm.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
