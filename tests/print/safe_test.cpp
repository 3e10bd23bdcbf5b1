#include "print/safe.hpp"

#include <doctest/doctest.h>

namespace perfgate::print {
namespace {

TEST_CASE("safe paragraphs: endless words are shortened in their middle, all else stays") {
  CHECK(safe_paragraph("").empty());
  CHECK(safe_paragraph(" a few  words ") == " a few  words ");
  const std::string long_word(400, 'w');
  CHECK(safe_paragraph("a " + long_word + " z") == "a " + long_word + " z");
  CHECK(safe_paragraph("a b" + long_word + "c z") ==
        "a b" + std::string(249, 'w') + "…" + std::string(99, 'w') + "c z");
  std::string chinese;
  for (int i = 0; i < 500; ++i) chinese += "基";
  CHECK(safe_paragraph(chinese) == chinese);
  CHECK(safe_paragraph("\x1b\u202E") == "\\x1B\\u{202E}");
}

}  // namespace
}  // namespace perfgate::print
