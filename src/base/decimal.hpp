#pragma once
// Exact decimal numbers, for limits. 0.20 -> 0.19 is a drop of exactly 5 %, and 4.22 is a multiple
// of 0.01: in doubles neither holds.

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate {

/// digits * 10^exponent, exact under + - * and comparison. Normalised: no trailing zero digits.
class Decimal {
 public:
  Decimal() = default;
  explicit(false) Decimal(long long integer);

  /// "4.22", "-1e-9", "1,000" is refused. Errors: Code::parse where the text is no decimal number,
  /// is NaN or infinite, or has an exponent beyond +-400 or more than 400 digits.
  static Result<Decimal> parse(std::string_view text);

  /// The decimal of 15 significant digits nearest to `value`: what a double guarantees to keep
  /// (DBL_DIG), so that 0.1 + 0.2 is 0.3 and a value scaled to base units is what its author wrote.
  /// `value` must be finite.
  static Decimal nearest(double value);

  double to_double() const;
  std::string text() const;               ///< plain notation, shortest: "0.05", "-12", "1000"
  std::string fixed(int decimals) const;  ///< rounded half to even: "4.22"
  bool is_multiple_of(const Decimal& step) const;  ///< false where step is 0
  int sign() const;

  friend Decimal operator+(const Decimal&, const Decimal&);
  friend Decimal operator-(const Decimal&, const Decimal&);
  friend Decimal operator*(const Decimal&, const Decimal&);
  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal&, const Decimal&);

 private:
  Decimal(boost::multiprecision::cpp_int digits, int exponent);

  boost::multiprecision::cpp_int digits_ = 0;
  int exponent_ = 0;
};

}  // namespace perfgate
