#include "base/decimal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace perfgate {
namespace {

using boost::multiprecision::cpp_int;

constexpr int max_digits = 400;
constexpr int max_exponent = 400;

cpp_int power_of_ten(int exponent) {
  return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent));
}

std::unexpected<Error> not_a_number(std::string_view text, std::string_view why) {
  return fail(Code::parse, fmt::format("`{}` {}", text.substr(0, 64), why),
              "write a decimal number such as 4.22 or 1.5e-6");
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

}  // namespace

Decimal::Decimal(long long integer) : Decimal(cpp_int(integer), 0) {}

Decimal::Decimal(cpp_int digits, int exponent) : digits_(std::move(digits)), exponent_(exponent) {
  if (digits_ == 0) {
    exponent_ = 0;
    return;
  }
  cpp_int quotient, remainder;
  for (;;) {
    boost::multiprecision::divide_qr(digits_, cpp_int(10), quotient, remainder);
    if (remainder != 0) return;
    digits_ = quotient;
    ++exponent_;
  }
}

Result<Decimal> Decimal::parse(std::string_view text) {
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) ++at;
  const std::size_t whole_end = skip_digits(text, at);
  std::string digits(text.substr(at, whole_end - at));
  if (digits.empty()) return not_a_number(text, "is not a decimal number");
  at = whole_end;
  int exponent = 0;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    const std::string_view fraction = text.substr(at + 1, end - at - 1);
    if (fraction.empty()) return not_a_number(text, "is not a decimal number");
    if (digits.size() + fraction.size() > max_digits)
      return not_a_number(text, "has more than 400 digits");
    digits += fraction;
    exponent = -static_cast<int>(fraction.size());
    at = end;
  }
  if (digits.size() > max_digits) return not_a_number(text, "has more than 400 digits");
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool down = at < text.size() && text[at] == '-';
    if (down || (at < text.size() && text[at] == '+')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return not_a_number(text, "is not a decimal number");
    int written = 0;
    const auto [ptr, error] = std::from_chars(text.data() + at, text.data() + end, written);
    if (error != std::errc() || written > max_exponent)
      return not_a_number(text, "has an exponent beyond 400");
    exponent += down ? -written : written;
    at = end;
  }
  if (at != text.size()) return not_a_number(text, "is not a decimal number");
  // A leading zero would make cpp_int read octal.
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const cpp_int value(digits);
  return Decimal(negative ? cpp_int(-value) : value, exponent);
}

Decimal Decimal::nearest(double value) { return *parse(fmt::format("{:.14e}", value)); }

double Decimal::to_double() const {
  const std::string text = fmt::format("{}e{}", digits_.str(), exponent_);
  double value = 0;
  const auto [ptr, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range)
    return exponent_ < 0 ? 0 : sign() * std::numeric_limits<double>::infinity();
  return value;
}

std::string Decimal::text() const { return fixed(exponent_ < 0 ? -exponent_ : 0); }

std::string Decimal::fixed(int decimals) const {
  // The value in units of the last decimal.
  cpp_int units = abs(digits_);
  const int shift = exponent_ + decimals;
  if (shift >= 0) {
    units *= power_of_ten(shift);
  } else {
    const cpp_int divisor = power_of_ten(-shift);
    cpp_int quotient, remainder;
    boost::multiprecision::divide_qr(units, divisor, quotient, remainder);
    const cpp_int twice = remainder * 2;
    if (twice > divisor || (twice == divisor && bit_test(quotient, 0))) ++quotient;
    units = quotient;
  }
  std::string text = units.str();
  const auto after = static_cast<std::size_t>(decimals);
  if (text.size() <= after) text.insert(0, after + 1 - text.size(), '0');
  if (after > 0) text.insert(text.size() - after, ".");
  if (digits_ < 0 && units != 0) text.insert(0, "-");
  return text;
}

bool Decimal::is_multiple_of(const Decimal& step) const {
  if (step.digits_ == 0) return false;
  const int exponent = std::min(exponent_, step.exponent_);
  return digits_ * power_of_ten(exponent_ - exponent) %
             (step.digits_ * power_of_ten(step.exponent_ - exponent)) ==
         0;
}

int Decimal::sign() const { return digits_.sign(); }

Decimal operator+(const Decimal& a, const Decimal& b) {
  const int exponent = std::min(a.exponent_, b.exponent_);
  return {a.digits_ * power_of_ten(a.exponent_ - exponent) +
              b.digits_ * power_of_ten(b.exponent_ - exponent),
          exponent};
}

Decimal operator-(const Decimal& a, const Decimal& b) {
  return a + Decimal(-b.digits_, b.exponent_);
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  return {a.digits_ * b.digits_, a.exponent_ + b.exponent_};
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const int exponent = std::min(a.exponent_, b.exponent_);
  const cpp_int x = a.digits_ * power_of_ten(a.exponent_ - exponent);
  const cpp_int y = b.digits_ * power_of_ten(b.exponent_ - exponent);
  return x.compare(y) <=> 0;
}

}  // namespace perfgate
