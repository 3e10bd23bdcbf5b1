#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate {

/// A moment in UTC, to the millisecond.
struct Time {
  std::int64_t unix_ms = 0;
  auto operator<=>(const Time&) const = default;
};

/// "2026-11-20T11:35:00.123Z"; always UTC, always with milliseconds.
std::string to_text(Time time);
/// "2026-11-20": the day, of UTC.
std::string date_text(Time time);
/// Takes RFC 3339 with Z or an offset, seconds required, up to nine fractional digits (cut to
/// milliseconds). Errors: Code::parse.
Result<Time> time_from_text(std::string_view text);

}  // namespace perfgate
