#include "model/names.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <set>

using namespace perfgate;

namespace {
template <class T>
Error refused(std::string_view text) {
  const auto made = T::make(text);
  CAPTURE(text);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == Code::parse);
  return made.error();
}
}  // namespace

// AC:checked-names
TEST_CASE("a checked text is at most as long as its kind allows") {
  CHECK(Title::make(std::string(200, 'x')));
  CHECK(Description::make(std::string(4096, 'x')));
  CHECK(Section::make(std::string(50, 'x')));
  CHECK(Index::make(std::string(10, 'x')));
  CHECK(Identifier::make(std::string(100, 'x')));
  CHECK(refused<Title>(std::string(201, 'x'))
            .message.ends_with("is 201 characters long; at most 200 are allowed"));
  CHECK(refused<Title>(std::string(201, 'x')).hint == "shorten it");
  refused<Description>(std::string(4097, 'x'));
  refused<Section>(std::string(51, 'x'));
  refused<Index>(std::string(11, 'x'));
  refused<Identifier>(std::string(101, 'x'));
  refused<SafePath>(std::string(4097, 'x'));
  // Characters are counted, not bytes.
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ü";
  CHECK(Title::make(umlauts)->text() == umlauts);
}

TEST_CASE("a checked text holds only what its kind allows") {
  CHECK(Title::make("COMP-3 ▲ Grüße"));
  CHECK(Title::make("")->empty());
  const Error control = refused<Title>("a\nb");
  CHECK(control.message == "the title `a b` holds ` ` at character 2, which is not allowed there");
  CHECK(control.hint == "leave out control and invisible characters");
  CHECK(refused<Title>("a\x1b").message.find("`\\x1B` at character 2") != std::string::npos);
  refused<Title>("a\u202e");
  CHECK(Description::make("a\n\tb"));
  refused<Description>("a\rb");
  CHECK(Section::make("Section_7"));
  const Error word = refused<Section>("a-b");
  CHECK(word.message == "the section `a-b` holds `-` at character 2, which is not allowed there");
  CHECK(word.hint == "use only letters A-Z and a-z, digits and _");
  refused<Index>("ä");
  CHECK(refused<Index>("").message == "the index is empty");
  CHECK(refused<SafePath>("a\x01").code == Code::parse);
  CHECK(SafePath::make("/tmp/a b/ü"));
  const Error bytes = refused<Title>("ab\xff");
  CHECK(bytes.message == "the title `ab\uFFFD` is not valid UTF-8 at byte 3");
  CHECK(bytes.hint == "write the file as UTF-8");
}

// AC:identifiers
TEST_CASE("an identifier made from any name is valid and unlike that of any other name") {
  CHECK(Identifier::from_name("decode_100").text() == "decode_100");
  CHECK(Identifier::from_name("sort/4096").text() ==
        "sort_4096_" + Identifier::from_name("sort/4096").text().substr(10));
  CHECK(Identifier::from_name("sort/4096").text().size() == 18);
  std::set<Identifier> ids;
  for (const std::string& name :
       {std::string("a/b"), std::string("a-b"), std::string("a//b"), std::string("a_b"),
        std::string(), std::string("äöü"), std::string("öäü"), std::string(101, 'x'),
        std::string(102, 'x'), std::string("\xff\x00", 2)}) {
    const Identifier id = Identifier::from_name(name);
    CHECK(Identifier::make(id.text()));
    CHECK(ids.insert(id).second);
    CHECK(Identifier::from_name(name) == id);
  }
  CHECK(Identifier::from_name(std::string(5000, 'x')).text().size() == 100);
  CHECK(refused<Identifier>("a/b").message ==
        "the identifier `a/b` holds `/` at character 2, which is not allowed there");
}

TEST_CASE("a percentage has two decimals and a sign and is bounded") {
  CHECK(Percentage::from_ratio(0.0512)->text() == "+5.12 %");
  CHECK(Percentage::from_ratio(-0.0512)->text() == "-5.12 %");
  CHECK(Percentage::from_ratio(0)->text() == "0.00 %");
  CHECK(Percentage::from_ratio(-0.00001)->text() == "0.00 %");
  CHECK(Percentage::from_ratio(0.05125)->value() == 5.12);
  CHECK(Percentage::from_ratio(std::numeric_limits<double>::infinity())->value() == 1'000'000);
  CHECK(Percentage::from_ratio(-1e9)->value() == -1'000'000);
  const auto nan = Percentage::from_ratio(std::numeric_limits<double>::quiet_NaN());
  REQUIRE_FALSE(nan);
  CHECK(nan.error().code == Code::parse);
  CHECK(*Percentage::from_ratio(0.01) < *Percentage::from_ratio(0.02));
}
