# Writes a C++ source that holds files byte for byte: cmake -DOUT=... -DROOT=... -DFILES=a;b -P embed.cmake
# Texts of a string literal each, as octal would be longer to compile and #embed is not in g++ 12.
set(source "#include \"base/embedded.hpp\"\n\nnamespace perfgate {\n\n")
string(APPEND source "std::span<const Embedded> embedded_files() {\n  static constexpr Embedded files[] = {\n")
foreach(file ${FILES})
  file(READ "${ROOT}/${file}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  string(APPEND source "    {\"${file}\", {\"${bytes}\", ${size}}},\n")
endforeach()
string(APPEND source "  };\n  return files;\n}\n\n}  // namespace perfgate\n")
file(WRITE "${OUT}" "${source}")
