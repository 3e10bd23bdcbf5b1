#include "report/xml.hpp"

#include "base/text.hpp"

namespace perfgate::report {

// Control characters and noncharacters, which XML 1.0 does not allow, are visible already.
std::string xml_text(std::string_view text, std::size_t max_length) {
  std::string result;
  for (const char c : safe_text(text, max_length)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace perfgate::report
