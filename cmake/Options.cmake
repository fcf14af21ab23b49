# SPDX-License-Identifier: MIT
# Options and compiler settings that every target shares.
option(CORM_TESTS "build the C tests" ON)
option(CORM_HOST "build libcorm and the corm program" ON)
option(CORM_WERROR "treat warnings as errors" "$ENV{CORM_WERROR}")
option(CORM_SANITIZE "build with ASan and UBSan" OFF)
set(CORM_TEST_LAUNCHER "" CACHE STRING "command that runs the C tests, as a list")
option(CORM_FUZZ "build the fuzz targets (clang only)" OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")

find_package(PkgConfig REQUIRED)
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua5.4)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)

add_library(corm_settings INTERFACE)
target_include_directories(corm_settings INTERFACE
    ${CMAKE_SOURCE_DIR}/csrc ${CMAKE_SOURCE_DIR}/csrc/include)
target_compile_options(corm_settings INTERFACE
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wcast-qual
    -Wundef -Wformat=2 -Wwrite-strings -fstack-protector-strong
    $<$<BOOL:${CORM_WERROR}>:-Werror>)
target_link_options(corm_settings INTERFACE -Wl,-z,relro,-z,now)

set(sanitizers "")
if(CORM_FUZZ)
    set(sanitizers -fsanitize=fuzzer-no-link,address,undefined)
elseif(CORM_SANITIZE)
    set(sanitizers -fsanitize=address,undefined)
endif()
if(sanitizers)
    target_compile_options(corm_settings INTERFACE
        ${sanitizers} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(corm_settings INTERFACE ${sanitizers})
else()
    # Lua's functions are called at addresses that are bound when the module is loaded, not by
    # way of a jump each: there are hundreds of calls in building one statement.
    target_compile_options(corm_settings INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fno-plt)
endif()

# A Lua module must not link liblua: only its headers are used.
add_library(corm_lua_headers INTERFACE)
target_include_directories(corm_lua_headers INTERFACE ${LUA_INCLUDE_DIRS})
