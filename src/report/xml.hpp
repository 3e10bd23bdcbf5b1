#pragma once
#include <string>
#include <string_view>

namespace perfgate::report {

/// A text as the content of an XML element or attribute: valid in XML 1.0 whatever it was.
std::string xml_text(std::string_view text, std::size_t max_length = 2000);

}  // namespace perfgate::report
