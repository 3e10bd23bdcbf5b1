#include "print/links.hpp"

#include <doctest/doctest.h>

namespace perfgate::print {
namespace {

Links of_headings() {
  doc::Document document;
  document.blocks = {doc::Heading{.text = "One", .anchor = "one"}, doc::Heading{.text = "Without"},
                     doc::Heading{.text = "Two", .anchor = "two' uri='https://evil.example"}};
  return Links(document);
}

// AC:pdf-links
TEST_CASE("links: only https and headings that are there") {
  const Links links = of_headings();
  CHECK(links.attributes("https://example.com/a?b=c#d") == "uri='https://example.com/a?b=c#d'");
  CHECK(links.attributes("#one") == "dest='h1'");
  CHECK(links.attributes("#two' uri='https://evil.example") == "dest='h2'");  // a name of ours
  for (const char* target :
       {"", "#", "#none", "https://", "http://example.com", "javascript:alert(1)", "file:///etc",
        "HTTPS://example.com", "//example.com", "mailto:a@example.com", " https://example.com",
        "https://example.com/\xff"})
    CHECK(links.attributes(target).empty());
  CHECK(links.attributes("https://" + std::string(3000, 'a')).empty());
}

// AC:pdf-links
TEST_CASE("links: nothing ends the string that an address stands in") {
  const Links links = of_headings();
  CHECK(links.attributes("https://e.example/a') rect=[0 0 9 9] (\\x\n\x01<>\"ü") ==
        "uri='https://e.example/a%27%29%20rect=[0%200%209%209]%20%28%5Cx%0A%01%3C%3E%22%C3%BC'");
}

TEST_CASE("links: spans keep their text and lose what leads nowhere") {
  const Links links = of_headings();
  const doc::Spans spans = links.safe({{.text = "a\x1b", .target = "javascript:x"},
                                       {.text = "b", .target = "#one", .strong = true}});
  CHECK(spans == doc::Spans{{.text = "a\\x1B"}, {.text = "b", .target = "#one", .strong = true}});
}

}  // namespace
}  // namespace perfgate::print
