#pragma once
// Checked texts, made once on entry: a value of these types is valid wherever it is met.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate {

/// A text that satisfies `Rule`: at most Rule::max_length characters (code points), each allowed by
/// Rule::allows, and at least one unless Rule::may_be_empty. Errors of make(): Code::parse, naming
/// what the text is for and what is wrong.
template <class Rule>
class Checked {
 public:
  Checked() = default;
  static Result<Checked> make(std::string_view text);

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Checked&) const = default;

 protected:
  explicit Checked(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct TitleRule {
  static constexpr std::string_view what = "title";
  static constexpr std::size_t max_length = 200;
  static constexpr bool may_be_empty = true;
  static bool allows(char32_t c);  ///< everything printable on one line
};
struct DescriptionRule {
  static constexpr std::string_view what = "description";
  static constexpr std::size_t max_length = 4096;
  static constexpr bool may_be_empty = true;
  static bool allows(char32_t c);  ///< printable, newline and tab
};
struct SectionRule {
  static constexpr std::string_view what = "section";
  static constexpr std::size_t max_length = 50;
  static constexpr bool may_be_empty = false;
  static bool allows(char32_t c);  ///< [A-Za-z0-9_]
};
struct IndexRule {
  static constexpr std::string_view what = "index";
  static constexpr std::size_t max_length = 10;
  static constexpr bool may_be_empty = false;
  static bool allows(char32_t c);  ///< [A-Za-z0-9_]
};
struct IdentifierRule {
  static constexpr std::string_view what = "identifier";
  static constexpr std::size_t max_length = 100;
  static constexpr bool may_be_empty = false;
  static bool allows(char32_t c);  ///< [A-Za-z0-9_]
};
struct PathRule {
  static constexpr std::string_view what = "path";
  static constexpr std::size_t max_length = 4096;
  static constexpr bool may_be_empty = false;
  static bool allows(char32_t c);  ///< everything but control characters
};

using Title = Checked<TitleRule>;
using Description = Checked<DescriptionRule>;
using Section = Checked<SectionRule>;
using Index = Checked<IndexRule>;
using SafePath = Checked<PathRule>;

/// The machine's name of a benchmark: [A-Za-z0-9_], at most 100.
class Identifier : public Checked<IdentifierRule> {
 public:
  Identifier() = default;
  static Result<Identifier> make(std::string_view text);
  /// The id of any harness name: itself where it is a valid identifier, else each run of other
  /// characters becomes one `_`, cut to 91, and `_` with 8 hex digits of the name's SHA-256
  /// follows, so that different names have different ids. Always the same for the same name.
  static Identifier from_name(std::string_view name);

 private:
  using Checked::Checked;
};

/// A change in per cent, rounded to two decimals, within +-1 000 000.
class Percentage {
 public:
  Percentage() = default;
  /// `ratio` 0.0512 -> 5.12 %. Errors: Code::parse where it is NaN; beyond the bounds it is
  /// clamped.
  static Result<Percentage> from_ratio(double ratio);

  double value() const { return value_; }
  std::string text() const;  ///< "+5.12 %"
  auto operator<=>(const Percentage&) const = default;

 private:
  explicit Percentage(double value) : value_(value) {}
  double value_ = 0;
};

}  // namespace perfgate
