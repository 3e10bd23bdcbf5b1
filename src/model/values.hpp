#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/summary.hpp"

namespace perfgate {

/// The values of one metric of one benchmark, in base units, in the order measured, and which
/// process launch each came from. Sixteen bytes and no allocation for a single value, because large
/// suites hold hundreds of thousands of them.
class Values {
 public:
  Values() = default;
  explicit Values(const std::vector<double>& values) {
    for (const double value : values) add(value);
  }
  Values(const Values& other) : one_(other.one_) {
    if (other.many_) many_ = std::make_unique<Many>(*other.many_);
  }
  Values& operator=(const Values& other) { return *this = Values(other); }
  Values(Values&&) noexcept = default;
  Values& operator=(Values&&) noexcept = default;
  ~Values() = default;

  /// Adds a finite value measured in the current launch.
  void add(double value) {
    if (!many_) {
      if (one_ != one_) {
        one_ = value;
        return;
      }
      many_ = std::make_unique<Many>();
      many_->values = {one_};
    }
    many_->values.push_back(value);
  }

  /// The values added from here on come from another process launch.
  void next_launch() {
    if (empty()) return;
    if (!many_) {
      many_ = std::make_unique<Many>();
      many_->values = {one_};
    }
    const auto count = static_cast<std::uint32_t>(many_->values.size());
    if (many_->launch_ends.empty() || many_->launch_ends.back() != count)
      many_->launch_ends.push_back(count);
  }

  std::span<const double> all() const {
    if (many_) return many_->values;
    return {&one_, one_ == one_ ? 1U : 0U};
  }
  std::size_t size() const { return all().size(); }
  bool empty() const { return all().empty(); }

  std::size_t launch_count() const {
    if (!many_) return size();
    const std::vector<std::uint32_t>& ends = many_->launch_ends;
    return ends.size() + ((ends.empty() ? 0U : ends.back()) < many_->values.size() ? 1U : 0U);
  }
  /// One span per process launch, in order; none is empty.
  std::vector<std::span<const double>> launches() const {
    std::vector<std::span<const double>> result;
    const auto values = all();
    std::size_t begin = 0;
    if (many_) {
      for (const std::uint32_t end : many_->launch_ends) {
        result.push_back(values.subspan(begin, end - begin));
        begin = end;
      }
    }
    if (begin < values.size()) result.push_back(values.subspan(begin));
    return result;
  }

  /// Kept beside the values (absent for a single one, which is its own summary), for readers of the
  /// file: whoever judges computes it again.
  std::optional<Summary> summary() const { return many_ ? many_->summary : std::nullopt; }
  void set_summary(const Summary& summary) {
    if (many_) many_->summary = summary;
  }

  friend bool operator==(const Values& a, const Values& b) {
    const auto x = a.all(), y = b.all();
    if (!std::ranges::equal(x, y)) return false;
    const auto p = a.launches(), q = b.launches();
    return std::ranges::equal(p, q, [](auto s, auto t) { return s.size() == t.size(); });
  }

 private:
  struct Many {
    std::vector<double> values;
    std::vector<std::uint32_t> launch_ends;  // of the launches that are over
    std::optional<Summary> summary;
  };

  double one_ = std::numeric_limits<double>::quiet_NaN();  // NaN: no value
  std::unique_ptr<Many> many_;
};

}  // namespace perfgate
