#include "report/html.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "base/embedded.hpp"
#include "report/page.hpp"
#include "report/site.hpp"
#include "support/injection.hpp"

namespace perfgate::report {
namespace {

constexpr std::string_view places[] = {"csp", "title", "data"};

constexpr std::string_view small_page =
    "<html><meta content=\"{{csp}}\"><title>{{title}}</title><style>p {}</style>"
    "<script type=\"application/json\">{{data}}</script><script type=\"module\">let x = {{}};"
    "</script></html>";

Result<HtmlTemplate> made(std::string text) {
  return HtmlTemplate::make(std::move(text), places, "mine.html");
}

std::string changed(std::string_view from, std::string_view to) {
  std::string text(small_page);
  return text.replace(text.find(from), from.size(), to);
}

std::string filled(const HtmlTemplate& html, std::string_view title, std::string_view data) {
  std::string text;
  const std::pair<std::string_view, HtmlTemplate::Fill> values[] = {
      {"title", [&](const Sink& out) { out(html_text(title)); }},
      {"data", [&](const Sink& out) { json_in_html(out)(data); }}};
  html.write(values, [&](std::string_view piece) { text += piece; });
  return text;
}

TEST_CASE("html: a template is filled in one pass, so that no text names a place") {
  const auto html = made(std::string(small_page));
  REQUIRE(html.has_value());
  const std::string text = filled(*html, "{{data}}{{csp}}", R"({"a":"{{title}}</script>&"})");
  CHECK(text.contains("<title>{{data}}{{csp}}</title>"));
  CHECK(text.contains(R"({"a":"{{title}}\u003c/script\u003e\u0026"})"));
  CHECK(text.contains("let x = {{}};"));
}

// AC:page-policy
TEST_CASE("html: the policy names the bytes of each script and style as they stand") {
  const auto html = made(std::string(small_page));
  REQUIRE(html.has_value());
  // printf 'let x = {{}};' | openssl dgst -sha256 -binary | base64; likewise 'p {}'
  CHECK(html->policy() ==
        "default-src 'none'; script-src 'sha256-jDp1MeDNETDr2eSKdP85NP/34jC1Jzdn1YOFdNHXQv8='; "
        "style-src 'sha256-SNJDlN1Iy2mnt7DOjQIyDb2LQE6O5PQiSZomcdzawQ4='; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types "
        "'none'");
  const auto none = HtmlTemplate::make("{{csp}}", std::span(places).first(1), "x");
  REQUIRE(none.has_value());
  CHECK(none->policy().contains("script-src 'none'; style-src 'none'"));
}

// AC:page-template-refused
TEST_CASE("html: a template that lacks a place, or holds it where it cannot stand, is refused") {
  const auto refused = [](const std::string& text, std::string_view phrase) {
    const auto html = made(text);
    REQUIRE_FALSE(html.has_value());
    CHECK(html.error().code == Code::config);
    CHECK_MESSAGE(html.error().message.contains(phrase), html.error().message);
    CHECK_FALSE(html.error().hint.empty());
  };
  refused(changed("{{title}}", ""), "mine.html: the place {{title}} is missing");
  refused(changed("<html>", "<html>{{title}}\n\n"),
          "mine.html:3: the place {{title}} stands a second");
  refused(changed("{{title}}", "{{titel}}"), "the place {{titel}} is not known");
  refused(changed("{{title}}</title><style>p {}", "</title><style>{{title}}"),
          "inside a script or a style");
  refused(changed("{{data}}", "") + "{{data}}", "{{data}} stands where it cannot");
  refused(changed("{{data}}", "{{data}}{{title}}"), "stands");
  refused(changed("<script type=\"module\">", "<SCRIPT SRC=x.js>"), "loaded from elsewhere");
  refused(changed("p {}", "\xff"), "no UTF-8");
}

TEST_CASE("html: the built-in templates have their places") {
  CHECK(HtmlTemplate::make(std::string(embedded(page_template)), page_places, "page").has_value());
  CHECK(HtmlTemplate::make(std::string(embedded(site_template)), site_places, "site").has_value());
}

// AC:site-look
TEST_CASE("html: the site has the colours, fonts and signs of the page") {
  // Each template is one file that a user may copy: what they share stands in both.
  const std::string_view whole = embedded(page_template);
  std::size_t shared = 0;
  std::istringstream site{std::string(embedded(site_template))};
  for (std::string line; std::getline(site, line);) {
    if (!line.starts_with("  --") && !line.starts_with("  <symbol")) continue;
    ++shared;
    CHECK_MESSAGE(whole.contains("\n" + line + "\n"), line);
  }
  CHECK(shared > 20);
}

TEST_CASE("html: no payload is markup, in an element or an attribute") {
  for (const std::string& payload : test::injection_payloads()) {
    const std::string text = html_text(payload);
    CHECK_MESSAGE(text.find_first_of("<>\"'") == std::string::npos, payload);
    std::string data;
    json_in_html([&](std::string_view piece) { data += piece; })(payload);
    CHECK_MESSAGE(data.find_first_of("<>&") == std::string::npos, payload);
  }
}

}  // namespace
}  // namespace perfgate::report
