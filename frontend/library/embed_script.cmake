# Writes ${OUT}: a table of (name, text) of every library file, as raw string literals.
# Literals are cut into pieces, as compilers limit their length.
set(content "#include \"frontend/library/embedded.h\"\n\nnamespace gocheck {\n\nconst std::vector<EmbeddedFile>& embedded_library() {\n  static const std::vector<EmbeddedFile> files = {\n")
foreach(file ${FILES})
  file(READ ${ROOT}/${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
  # 16 bytes a line: four characters each.
  string(REGEX REPLACE "(................................................................)" "\\1\"\n    \"" escaped "${escaped}")
  string(LENGTH "${hex}" digits)
  math(EXPR bytes "${digits} / 2")
  string(APPEND content "  {\"${file}\", std::string_view(\"${escaped}\", ${bytes})},\n")
endforeach()
string(APPEND content "  };\n  return files;\n}\n\n}  // namespace gocheck\n")
file(WRITE ${OUT} "${content}")
