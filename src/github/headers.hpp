#pragma once
// What stands in the headers of GitHub's answers. Each is foreign: what is not understood is not
// there.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace perfgate::github {

/// The target of `rel="next"` in a Link header (RFC 8288), as it stands there.
std::optional<std::string> next_link(std::string_view link);

/// Seconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, IMF-fixdate).
std::optional<std::int64_t> http_date(std::string_view text);

/// What a Retry-After asks for: seconds, or a date seen from `now` (seconds since 1970 by the
/// server's clock). At least a second, at most a day.
std::optional<std::chrono::seconds> retry_after(std::string_view value, std::int64_t now);

/// An integer without sign, of at most 18 digits.
std::optional<std::int64_t> whole_number(std::string_view text);

}  // namespace perfgate::github
