#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "report/page.hpp"

// Any text is a template that is filled whole, or a configuration error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfgate::report;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto html = HtmlTemplate::make(std::string(text), page_places, "page.html");
  if (!html) {
    if (html.error().code != perfgate::Code::config) std::abort();
    return 0;
  }
  std::size_t written = 0, filled = 0;
  const auto mark = [&](const Sink& out) {
    ++filled;
    out("{{data}}");
  };
  const std::pair<std::string_view, HtmlTemplate::Fill> values[] = {
      {"title", mark}, {"summary", mark}, {"data", mark}};
  html->write(values, [&](std::string_view piece) { written += piece.size(); });
  const std::size_t places = std::string_view("{{csp}}{{title}}{{summary}}{{data}}").size();
  if (filled != 3 || written != size - places + html->policy().size() + 3 * 8) std::abort();
  return 0;
}
