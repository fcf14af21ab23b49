# SPDX-License-Identifier: MIT
# corm_layer(NAME [FOLDER folder] [USES layer…] [LIBS lib…]): the static library of one
# folder of csrc; its sources are the folder's *.c.
function(corm_layer name)
    cmake_parse_arguments(LAYER "" "FOLDER" "USES;LIBS" ${ARGN})
    if(NOT LAYER_FOLDER)
        set(LAYER_FOLDER ${name})
    endif()
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${LAYER_FOLDER}/*.c)
    if(NOT sources)
        add_library(corm_${name} INTERFACE)
        return()
    endif()
    add_library(corm_${name} STATIC ${sources})
    list(TRANSFORM LAYER_USES PREPEND corm_)
    target_link_libraries(corm_${name} PUBLIC corm_settings ${LAYER_USES} PRIVATE ${LAYER_LIBS})
endfunction()
