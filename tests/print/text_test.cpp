#include "print/text.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"

namespace perfgate::print {
namespace {

Fonts fonts() { return *Fonts::open({}); }

TEST_CASE("text on paper: widths of characters add up to those of lines") {
  Fonts set = fonts();
  for (const char* text : {"decode/display/packed_decimal", "AVATAR To Ty fi ffl 1.234,5 µs",
                           "Ωμέγα декодирование ñandú", ""}) {
    CHECK(Fonts::is_simple(text));
    for (const Style style : {Style{}, Style{.strong = true}, Style{.size = 8, .code = true}})
      CHECK(set.width(text, style) ==
            doctest::Approx(Text(set, text, style).width()).epsilon(0.001));
  }
  CHECK(!Fonts::is_simple("اختبار"));
  CHECK(!Fonts::is_simple("基准"));
  CHECK(!Fonts::is_simple("e\u0301"));
  CHECK(!Fonts::is_simple("a\xff"));
  CHECK(set.width("基准", {}) > 0);
}

TEST_CASE("text on paper: lines are broken to the width, words too where nothing else helps") {
  Fonts set = fonts();
  const Text prose(set, "one two three four five six seven eight nine ten", {}, 60);
  CHECK(prose.lines() > 2);
  CHECK(prose.width() <= 60.1);
  CHECK(prose.height() == doctest::Approx(prose.height(0, 2) + prose.height(2)));
  const Text word(set, std::string(200, 'x'), {}, 60);
  CHECK(word.lines() > 10);
  CHECK(word.width() <= 60.1);
}

TEST_CASE("text on paper: a long name is broken where its parts end, and shortened in its middle") {
  Fonts set = fonts();
  const Style style{.size = 8, .code = true};
  const double one = set.width("x", style);
  CHECK(break_name(set, "short", style, 10 * one, 3) == "short");
  CHECK(break_name(set, "decode/display/packed", style, 15.1 * one, 3) ==
        "decode/display/\u2028packed");
  const std::string name = "beginning/" + std::string(300, 'm') + "/the_end";
  const std::string cut = break_name(set, name, style, 20.1 * one, 3);
  CHECK(cut.starts_with("beginning/"));
  CHECK(cut.ends_with("/the_end"));
  CHECK(cut.contains("…"));
  CHECK(Text(set, cut, style, 20.1 * one).lines() <= 3);
  const std::string line = fit(set, name, style, 20.1 * one);
  CHECK(count_code_points(line) == 20);
  CHECK(line.starts_with("beginning"));
  CHECK(line.ends_with("the_end"));
  // Narrower than a character: never without end.
  CHECK(!break_name(set, name, style, one / 2, 2).empty());
  CHECK(fit(set, "基准测试/解码/十进制压缩", style, 60).contains("…"));
}

TEST_CASE("fonts: the files are named with their digests") {
  Fonts set = fonts();
  Text(set, "Bold", {.strong = true});
  const auto used = set.used();
  REQUIRE(used);
  REQUIRE(used->size() == 1);
  CHECK(!(*used)[0].name.empty());
  CHECK(!(*used)[0].file.contains('/'));
  CHECK((*used)[0].sha256.size() == 64);
  CHECK(set.without_font().empty());
  Text(set, "\U0010A7F3", {});  // nobody's
  CHECK(set.without_font().contains(U'\U0010A7F3'));
}

}  // namespace
}  // namespace perfgate::print
