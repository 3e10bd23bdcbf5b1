# Writes the files of config/ and templates/ as constants: perfgate::embedded(path) finds them.
# Called with -DROOT -DOUT -DFILES. Raw literals are cut into pieces, as compilers limit their length.
set(rows "")
foreach(file ${FILES})
  file(RELATIVE_PATH name ${ROOT} ${file})
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" hex_length)
  math(EXPR length "${hex_length} / 2")
  # 16 bytes a line; CMake's regular expressions know no counts, and at most ten groups.
  string(REPEAT "[0-9a-f]" 32 line)
  string(REGEX REPLACE "(${line})" "\\1\n" lines "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" lines "${lines}")
  string(REPLACE "\n" "\"\n     \"" lines "\"${lines}\"")
  string(APPEND rows "    {\"${name}\",\n     std::string_view(${lines}, ${length})},\n")
endforeach()
file(WRITE ${OUT} "#include \"base/embedded.hpp\"\n\nnamespace perfgate {\nnamespace {\n
struct Row { std::string_view name, text; };\nconst Row rows[] = {\n${rows}};\n\n}  // namespace\n
std::optional<std::string_view> embedded(std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return row.text;
  return std::nullopt;
}\n\n}  // namespace perfgate\n")
