# Writes the files of config/ and templates/ as constants: perfgate::embedded(path) finds them.
# Called with -DROOT -DOUT -DFILES. Raw literals are cut into pieces, as compilers limit their length.
set(rows "")
foreach(file ${FILES})
  file(RELATIVE_PATH name ${ROOT} ${file})
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" hex_length)
  math(EXPR length "${hex_length} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
  # 60 bytes a line: "\xNN" is four characters.
  string(REGEX REPLACE "((\\\\x..)(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?)"
                       "\n     \"\\1\"" lines "${bytes}")
  if(lines STREQUAL "")
    set(lines "\"\"")
  endif()
  string(APPEND rows "    {\"${name}\",\n     std::string_view(${lines}, ${length})},\n")
endforeach()
file(WRITE ${OUT} "#include \"base/embedded.hpp\"\n\nnamespace perfgate {\nnamespace {\n
struct Row { std::string_view name, text; };\nconst Row rows[] = {\n${rows}};\n\n}  // namespace\n
std::optional<std::string_view> embedded(std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return row.text;
  return std::nullopt;
}\n\n}  // namespace perfgate\n")
