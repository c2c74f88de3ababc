# The lexer and parser, generated from the grammar by Debian's antlr4 when it changed.
set(antlr_out ${CMAKE_BINARY_DIR}/generated/grammar)
set(antlr_sources ${antlr_out}/GolLexer.cpp ${antlr_out}/GolParser.cpp)
add_custom_command(
  OUTPUT ${antlr_sources} ${antlr_out}/GolLexer.h ${antlr_out}/GolParser.h
  COMMAND ${CMAKE_COMMAND} -E make_directory ${antlr_out}
  COMMAND antlr4 -Dlanguage=Cpp -no-listener -no-visitor -Xexact-output-dir -o ${antlr_out}
          ${CMAKE_SOURCE_DIR}/grammar/GolLexer.g4 ${CMAKE_SOURCE_DIR}/grammar/GolParser.g4
  DEPENDS ${CMAKE_SOURCE_DIR}/grammar/GolLexer.g4 ${CMAKE_SOURCE_DIR}/grammar/GolParser.g4
  COMMENT "Generating the Gol parser")
add_library(gocheck_grammar STATIC ${antlr_sources})
# The generated code holds u8 literals as const char*, hence no char8_t; its warnings are not ours.
target_compile_options(gocheck_grammar PUBLIC -fno-char8_t PRIVATE -w)
if(GOCHECK_SANITIZE STREQUAL "address")
  # Generated and single-threaded: instrumenting it costs minutes and would test antlr4.
  target_compile_options(gocheck_grammar PRIVATE -fno-sanitize=all)
endif()
target_include_directories(gocheck_grammar SYSTEM PUBLIC /usr/include/antlr4-runtime)
target_link_libraries(gocheck_grammar PUBLIC antlr4-runtime)
