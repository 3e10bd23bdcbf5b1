#include "base/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>

using namespace perfgate;

TEST_CASE("UTF-8 is read character by character and each invalid byte is one") {
  CHECK(code_point_at("a", 0).value == 'a');
  CHECK(code_point_at("é", 0).value == 0xe9);
  CHECK(code_point_at("…", 0).value == 0x2026);
  CHECK(code_point_at("😀", 0).value == 0x1f600);
  CHECK(code_point_at("😀", 0).length == 4);
  // Overlong, surrogate, beyond the end of Unicode, a lone continuation, cut short.
  for (const char* bytes : {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xed\xa0\x80",
                            "\xf4\x90\x80\x80", "\x80", "\xe2\x80", "\xff"}) {
    CHECK_FALSE(code_point_at(bytes, 0).valid);
    CHECK(code_point_at(bytes, 0).length == 1);
    CHECK_FALSE(is_utf8(bytes));
  }
  CHECK(is_utf8("Grüße 😀"));
  CHECK(count_code_points("Grüße 😀") == 7);
}

TEST_CASE("repair replaces each invalid byte and leaves the rest") {
  CHECK(repair_utf8("Grüße 😀 a\xff\xfe!") == "Grüße 😀 a\uFFFD\uFFFD!");
  CHECK(repair_utf8("") == "");
}

TEST_CASE("what does not show is not printable") {
  for (const char32_t c :
       {U'\x00', U'\x1b', U'\x7f', U'\x85', U'\u200b', U'\u202e', U'\u2066', U'\ufeff', U'\u2028',
        U'\ufffe', U'\U0001ffff', U'\U000e0041', char32_t(0x110000)})
    CHECK_FALSE(is_printable(c));
  for (const char32_t c : {U'a', U' ', U'é', U'中', U'😀', U'\u0301', U'\ufffd'})
    CHECK(is_printable(c));
}

// AC:safe-text
TEST_CASE("a safe text shows control characters instead of obeying them") {
  CHECK(safe_text("red \x1b[31m", 99) == "red \\x1B[31m");
  CHECK(safe_text("a\x7f\xc2\x9b", 99) == "a\\x7F\\x9B");
  CHECK(safe_text("\u202eabc\u200b", 99) == "\\u{202E}abc\\u{200B}");
  CHECK(safe_text("a\xff", 99) == "a\uFFFD");
  CHECK(safe_text("a\tb\r\nc\rd\ne", 99) == "a b c d e");
  CHECK(safe_text(std::string_view("\0", 1), 99) == "\\x00");
  CHECK(safe_lines("a\tb\r\nc\rd\n\ve", 99) == "a b\nc\nd\n e");
  CHECK(safe_lines("Grüße 😀", 99) == "Grüße 😀");
}

// AC:safe-text-commands
TEST_CASE("a safe text cannot begin a workflow command") {
  CHECK(safe_text("::error::x", 99) == ": :error::x");
  CHECK(safe_text(" \t::set-env", 99) == "  : :set-env");
  CHECK(safe_text("\u3000::stop", 99) == "\u3000: :stop");
  CHECK(safe_text(":::a", 99) == ": ::a");
  CHECK(safe_text("std::vector", 99) == "std::vector");
  CHECK(safe_lines("a\n::debug::\r  ::x", 99) == "a\n: :debug::\n  : :x");
  CHECK(safe_text("x ##[group]", 99) == "x ## [group]");
  CHECK(safe_text("###[x", 99) == "### [x");
  CHECK(safe_text("\u200b::x", 99) == "\\u{200B}::x");  // no longer at the line's begin
}

TEST_CASE("a safe text is cut at so many characters") {
  CHECK(safe_text("abcdef", 6) == "abcdef");
  CHECK(safe_text("abcdefg", 6) == "abcde…");
  CHECK(safe_text("äöüäöü", 3) == "äö…");
  CHECK(safe_text("abcd\x1b", 6) == "abcd…");  // an escape is not cut in half
  CHECK(safe_text("ab", 1) == "…");
  CHECK(safe_text("ab", 0) == "");
  CHECK(safe_text("", 0) == "");
  CHECK(count_code_points(safe_text(std::string(1000, '\x01'), 500)) <= 500);
}

TEST_CASE("white space is trimmed at both ends") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \n ") == "");
  CHECK(trim("") == "");
}

TEST_CASE("the width of a text is what a terminal gives it") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("中文") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("😀 µs") == 5);
  CHECK(display_width("a\u200b\x1b") == 1);
  CHECK(display_width("─▼") == 2);
}

// AC:globs
TEST_CASE("globs match whole names") {
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("*", "a/b/c"));
  CHECK(glob_matches("decode/*/100", "decode/display/records/100"));
  CHECK(glob_matches("a?c", "aéc"));
  CHECK_FALSE(glob_matches("a?c", "ac"));
  CHECK(glob_matches("**a**", "xxaxx"));
  CHECK(glob_matches("[abc]x", "bx"));
  CHECK(glob_matches("[a-c]x", "bx"));
  CHECK_FALSE(glob_matches("[a-c]x", "dx"));
  CHECK(glob_matches("[!a-c]x", "dx"));
  CHECK(glob_matches("[^a]x", "dx"));
  CHECK(glob_matches("[]]", "]"));
  CHECK(glob_matches("[a-]", "-"));
  CHECK(glob_matches("[\\]]", "]"));
  CHECK(glob_matches("[a-\\c]", "b"));
  CHECK(glob_matches("[à-ü]", "é"));
  CHECK(glob_matches("vec[", "vec["));
  CHECK(glob_matches("vec[a", "vec[a"));
  CHECK(glob_matches("a\\*b", "a*b"));
  CHECK_FALSE(glob_matches("a\\*b", "axb"));
  CHECK(glob_matches("a\\", "a\\"));
  CHECK_FALSE(glob_matches("abc", "ABC"));
  CHECK_FALSE(glob_matches("abc", "abcd"));
  CHECK_FALSE(glob_matches("abcd", "abc"));
  CHECK_FALSE(glob_matches("", "a"));
  CHECK(glob_matches("", ""));
  CHECK(glob_matches("*b*c", "abbbcbc"));
  CHECK_FALSE(glob_matches("*b*d", "abbbcbc"));
}

TEST_CASE("a hostile glob takes no more than pattern times text") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  pattern += "b";
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(glob_matches(pattern, std::string(10'000, 'a')));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

TEST_CASE("the nearest name is offered where it could be a slip") {
  constexpr std::array<std::string_view, 4> names{"timeout", "command", "cwd", "setup"};
  CHECK(nearest("timout", names) == "timeout");
  CHECK(nearest("comamnd", names) == "command");  // neighbours swapped
  CHECK(nearest("SETUP", names) == "setup");
  CHECK(nearest("cdw", names) == "cwd");
  CHECK_FALSE(nearest("harness", names));
  CHECK_FALSE(nearest("", names));
  CHECK_FALSE(nearest("x", std::array<std::string_view, 1>{"s"}));
  CHECK_FALSE(nearest(std::string(300, 'a'), names));
  const std::string long_name(300, 'a');
  CHECK_FALSE(nearest("aaaa", std::array<std::string_view, 1>{long_name}));
}

// AC:scrubbed-texts
TEST_CASE("private texts are replaced and the longest first") {
  const std::array<Variable, 4> environment{Variable{"TOKEN", "s3cret-token"},
                                            Variable{"DIR", "/home/ann/work-s3cret-token"},
                                            Variable{"SHORT", "short"}, Variable{"EMPTY", ""}};
  const Scrubber scrubber = scrubber_for("/home/ann/", "build7", environment);
  CHECK(scrubber.scrub("/home/ann/x on build7.example.org") == "~/x on <host>.example.org");
  CHECK(scrubber.scrub("in /home/anna and rebuild7 and build70") ==
        "in /home/anna and rebuild7 and build70");
  CHECK(scrubber.scrub("xs3cret-tokeny short") == "x<env:TOKEN>y short");
  CHECK(scrubber.scrub("/home/ann/work-s3cret-token") == "<env:DIR>");
  CHECK(scrubber.scrub("") == "");
  CHECK(Scrubber().scrub("/home/ann") == "/home/ann");
  CHECK(scrubber_for("/", "localhost", {}).scrub("/ localhost") == "/ localhost");
  CHECK(scrubber_for("", "", {}).scrub("x") == "x");
}

// AC:scrubbed-texts
TEST_CASE("the names of user and host are private unless many share them") {
  const std::array<Variable, 2> own{Variable{"USER", "annb"}, Variable{"HOSTNAME", "build7"}};
  const Scrubber scrubber = scrubber_for("", "", own);
  CHECK(scrubber.scrub("annb@build7: joannb") == "<user>@<host>: joannb");
  CHECK(scrubber.finds_any("of annb"));
  CHECK_FALSE(scrubber.finds_any("of joannb"));
  const std::array<Variable, 3> common{Variable{"USER", "runner"}, Variable{"LOGNAME", "ann"},
                                       Variable{"HOSTNAME", "localhost"}};
  CHECK(scrubber_for("", "", common).scrub("runner ann localhost") == "runner ann localhost");
}

// AC:scrubbed-texts
TEST_CASE("what is left of a private text that was cut short is replaced too") {
  const std::array<Variable, 1> environment{Variable{"TOKEN", "s3cret-token"}};
  const Scrubber scrubber = scrubber_for("/home/ann", "", environment);
  CHECK(scrubber.scrub("it begins with `s3cret…`") == "it begins with `<env:TOKEN>…`");
  CHECK(scrubber.scrub("cannot open /home/a…") == "cannot open ~…");
  CHECK(scrubber.scrub("s3c… s3cret") == "s3c… s3cret");  // too little to tell, and not cut
}
