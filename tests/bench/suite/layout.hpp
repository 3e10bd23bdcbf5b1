#pragma once
// How the fields of a fixed-length mainframe record lie: what a compiled COBOL copybook says.

#include <cstddef>
#include <string>
#include <vector>

namespace mainframe {

enum class Kind {
  text,    ///< PIC X(n): EBCDIC code page 037, padded with spaces
  zoned,   ///< PIC S9(n)V9(m) DISPLAY: a digit per byte, the sign in the last byte's zone
  packed,  ///< PIC S9(n)V9(m) COMP-3: two digits per byte, the sign in the last nibble
};

enum class Signed { no, yes };

/// `digits` counts all digits, `scale` those after the implied decimal point.
struct Field {
  std::string name;
  Kind kind;
  std::size_t offset = 0;
  std::size_t length = 0;
  int digits = 0;
  int scale = 0;
  Signed sign = Signed::yes;
};

struct Layout {
  std::vector<Field> fields;
  std::size_t record_length = 0;
};

/// COBOL's own limits.
inline constexpr std::size_t max_name = 30;
inline constexpr int max_digits = 18;

Field text(std::string name, std::size_t length);
Field zoned(std::string name, int digits, int scale = 0, Signed sign = Signed::yes);
Field packed(std::string name, int digits, int scale = 0, Signed sign = Signed::yes);

/// Lays the fields one behind the other.
Layout in_order(std::vector<Field> fields);

/// What is wrong with a layout, or an empty string.
std::string flaw(const Layout& layout);

}  // namespace mainframe
