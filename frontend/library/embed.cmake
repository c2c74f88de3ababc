# The standard library written in Gol, embedded into the binary as one generated source file.
file(GLOB_RECURSE library_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/frontend/library
     ${CMAKE_SOURCE_DIR}/frontend/library/*.gol)
set(embedded ${CMAKE_BINARY_DIR}/generated/embedded_library.cc)
list(TRANSFORM library_files PREPEND ${CMAKE_SOURCE_DIR}/frontend/library/ OUTPUT_VARIABLE library_paths)
add_custom_command(
  OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -DOUT=${embedded} -DROOT=${CMAKE_SOURCE_DIR}/frontend/library
          "-DFILES=${library_files}" -P ${CMAKE_SOURCE_DIR}/frontend/library/embed_script.cmake
  DEPENDS ${library_paths} ${CMAKE_SOURCE_DIR}/frontend/library/embed_script.cmake
  COMMENT "Embedding the Gol library" VERBATIM)
add_library(gocheck_embedded STATIC ${embedded})
