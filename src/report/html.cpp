#include "report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace perfgate::report {
namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Where `word` (lower case) begins, without regard to the text's case.
std::size_t find_tag(std::string_view text, std::string_view word, std::size_t from) {
  const auto found =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), word.begin(),
                  word.end(), [](char a, char b) { return lower(a) == b; });
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

/// <script ...> or <style ...> with what stands in it.
struct Element {
  std::string opening;             ///< its opening tag, in lower case
  std::size_t begin = 0, end = 0;  ///< of its content
};

std::vector<Element> elements_of(std::string_view text, std::string_view name) {
  std::vector<Element> found;
  const std::string open = fmt::format("<{}", name), close = fmt::format("</{}", name);
  for (std::size_t at = find_tag(text, open, 0); at != std::string_view::npos;
       at = find_tag(text, open, at)) {
    const std::size_t after = at + open.size();
    const bool is_tag = after < text.size() && std::string_view(" >\t\r\n/").contains(text[after]);
    const std::size_t tag_end = text.find('>', at);
    at = after;
    if (!is_tag || tag_end == std::string_view::npos) continue;
    const std::size_t end = std::min(find_tag(text, close, tag_end), text.size());
    Element element{.opening = std::string(text.substr(after, tag_end - after)),
                    .begin = tag_end + 1,
                    .end = end};
    std::ranges::transform(element.opening, element.opening.begin(), lower);
    found.push_back(std::move(element));
    at = end;
  }
  return found;
}

bool is_data(const Element& script) { return script.opening.contains("application/json"); }

std::string hashes_of(std::string_view text, const std::vector<Element>& elements) {
  std::string hashes;
  for (const Element& element : elements) {
    if (is_data(element)) continue;
    const std::string hex = sha256(text.substr(element.begin, element.end - element.begin));
    std::string bytes;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t i = 0; i < hex.size(); i += 2)
      bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    hashes += fmt::format("{}'sha256-{}'", hashes.empty() ? "" : " ", base64(bytes));
  }
  return hashes.empty() ? "'none'" : hashes;
}

int line_of(std::string_view text, std::size_t at) {
  return static_cast<int>(std::ranges::count(text.substr(0, at), '\n')) + 1;
}

}  // namespace

std::string html_text(std::string_view text, std::size_t max_length) {
  std::string escaped;
  for (const char c : safe_text(text, max_length)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

Sink json_in_html(const Sink& out) {
  // JsonWriter escapes U+2028 and U+2029 itself, so only single bytes are left to look for.
  return [&out](std::string_view piece) {
    std::size_t plain = 0;
    for (std::size_t at = piece.find_first_of("<>&"); at != std::string_view::npos;
         at = piece.find_first_of("<>&", at + 1)) {
      out(piece.substr(plain, at - plain));
      out(piece[at] == '<' ? "\\u003c" : piece[at] == '>' ? "\\u003e" : "\\u0026");
      plain = at + 1;
    }
    out(piece.substr(plain));
  };
}

/// Finds the places of a template, and what is wrong with them.
struct TemplateReader {
  HtmlTemplate& page;
  std::span<const std::string_view> known;
  std::string_view origin;
  std::vector<Element> scripts, styles;

  std::unexpected<Error> wrong(std::size_t at, const std::string& what, std::string hint) const {
    return fail(Code::config, fmt::format("{}:{}: {}", origin, line_of(page.text_, at), what),
                std::move(hint));
  }

  std::string braced() const {
    std::string names;
    for (const std::string_view name : known)
      names += fmt::format("{}{{{{{}}}}}", names.empty() ? "" : ", ", name);
    return names;
  }

  Result<void> add_place(std::string_view name, std::size_t begin, std::size_t end) {
    if (std::ranges::find(known, name) == known.end())
      return wrong(begin, fmt::format("the place {{{{{}}}}} is not known", safe_text(name, 40)),
                   "the places of this template: " + braced());
    if (std::ranges::find(page.places_, name, &HtmlTemplate::Place::name) != page.places_.end())
      return wrong(begin, fmt::format("the place {{{{{}}}}} stands a second time", name),
                   "each place stands once");
    const auto holds = [&](const Element& e) { return e.begin <= begin && end <= e.end; };
    const auto in_data = [&](const Element& e) { return is_data(e) && holds(e); };
    const auto in_code = [&](const Element& e) { return !is_data(e) && holds(e); };
    if (std::ranges::any_of(scripts, in_code) || std::ranges::any_of(styles, holds))
      return wrong(begin,
                   fmt::format("the place {{{{{}}}}} stands inside a script or a style", name),
                   "scripts and styles are allowed by the digest of their bytes as they stand; put "
                   "what they need into the data");
    if ((name == "data") != std::ranges::any_of(scripts, in_data))
      return wrong(begin, fmt::format("the place {{{{{}}}}} stands where it cannot", name),
                   "{{data}}, and nothing else, stands inside <script type=\"application/json\">");
    page.places_.push_back({.name = std::string(name), .begin = begin, .end = end});
    return {};
  }

  Result<void> read() {
    const std::string_view text = page.text_;
    scripts = elements_of(text, "script");
    styles = elements_of(text, "style");
    for (const Element& script : scripts)
      if (script.opening.contains("src"))
        return wrong(script.begin, "a script is loaded from elsewhere",
                     "the page is one file, and asks the network for nothing: put the script into "
                     "it");
    for (std::size_t at = text.find("{{"); at != std::string_view::npos;
         at = text.find("{{", at + 2)) {
      std::size_t end = at + 2;
      while (end < text.size() && is_name(text[end])) ++end;
      if (end == at + 2 || !text.substr(end).starts_with("}}")) continue;
      CHECKED(add_place(text.substr(at + 2, end - at - 2), at, end + 2));
    }
    for (const std::string_view name : known)
      if (std::ranges::find(page.places_, name, &HtmlTemplate::Place::name) == page.places_.end())
        return fail(Code::config, fmt::format("{}: the place {{{{{}}}}} is missing", origin, name),
                    "a template has each of these once: " + braced());
    page.policy_ = fmt::format(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hashes_of(text, scripts), hashes_of(text, styles));
    return {};
  }
};

Result<HtmlTemplate> HtmlTemplate::make(std::string text, std::span<const std::string_view> places,
                                        std::string_view origin) {
  HtmlTemplate page;
  if (!is_utf8(text))
    return fail(Code::config, fmt::format("{}: the template is no UTF-8", origin),
                "write it as UTF-8, as its <meta charset> says");
  page.text_ = std::move(text);
  CHECKED(TemplateReader{.page = page, .known = places, .origin = origin}.read());
  return page;
}

void HtmlTemplate::write(std::span<const std::pair<std::string_view, Fill>> values,
                         const Sink& out) const {
  const std::string_view text = text_;
  std::size_t written = 0;
  for (const Place& place : places_) {
    out(text.substr(written, place.begin - written));
    written = place.end;
    if (place.name == "csp") {
      out(policy_);
      continue;
    }
    for (const auto& [name, fill] : values)
      if (name == place.name) fill(out);
  }
  out(text.substr(written));
}

}  // namespace perfgate::report
