#include "model/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/decimal.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace perfgate {
namespace {

constexpr std::array<bool, 128> word_characters = [] {
  std::array<bool, 128> table{};
  for (const char c : std::string_view("0123456789_abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_word(char32_t c) { return c < word_characters.size() && word_characters[c]; }

std::unexpected<Error> refuse(std::string_view what, std::string_view text, std::string_view why,
                              std::string hint) {
  return fail(Code::parse, fmt::format("the {} `{}` {}", what, safe_text(text, 80), why),
              std::move(hint));
}

}  // namespace

bool TitleRule::allows(char32_t c) { return is_printable(c); }
bool DescriptionRule::allows(char32_t c) { return is_printable(c) || c == '\n' || c == '\t'; }
bool SectionRule::allows(char32_t c) { return is_word(c); }
bool IndexRule::allows(char32_t c) { return is_word(c); }
bool IdentifierRule::allows(char32_t c) { return is_word(c); }
bool PathRule::allows(char32_t c) { return c >= 0x20 && c != 0x7f && !(c >= 0x80 && c <= 0x9f); }

template <class Rule>
Result<Checked<Rule>> Checked<Rule>::make(std::string_view text) {
  if (text.empty() && !Rule::may_be_empty)
    return fail(Code::parse, fmt::format("the {} is empty", Rule::what), "give it a name");
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); ++length) {
    const CodePoint point = code_point_at(text, at);
    if (!point.valid)
      return refuse(Rule::what, text, fmt::format("is not valid UTF-8 at byte {}", at + 1),
                    "write the file as UTF-8");
    if (!Rule::allows(point.value))
      return refuse(Rule::what, text,
                    fmt::format("holds `{}` at character {}, which is not allowed there",
                                safe_text(text.substr(at, point.length), 12), length + 1),
                    Rule::allows(' ') ? "leave out control and invisible characters"
                                      : "use only letters A-Z and a-z, digits and _");
    at += point.length;
  }
  if (length > Rule::max_length)
    return refuse(
        Rule::what, text,
        fmt::format("is {} characters long; at most {} are allowed", length, Rule::max_length),
        "shorten it");
  return Checked(std::string(text));
}

template class Checked<TitleRule>;
template class Checked<DescriptionRule>;
template class Checked<SectionRule>;
template class Checked<IndexRule>;
template class Checked<IdentifierRule>;
template class Checked<PathRule>;

Result<Identifier> Identifier::make(std::string_view text) {
  TRY(const Checked<IdentifierRule> checked, Checked::make(text));
  return Identifier(checked.text());
}

Identifier Identifier::from_name(std::string_view name) {
  constexpr std::size_t hash_digits = 8;
  constexpr std::size_t longest_stem = IdentifierRule::max_length - 1 - hash_digits;
  const bool valid =
      !name.empty() && name.size() <= IdentifierRule::max_length &&
      std::ranges::all_of(name, [](char c) { return is_word(static_cast<unsigned char>(c)); });
  if (valid) return Identifier(std::string(name));
  std::array<char, IdentifierRule::max_length> id{};
  std::size_t size = 0;
  bool gap = false;
  for (const char c : name) {
    if (size == longest_stem) break;
    const bool word = is_word(static_cast<unsigned char>(c));
    if (word || !gap) id[size++] = word ? c : '_';
    gap = !word;
  }
  id[size++] = '_';
  return Identifier(std::string(id.data(), size).append(sha256(name), 0, hash_digits));
}

Result<Percentage> Percentage::from_ratio(double ratio) {
  constexpr double bound = 1'000'000;
  if (std::isnan(ratio))
    return fail(Code::parse, "a change in per cent is not a number",
                "the value or its base is NaN or both are 0");
  const double percent = ratio * 100;
  if (percent >= bound) return Percentage(bound);
  if (percent <= -bound) return Percentage(-bound);
  const double rounded = Decimal::parse(Decimal::nearest(percent).fixed(2))->to_double();
  return Percentage(rounded + 0.0);  // -0 becomes 0
}

std::string Percentage::text() const {
  return fmt::format("{}{} %", value_ > 0 ? "+" : "", Decimal::nearest(value_).fixed(2));
}

}  // namespace perfgate
