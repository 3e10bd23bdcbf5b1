#include "print/links.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

constexpr std::size_t longest_address = 2000;

std::string percent_encoded(std::string_view address) {
  constexpr std::string_view stays = "-._~:/?#[]@!$&*+,;=%";
  std::string encoded;
  for (const char c : address) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || stays.contains(c))
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace

Links::Links(const doc::Document& document) {
  for (const doc::Block& block : document.blocks) {
    const auto* heading = std::get_if<doc::Heading>(&block);
    if (heading != nullptr && !heading->anchor.empty())
      places_.try_emplace(heading->anchor, fmt::format("h{}", places_.size() + 1));
  }
}

std::string Links::attributes(std::string_view target) const {
  if (target.starts_with('#')) {
    const auto found = places_.find(std::string(target.substr(1)));
    return found == places_.end() ? std::string() : fmt::format("dest='{}'", found->second);
  }
  constexpr std::string_view https = "https://";
  if (!target.starts_with(https) || target.size() == https.size() ||
      target.size() > longest_address || !is_utf8(target))
    return {};
  return fmt::format("uri='{}'", percent_encoded(target));
}

doc::Spans Links::safe(const doc::Spans& spans) const {
  doc::Spans made;
  for (const doc::Span& span : spans) {
    doc::Span own = span;
    own.text = safe_paragraph(span.text);
    if (!leads(span.target)) own.target.clear();
    made.push_back(std::move(own));
  }
  return made;
}

}  // namespace perfgate::print
